#pragma once

#include <cstddef>
#include <cstdint>
#include <ftracectl/export.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl FTRACECTL_PUBLIC {

/// One field of an event, as its `format` file declares it.
struct Field {
  /// How the bytes of an array field are found.
  enum class Storage {
    fixed,     ///< in place, at `offset`, `size` bytes
    data_loc,  ///< `__data_loc`: at `offset` 32 bits, length << 16 | offset from the start of the entry
    rel_loc,   ///< `__rel_loc`: the same, but the offset counts from the end of those 32 bits
    unknown,   ///< the declaration is doubtful: no value is read
  };

  std::string name;
  std::string type;        ///< as written, without the array's brackets: `const char *const *`, `char[]`
                           ///< stands as `char` with is_array
  std::size_t offset = 0;  ///< bytes from the start of the entry
  std::size_t size = 0;    ///< bytes in the entry; 4 for data_loc and rel_loc; 0 for a trailing `buf[]`
  bool is_signed = false;
  bool is_array = false;
  std::size_t array_length = 0;  ///< elements, where the declaration says: 16 for `comm[16]`, else 0
  Storage storage = Storage::fixed;

  bool is_pointer() const { return !type.empty() && type.back() == '*'; }
  /// A character array: what the kernel prints with %s.
  bool is_string() const;
  /// Bytes of an element of an array; 0 where size, length and type do not agree (f2fs declared `nid_t nid[3]` with
  /// a size of 4 until 6.5), or where a dynamic array's type is not known.
  std::size_t element_size() const;
};

/// What an event looks like: the contents of events/SYSTEM/NAME/format.
struct EventSchema {
  std::string system;  ///< not in the file; from its folder, empty where that is not known
  std::string name;
  std::uint32_t id = 0;       ///< common_type of its entries
  std::vector<Field> common;  ///< common_type, common_flags, common_preempt_count, common_pid
  std::vector<Field> fields;  ///< the event's own
  std::string print_fmt;      ///< all after "print fmt: ", as it stands

  /// Looks among the event's own fields, then the common ones. Of two with one name (regmap:regcache_sync has two
  /// `type`, a text and a number) the first.
  const Field* find(std::string_view field_name) const;
  std::string full_name() const { return system + ":" + name; }
};

/// Parses the text of a `format` file, of any kernel and by whatever way it came (blanks for tabs, CR LF). A field
/// that is doubtful stands there with Storage::unknown. Throws Error(failed) with `origin`:LINE:COLUMN, the line and a caret.
EventSchema parse_format(std::string_view text, std::string_view system, std::string_view origin);

/// A struct member's declaration as format files write it: "const char *const * argv", "u8 fsid[16]",
/// "__data_loc char[] name". Fills name, type, is_array, array_length and storage.
/// Throws std::invalid_argument with the reason.
Field parse_declaration(std::string_view text);

}  // namespace ftracectl

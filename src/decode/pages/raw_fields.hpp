#pragma once

#include <deque>
#include <ftracectl/event.hpp>
#include <ftracectl/event_table.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_buffer.hpp"
#include "decode/pages/syscall_text.hpp"
#include "model/print/print_format.hpp"

namespace ftracectl {

/// What a kernel address belongs to: "vfs_write", 0x12 bytes behind its begin, of 0x80. The name lives as
/// long as the decoder, and is empty where nothing is known.
struct SymbolPlace {
  std::string_view name;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
using SymbolNames = std::function<SymbolPlace(std::uint64_t address)>;

/// How the fields of one event are read from its bytes, worked out once: the values that the event's text
/// would give, under the same names and in the same order, then what the text does not tell. Pointers are
/// what they were and not a hash, strings are what they were and not cut.
class RawFields {
 public:
  /// `event` outlives it.
  explicit RawFields(const KnownEvent& event);

  /// Reads an entry's fields. False where one of them lies outside of the entry. Texts point into `entry` and
  /// into `made`, which they share with nobody until the next call.
  bool read(std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
            std::vector<FieldValue>& values);

 private:
  enum class How {
    plain,     ///< a number of 1, 2, 4 or 8 bytes, in place
    number,    ///< in another place, or of another size
    printed,   ///< a number, as the print format's expression computes it
    text,      ///< characters up to a NUL
    word,      ///< what the print format makes of it
    symbol,    ///< an address with a name
    elements,  ///< "{0x1,0x2}"
    unknown,   ///< what the format file says of it does not fit together
  };
  /// What a plain number's bytes are read by. Each number is extended twice: from the field's size by the
  /// field's type, and from the size that is printed by the type it is printed as.
  struct Plain {
    std::size_t offset = 0;
    std::size_t size = 0;
    unsigned unused_bits = 0;          ///< of 64, by the field's size
    unsigned unused_printed_bits = 0;  ///< by the size that is printed
    bool is_signed = false;            ///< the field is
    bool is_address = false;           ///< 64 bits of a pointer
  };
  struct Row {
    How how = How::number;
    std::string name;
    const Field* field = nullptr;
    std::size_t bytes = 0;   ///< of a number: how many are printed; of elements: of each
    bool is_signed = false;  ///< of a number: as it is printed
    bool is_address = false;
    const PrintPiece* piece = nullptr;
    Plain plain = {};
  };
  struct Made {
    std::size_t value = 0;  ///< whose text it is
    std::size_t begin = 0;
    std::size_t size = 0;
  };

  void add_piece(const PrintPiece& piece);
  void add_field(const Field& field);
  void add_value(const PrintPiece& piece, const Field& field);
  void add_syscall_argument(const SyscallForm::Argument& argument,
                            const std::map<std::string, std::vector<CExpression>>& words);
  bool has_row(const Field& field) const;
  bool has_row_of(std::string_view name) const;
  bool is_second(const Field& field) const;
  void find_doubtful();
  void append_words(const Row& row, std::string_view bytes, std::string_view entry, ByteBuffer& made) const;
  void find_plain_numbers();
  bool read_all(std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
                std::vector<FieldValue>& values);
  static Value plain_value(const Row& row, std::string_view entry);
  static void append_symbol(const Row& row, std::uint64_t address, const SymbolNames& symbols,
                            ByteBuffer& made);
  bool read_row(const Row& row, std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
                std::vector<FieldValue>& values);
  void read_number(const Row& row, std::string_view bytes, std::vector<FieldValue>& values) const;
  void keep_made(const Row& row, std::size_t begin, const ByteBuffer& made, std::vector<FieldValue>& values);

  const KnownEvent& event_;
  std::vector<Row> rows_;
  bool all_plain_ = false;             ///< as those of most syscalls are
  std::size_t plain_end_ = 0;          ///< bytes of an entry that has all its plain numbers
  std::deque<PrintPiece> own_pieces_;  ///< of rows that no piece of the event's print format is for
  std::vector<Made> made_;
};

}  // namespace ftracectl

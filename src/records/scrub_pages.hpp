#pragma once

#include <ftracectl/event_table.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "decode/pages/page_layout.hpp"

namespace ftracectl {

/// Takes out of binary pages what our own probes (model/tracefs/exec_probe.hpp) fetched of the memory of
/// others and no record tells: what lies behind the ends of strings and behind the null of argv, and what the
/// kernel left in the place of what it could not read. Other entries stay as they are, all lengths and places
/// too; the records are the same.
class PageScrubber {
 public:
  /// `events` outlives it.
  PageScrubber(const EventTable& events, const PageLayout& layout);

  /// Whether there is anything to do.
  bool is_needed() const { return !probes_.empty(); }

  /// `pages` itself, or a copy that lives until the next call. A last page may be torn.
  std::string_view scrub(std::string_view pages);

 private:
  /// Where the fields of a probe's entry are.
  struct Probe {
    struct Place {
      std::size_t pointer = 0;  ///< argv[i]
      Field string;             ///< 64 bytes, or where the text is
    };
    bool is_known = false;  ///< its fields are those that are expected
    bool is_eprobe = false;
    std::vector<Field> names;  ///< the parts of the file name
    std::vector<Place> arguments;
    std::size_t end = 0;  ///< of the fields
  };

  static Probe probe_of(const EventSchema& schema);
  static Probe strings_probe_of(const EventSchema& schema);
  void scrub_entries(std::string_view page, std::size_t begin, std::size_t size);
  static void scrub_arrays(const Probe& probe, std::string& entry);
  static void scrub_strings(const Probe& probe, std::string& entry);
  const Probe* probe_in(std::string_view payload) const;
  void put(std::size_t at, std::string_view bytes);

  PageLayout layout_;
  std::unordered_map<std::uint32_t, Probe> probes_;
  std::string_view given_;
  bool is_changed_ = false;
  std::string copy_;
  std::string entry_;
  std::vector<std::string_view> discarded_;
};

}  // namespace ftracectl

#pragma once

#include <cstdint>
#include <forward_list>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_scanner.hpp"
#include "records/sink.hpp"

namespace ftracectl {

/// Reads our own JSON Lines, as `--format jsonl` prints them, back into records. What a newer version may have added,
/// types and keys that are not known here, is passed over; types are counted. A line that is no record of ours goes to
/// the sink as malformed.
class RecordLines {
 public:
  explicit RecordLines(Sink& sink) : sink_(sink) {}

  /// Throws Error(failed): a line longer than longest_line.
  void feed(std::string_view bytes);
  /// Puts the summary into the sink: the file's own, or what was counted.
  void finish();

  struct Counts {
    std::uint64_t lines = 0;
    std::uint64_t records = 0;
    std::uint64_t bad = 0;
    std::uint64_t wall_offsets = 0;                ///< of start records that say one
    std::map<std::string, std::uint64_t> skipped;  ///< by type
  };
  const Counts& counts() const { return counts_; }
  const Summary& summary() const { return summary_; }

  static constexpr std::size_t longest_line = std::size_t{64} << 20U;

 private:
  /// Keys of all kinds of records, as far as a line has them.
  struct Keys;

  void line(std::string_view line);
  /// What is wrong with the line; empty where nothing is.
  std::string read(std::string_view line);
  std::string put(Keys& keys, std::string_view line);
  void put_event(Keys& keys);
  void put_summary(const Keys& keys);
  void count_lost(const Lost& lost);

  Sink& sink_;
  JsonScanner scanner_;
  JsonScanner inner_;
  JsonScanner innermost_;
  std::string rest_;
  Counts counts_;
  Summary summary_;
  bool has_summary_ = false;
  std::map<std::string, EventSchema, std::less<>> schemas_;  ///< of events, by name: no more than their names
};

/// Whether a file that begins so has records of ours, one a line.
bool are_record_lines(std::string_view beginning);

}  // namespace ftracectl

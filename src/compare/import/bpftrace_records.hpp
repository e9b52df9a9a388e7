#pragma once

#include "compare/import/attempt_builder.hpp"

namespace ftracectl::compare {

/// The records of scripts/bpf/exec.bt, which tells their grammar. Texts are framed by their record's time
/// stamp, so that nothing in a name can end one early.
class BpftraceRecords {
 public:
  explicit BpftraceRecords(Side& side);

  /// Whether a line is the beginning of a record.
  static bool begins(std::string_view line);
  /// Whether all of a record's texts are there: its last one may have more lines.
  static bool is_whole(std::string_view record);
  /// Throws Error(failed) for what is none.
  void add(std::string_view record, std::uint64_t number);
  void lost(std::uint64_t count);
  void finish();

 private:
  class Words;
  std::optional<std::string_view> keep(std::string_view text) { return side_.texts.keep(text); }
  void on_enter(Words& words, Sighting& sighting);
  void on_exec(Words& words, Sighting& sighting);
  void on_exit(Words& words, Sighting& sighting);
  void on_argument(Words& words, Sighting& sighting);
  void on_argument_count(Words& words, Sighting& sighting);
  void on_fork(Words& words);

  Side& side_;
  AttemptBuilder builder_;
  std::size_t longest_ = 0;  ///< text, in bytes
};

/// How many events "Lost 12 events" tells of; nothing where it is no such line.
std::optional<std::uint64_t> lost_by_bpftrace(std::string_view line);
/// What bpftrace says beside a script's own output.
bool is_chatter_of_bpftrace(std::string_view line);

}  // namespace ftracectl::compare

#pragma once

#include <ftracectl/error.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compare/match/attempt.hpp"

namespace ftracectl {
class EventTable;
}

namespace ftracectl::compare {

/// A source's own word that it dropped something.
struct Loss {
  std::uint64_t count = 0;  ///< events
  int cpu = -1;             ///< -1: not told
  /// By the side's clock, from the last event that was seen before to the first one behind, on that cpu.
  /// Nothing: it may have been at any time.
  std::optional<std::int64_t> from_ns;
  std::optional<std::int64_t> to_ns;
};

/// A process that another one made.
struct Fork {
  std::int32_t parent = -1;  ///< thread groups, both
  std::int32_t child = -1;
};

/// Whether a tool shows an attempt at all.
enum class Shown {
  yes,
  never,     ///< the tool, called as it was, cannot see such attempts
  filtered,  ///< it was asked to leave it out
};

/// Everything that one side of a comparison told.
struct Side {
  std::string name;    ///< as the user wrote it
  std::string format;  ///< name of the importer
  std::string tool;    ///< for messages: "ftrace", "bpftrace"
  TextStore texts;
  std::vector<Attempt> attempts;
  std::vector<Loss> losses;
  std::vector<Fork> forks;
  /// When the source was at work, where it told more than the attempts do.
  std::optional<std::int64_t> first_ns;
  std::optional<std::int64_t> last_ns;
  bool tells_tids = true;       ///< false: it knows thread groups only
  bool is_scoped = false;       ///< it watched some processes and their descendants only
  bool ended_in_order = false;  ///< by its own word: what is not in it, it was not to see
  /// It reads a perf buffer: the kernel reports a loss with the next event of that cpu that finds room, and what is
  /// lost behind the last of them never.
  bool last_losses_are_untold = false;
  bool tells_forks = false;
  bool has_ends = false;              ///< it tells of processes' ends
  bool has_execs = true;              ///< and of execs
  bool joined_ends_at_empty = false;  ///< joined arguments end in front of an empty one
  bool is_counts = false;             ///< numbers of attempts only
  unsigned events_of_failure = 2;     ///< at least so many events are lost with an attempt that is missing
  unsigned events_of_success = 3;
  std::int64_t resolution_ns = 0;       ///< of the time stamps; 0: as good as the clock
  std::size_t string_limit = 0;         ///< bytes, at which this source cuts texts; 0: at none that is known
  std::size_t longest_filename = 0;     ///< bytes, of all attempts; 0: not known
  std::size_t longest_argument = 0;     ///< of those that are not joined
  bool joined_escapes_newline = false;  ///< in joined arguments, a newline is written as \\n
  std::uint64_t malformed = 0;          ///< lines that nobody could make sense of
  /// What the tool would show of an attempt that the other side saw.
  std::function<Shown(const Attempt&)> shows;
  std::vector<std::string> notes;  ///< for the user, one sentence each
  std::uint64_t bad_lines = 0;     ///< those that the reader could not make sense of; part of `malformed`
  std::string first_bad_line;      ///< what is wrong with the first of them

  void saw(std::int64_t ts_ns) {
    if (!first_ns || ts_ns < *first_ns) first_ns = ts_ns;
    if (!last_ns || ts_ns > *last_ns) last_ns = ts_ns;
  }
};

/// Sets what is known of a side only when all of it was read: how long its texts are.
void measure_texts(Side& side);

/// What a reader may be told about its source.
struct ImportOptions {
  std::vector<std::string> tool_arguments;     ///< what the tool was called with: "-x", "--max-args", "5"
  std::map<std::string, std::string> key_map;  ///< for JSON Lines of unknown origin: "tid" -> "their_tid"
  std::function<const EventTable&()> events;   ///< for tracefs text; called at most once
};

/// Reads one source into a Side, line by line.
class Reader {
 public:
  virtual ~Reader() = default;
  /// `line` is without its newline, `number` counts from 1. Throws Error(failed) with "line N: ...".
  virtual void line(std::string_view line, std::uint64_t number) = 0;
  /// The last line, where no newline stands behind it: cut off, unless the form itself tells where it ends.
  virtual void last_line(std::string_view line, std::uint64_t number);
  virtual void finish() {}
  /// The name of the file whose lines come, and of another one of the same run, for the tool that writes several.
  /// Throws Error(usage) where the tool writes one only.
  virtual void first_file(std::string_view /*name*/) {}
  virtual void next_file(std::string_view name);
};

/// A line that does not fit, or several that were taken for one record. One of them does not refuse a file:
/// LineFeeder counts it, says so, and goes on.
class BadLine : public Error {
 public:
  BadLine(std::uint64_t number, const std::string& message)
      : Error(ErrorCode::failed, message), number_(number) {}
  std::uint64_t number() const { return number_; }  ///< of its first line

 private:
  std::uint64_t number_;
};

/// Throws BadLine: "line 17: why", with what stands there on a line of its own.
[[noreturn]] void bad_line(std::uint64_t number, std::string_view why, std::string_view line);
/// The same where it says something of the whole file, which is of no use then: throws Error(failed).
[[noreturn]] void bad_file(std::uint64_t number, std::string_view why, std::string_view line);
/// Counts a line that does not fit, without throwing: where the reader has more to do.
void count_bad_line(Side& side, std::uint64_t number, std::string_view why, std::string_view line);

}  // namespace ftracectl::compare

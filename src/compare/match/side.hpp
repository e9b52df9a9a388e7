#pragma once

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
  bool tells_tids = true;  ///< false: it knows thread groups only
  bool is_scoped = false;  ///< it watched some processes and their descendants only
  bool tells_forks = false;
  bool has_ends = false;              ///< it tells of processes' ends
  bool has_execs = true;              ///< and of execs
  bool joined_ends_at_empty = false;  ///< joined arguments end in front of an empty one
  bool is_counts = false;             ///< numbers of attempts only
  unsigned events_of_failure = 2;     ///< at least so many events are lost with an attempt that is missing
  unsigned events_of_success = 3;
  std::int64_t resolution_ns = 0;  ///< of the time stamps; 0: as good as the clock
  std::size_t string_limit = 0;    ///< bytes, at which this source cuts texts; 0: at none that is known
  std::uint64_t malformed = 0;     ///< lines that the source itself could not make sense of
  /// What the tool would show of an attempt that the other side saw.
  std::function<Shown(const Attempt&)> shows;
  std::vector<std::string> notes;  ///< for the user, one sentence each

  void saw(std::int64_t ts_ns) {
    if (!first_ns || ts_ns < *first_ns) first_ns = ts_ns;
    if (!last_ns || ts_ns > *last_ns) last_ns = ts_ns;
  }
};

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
};

/// Throws Error(failed): "line 17: why: 'what stands there'".
[[noreturn]] void bad_line(std::uint64_t number, std::string_view why, std::string_view line);

}  // namespace ftracectl::compare

#pragma once

#include <ftracectl/exec_record.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "records/disturbance.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

// The JSON Lines of a capture folder: what a capture knew beside the text of trace_pipe. Texts are strings,
// or
// {"hex":"…"} where they are not UTF-8. Each parse_* throws std::exception for what is no such line.

/// tasks.jsonl: a task that was there before the first event.
///     {"tid":2169,"pid":2169,"ppid":2100,"comm":"bash","uid":0,"uid_since":2894836000000}
struct TaskLine {
  std::int32_t tid = -1;
  Task task;
};
std::string task_line(std::int32_t tid, const Task& task);
TaskLine parse_task_line(std::string_view line);

/// When the machine was asked about a record.
enum class MachineMoment {
  exec,    ///< as soon as the new program ran
  record,  ///< before the record left
};

/// values.jsonl: what the machine told of a record that has this thread and time stamp (ts_ns).
///     {"at":"exec","tid":2169,"ts":2894836187000,"ppid":2100,"uid":0,"uid_read":2894836240123,
///      "argv":["true"],"argv_from":"proc"}
struct ValueLine {
  MachineMoment moment = MachineMoment::exec;
  std::int32_t tid = -1;
  std::uint64_t ts = 0;
  std::optional<std::int32_t> pid;
  std::optional<std::int32_t> ppid;
  std::optional<std::uint32_t> uid;
  std::optional<std::uint64_t> uid_read_ns;  ///< when; nothing in older folders
  std::optional<std::vector<std::string>> argv;
  ValueSource argv_from = ValueSource::none;
  std::optional<std::vector<std::string>> truncated;
  ExecRecord::Place place;

  bool is_empty() const {
    return !pid && !ppid && !uid && !argv && argv_from == ValueSource::none && !truncated &&
           place == ExecRecord::Place();
  }
  bool is_about(MachineMoment when, const ExecRecord& record) const {
    return when == moment && record.tid == tid && record.time.value == ts;
  }
};

/// What `after` has that `before` had not: the machine was asked between them.
ValueLine value_difference(MachineMoment moment, const ExecRecord& before, const ExecRecord& after);
void apply_values(const ValueLine& values, ExecRecord& record);
std::string value_line(const ValueLine& values);
ValueLine parse_value_line(std::string_view line);

/// pauses.jsonl: after so many bytes of trace_pipe.txt the pipe was empty, `idle` for so long that a stack
/// trace still to come would have been there; and something waited to hear that.
/// Or somebody disturbed the capture there.
///     {"at":8192,"idle":true}
///     {"at":8192,"disturbed":{"noticed_ns":2894836187000,"file":"tracing_on","what":"reads 0, it was 1"}}
struct PauseLine {
  std::uint64_t at = 0;
  bool idle = false;
  std::optional<Disturbance> disturbance = std::nullopt;  ///< no pause then
};
std::string pause_line(const PauseLine& pause);
PauseLine parse_pause_line(std::string_view line);

/// reads.jsonl: what was fed to the decoder of binary pages, and said to it, in order.
///     {"cpu":0,"bytes":262144,"drained":false}
///     {"round_ends":true}
///     {"settled":true}
///     {"disturbed":{"noticed_ns":2894836187000,"file":"tracing_on","what":"reads 0, it was 1"}}
struct ReadLine {
  enum class Kind { read, round_ends, settled, disturbed };
  Kind kind = Kind::read;
  int cpu = -1;
  std::uint64_t bytes = 0;
  bool drained = false;
  Disturbance disturbance = {};
};
std::string read_line(const ReadLine& read);
ReadLine parse_read_line(std::string_view line);

/// names.jsonl: what the machine said when it was asked for a task's name; empty where it did not know it.
///     {"tid":2169,"comm":"bash"}
struct NameLine {
  std::int32_t tid = -1;
  std::string comm;
};
std::string name_line(const NameLine& name);
NameLine parse_name_line(std::string_view line);

/// symbols.jsonl: names of the kernel's addresses; empty where it told none.
///     {"address":"ffffffff81a3c4d0","name":"vfs_write","offset":18,"size":128}
struct SymbolLine {
  std::uint64_t address = 0;
  std::string name;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
};
std::string symbol_line(const SymbolLine& symbol);
SymbolLine parse_symbol_line(std::string_view line);

}  // namespace ftracectl

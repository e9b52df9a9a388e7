#pragma once

#include <ftracectl/exec_record.hpp>
#include <string_view>

#include "records/record_stream.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

/// What is asked of /proc for an exec record.
enum class FromProc {
  everything,     ///< arguments, parent and user
  not_arguments,  ///< parent and user
};

/// Fills in what only the machine can tell, from /proc, while the process lives: as soon as the new program
/// runs, and before a record leaves, for attempts that did not get as far as that. What is there too late
/// stays null. `clock` is the buffer's trace_clock.
void ask_proc(RecordStream::Options& options, FromProc what, std::string_view clock);

/// "cwd,cgroup,container": some of these. Throws Error(usage).
ExecRecord::PlaceKeys parse_place_keys(const std::string& text);

/// Has /proc asked for these keys too, after what the hooks ask it for.
void ask_for_place(RecordStream::Options& options, const ExecRecord::PlaceKeys& keys);

/// Puts the tasks of these processes into the table as they are now.
void add_running_tasks(TaskTracker& tasks, const std::vector<std::int32_t>& pids);
/// Puts the users of the tasks in the table into it, as they are now: once the events that change them are
/// on.
void add_users(TaskTracker& tasks);

}  // namespace ftracectl

#pragma once

#include <ftracectl/exec_record.hpp>

#include "records/record_stream.hpp"
#include "records/task_table.hpp"

namespace ftracectl {

/// Fills in what only the machine can tell: arguments, parent and user from /proc, while the process lives.
/// What is there too late stays null.
class Enricher {
 public:
  /// As soon as the new program runs: its arguments, parent and user.
  static void on_exec(ExecRecord& record);
  /// The same without looking for arguments.
  static void on_exec_but_arguments(ExecRecord& record);
  /// Before a record leaves: parent and user of attempts that did not get as far as that.
  static void before_record(ExecRecord& record);
};

/// "cwd,cgroup,container": some of these. Throws Error(usage).
ExecRecord::PlaceKeys parse_place_keys(const std::string& text);

/// Has /proc asked for these keys too, after what the hooks ask it for.
void ask_for_place(RecordStream::Options& options, const ExecRecord::PlaceKeys& keys);

/// Puts the tasks of these processes into the table as they are now.
void add_running_tasks(TaskTable& tasks, const std::vector<std::int32_t>& pids);
/// Puts the users of the tasks in the table into it, as they are now: once the events that change them are
/// on.
void add_users(TaskTable& tasks);

}  // namespace ftracectl

#pragma once

#include <ftracectl/exec_record.hpp>

#include "decode/task_table.hpp"

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

/// Puts the tasks of these processes into the table as they are now.
void add_running_tasks(TaskTable& tasks, const std::vector<std::int32_t>& pids);

}  // namespace ftracectl

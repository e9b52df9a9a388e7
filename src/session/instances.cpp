#include "session/instances.hpp"

#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/buffer_overview.hpp"
#include "kernel/event_state.hpp"
#include "kernel/open_files.hpp"
#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

/// "trace_pipe, events/sched/enable": which of its files a process has open.
std::string file_list(const std::vector<OpenFile>& files, pid_t pid) {
  std::vector<std::string> names;
  for (const auto& file : files) {
    if (file.pid == pid) names.push_back(file.file);
  }
  return join(names, ", ");
}

Error busy_error(const Tracefs& tracefs, const std::string& name, const Error& reason) {
  const auto open = files_of(find_open_files(tracefs.root()), name);
  std::string message = "instance '" + name + "' is in use and cannot be removed";
  pid_t last = 0;
  for (const auto& file : open) {
    if (file.pid == last) continue;
    last = file.pid;
    message += "\n  " + file.program + " (pid " + std::to_string(file.pid) + ") has " +
               file_list(open, file.pid) + " open";
  }
  if (open.empty())
    message += "\nthe user cannot be seen from here; a mapped page of its buffer keeps it in use, too";
  return Error(ErrorCode::busy, message + "\nend that first, then try again", reason.system_errno());
}

/// Hist triggers with variables keep their instance busy. One that uses another's goes first, so this is done
/// again while it helps.
void remove_hist_triggers(Files& files, const std::string& name) {
  const std::string prefix = buffer_prefix(name);
  for (int round = 0; round < 3; ++round) {
    for (const auto& event : read_buffer_state(files, name).events) {
      for (const auto& trigger : event.triggers) {
        if (!trigger.is_hist()) continue;
        try {
          carry_out(files, {Step::Kind::remove_trigger, event_folder(prefix, event.event) + "trigger",
                            trigger.text()});
        } catch (const Error&) {
          // The next round, or rmdir, says whether it matters.
        }
      }
    }
  }
}

Error missing_error(Files& files, const std::string& name) {
  const auto there = read_instances(files);
  return Error(ErrorCode::failed, "no instance '" + name + "'; " +
                                      (there.empty() ? "there are none" : "there are: " + join(there, ", ")));
}

}  // namespace

void check_new_instance_name(const std::string& name) {
  if (buffer_prefix(name).empty()) throw Error(ErrorCode::usage, "an instance needs a name");
  if (owner_of_instance(name)) {
    throw Error(ErrorCode::usage,
                "'" + name + "': ftracectl uses names like this for its own instances; choose another");
  }
}

Plan plan_instances(Files& files, const std::vector<std::string>& names) {
  Plan plan;
  for (const auto& name : names) {
    check_new_instance_name(name);
    const std::string path = "instances/" + name;
    if (files.exists(path)) throw Error(ErrorCode::failed, "instance '" + name + "' already exists");
    plan.push_back({Step::Kind::make_dir, path, ""});
  }
  return plan;
}

void remove_named_instance(Tracefs& tracefs, const std::string& name) {
  const std::string prefix = buffer_prefix(name);
  if (prefix.empty() || !tracefs.exists(prefix + "events")) throw missing_error(tracefs, name);
  try {
    return remove_instance(tracefs, "instances/" + name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::busy) throw;
  }
  try {
    remove_hist_triggers(tracefs, name);
    remove_instance(tracefs, "instances/" + name);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::busy) throw;
    throw busy_error(tracefs, name, error);
  }
}

}  // namespace ftracectl

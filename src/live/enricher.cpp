#include "live/enricher.hpp"

#include <algorithm>
#include <chrono>
#include <ftracectl/error.hpp>
#include <memory>

#include "base/text.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "live/status_readings.hpp"
#include "model/tracefs/cgroup.hpp"

namespace ftracectl {

namespace {

/// Elsewhere a record's pid is that of another process in /proc.
bool proc_shows_our_pids() {
  static const bool shows = in_initial_pid_namespace();
  return shows;
}

void take_status(ExecRecord& record, const StatusReadings::Reading& reading) {
  if (!reading.status) return;
  const ProcessStatus& status = *reading.status;
  if (!record.pid_known) record.pid = status.pid;
  record.pid_known = true;
  if (!record.ppid) record.ppid = status.ppid;
  if (record.uid) return;
  record.uid = status.uid;
  record.uid_read_ns = reading.read_ns;
}

/// Whether the command line is the cut one, whole. A script's has its interpreter in front.
bool goes_on(const std::vector<std::string>& cut, const std::vector<std::string>& whole) {
  if (whole.size() < cut.size()) return false;
  return std::equal(cut.begin(), cut.end(), whole.begin(),
                    [](const std::string& part, const std::string& all) { return all.starts_with(part); });
}

/// The arguments are those of this exec only while the process still has the name it got by it: a program
/// that execs the next at once (`env`, `sh -c 'exec …'`) has other arguments already.
/// What the call was made with is not read again, unless it was cut.
void take_arguments(ExecRecord& record) {
  const bool is_cut = std::erase(record.truncated, "argv") > 0;
  if (record.argv && !is_cut) return;
  auto line = read_command_line(record.pid);
  const bool is_of_this_exec = line && (!record.new_comm || read_comm(record.pid) == record.new_comm);
  if (!is_of_this_exec || (record.argv && !goes_on(*record.argv, line->arguments))) {
    if (is_cut) record.truncated.emplace_back("argv");
    return;
  }
  record.argv = std::move(line->arguments);
  record.argv_from = ValueSource::proc;
  if (line->truncated) record.truncated.emplace_back("argv");
}

/// As far as it is not known yet: what was seen as the program began is not what it did to itself since.
void take_place(ExecRecord& record, pid_t task, const ExecRecord::PlaceKeys& keys) {
  ExecRecord::Place& place = record.place;
  if (keys.cwd && !place.cwd) place.cwd = read_working_folder(task);
  if (!(keys.cgroup || keys.container) || place.cgroup) return;
  place.cgroup = read_cgroup(task);
  if (keys.container && place.cgroup) place.container = container_of_cgroup(*place.cgroup);
}

}  // namespace

ExecRecord::PlaceKeys parse_place_keys(const std::string& text) {
  ExecRecord::PlaceKeys keys;
  for (const auto word : split(text, ',')) {
    bool* key = word == "cwd"         ? &keys.cwd
                : word == "cgroup"    ? &keys.cgroup
                : word == "container" ? &keys.container
                                      : nullptr;
    if (key == nullptr) {
      throw Error(ErrorCode::usage,
                  "--with takes cwd, cgroup and container, with commas between them, not '" +
                      std::string(word) + "'");
    }
    *key = true;
  }
  return keys;
}

void ask_for_place(RecordStream::Options& options, const ExecRecord::PlaceKeys& keys) {
  if (!keys.any()) return;
  options.questions.on_exec = [keys, before = std::move(options.questions.on_exec)](ExecRecord& record) {
    if (before) before(record);
    if (proc_shows_our_pids()) take_place(record, record.pid, keys);
  };
  options.questions.before_record =
      [keys, before = std::move(options.questions.before_record)](ExecRecord& record) {
        if (before) before(record);
        record.place_keys = keys;
        const bool runs = record.status == ExecRecord::Status::ok;
        if (proc_shows_our_pids()) take_place(record, runs ? record.pid : record.tid, keys);
      };
}

void ask_proc(RecordStream::Options& options, FromProc what, std::string_view clock) {
  if (!proc_shows_our_pids()) return;
  const auto statuses = std::make_shared<StatusReadings>(clock);
  options.questions.on_exec = [statuses, what](ExecRecord& record) {
    if (what == FromProc::everything) take_arguments(record);
    if (record.ppid && record.uid) return;
    take_status(record, statuses->read(record.pid, record.time));
  };
  options.questions.before_record = [statuses](ExecRecord& record) {
    if (record.pid_known && record.ppid && record.uid) return;
    take_status(record, statuses->read(record.tid, record.time));
  };
}

void add_running_tasks(TaskTracker& tasks, const std::vector<std::int32_t>& pids) {
  if (!proc_shows_our_pids()) return;
  for (const auto pid : pids) {
    const auto process = read_process_status(pid);
    if (!process) continue;
    for (const auto tid : read_threads(pid)) {
      tasks.set(tid, {pid, process->ppid, tid == pid ? process->comm : read_comm(tid)});
    }
  }
}

void add_users(TaskTracker& tasks) {
  std::vector<std::int32_t> tids;
  for (const auto& [tid, task] : tasks.all()) tids.push_back(tid);
  for (const auto tid : tids) {
    const auto status = runs_in_64_bits(tid) ? read_process_status(tid) : std::nullopt;
    if (status) tasks.set_uid(tid, {status->uid, monotonic_ns() + uid_read_margin_ns});
  }
}

}  // namespace ftracectl

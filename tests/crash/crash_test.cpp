// A session dies between any two operations on the kernel's files, of every command; then the journal, as it
// was at that moment, is replayed, and everything must be as before the command.
//
// Death is a photograph: before and after each operation the fake tracefs is copied, together with the
// journal's bytes. A copy is exactly what a SIGKILL at that moment would leave, and one run gives all of
// them.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <ftracectl/error.hpp>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "kernel/event_state.hpp"
#include "live/capture_plan.hpp"
#include "session/event_plans.hpp"
#include "session/journal.hpp"
#include "session/private_instance.hpp"
#include "session/private_probes.hpp"
#include "session/recover.hpp"
#include "session/transaction.hpp"
#include "support/fake_tracefs.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl;
using ftracectl::test::FakeTracefs;
using ftracectl::test::TemporaryFolder;
using Kind = Step::Kind;

namespace {

/// What a death leaves.
struct Photo {
  FakeTracefs tracefs;
  std::string journal;  ///< the bytes of the journal; empty where there is no file
  std::string moment;
};

std::string read_journal(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  return {};
}

void write_journal(const std::string& folder, const std::string& bytes) {
  std::filesystem::remove(folder + "/photo.journal");
  if (!bytes.empty()) std::ofstream(folder + "/photo.journal", std::ios::binary) << bytes;
}

/// Runs `session` and takes a photograph before and after each operation.
std::vector<Photo> photograph(FakeTracefs& tracefs, const std::string& folder,
                              const std::function<void()>& session) {
  std::vector<Photo> photos;
  const auto take = [&](const std::string& when, const std::string& what) {
    Photo photo{tracefs, read_journal(folder), when + what};
    photo.tracefs.before_operation = photo.tracefs.after_operation = nullptr;
    photos.push_back(std::move(photo));
  };
  tracefs.before_operation = [&](const std::string& what) { take("before ", what); };
  tracefs.after_operation = [&](const std::string& what) { take("after ", what); };
  session();
  tracefs.before_operation = tracefs.after_operation = nullptr;
  return photos;
}

using Command = std::function<void(FakeTracefs&, Journal&)>;

void transact(FakeTracefs& tracefs, Journal& journal, const Plan& plan) {
  Transaction transaction(tracefs, &journal);
  try {
    transaction.apply(plan);
    transaction.commit();
  } catch (const Error&) {
    // Refused, and rolled back: every moment of that is photographed too.
  }
}

Command plan(const Plan& steps) {
  return [steps](FakeTracefs& tracefs, Journal& journal) { transact(tracefs, journal, steps); };
}

const std::string switch_folder = "events/sched/sched_switch/";

/// A buffer where others are at work already.
void prepare(FakeTracefs& tracefs) {
  tracefs.write(switch_folder + "filter", "prev_pid == 1");
  tracefs.write(switch_folder + "trigger", "stacktrace:2 if prev_pid == 1");
  tracefs.write(switch_folder + "trigger", "traceoff:3 if prev_pid == 2");
  tracefs.write(switch_folder + "enable", "1");
  tracefs.write("events/syscalls/sys_enter_execve/filter", "common_pid == 9");
  tracefs.write("set_event_pid", "4");
  tracefs.make_dir("instances/theirs");
  tracefs.write("dynamic_events", "p:theirs/execve /lib/libc.so.6:0x1000");
  tracefs.write("instances/theirs/" + switch_folder + "filter", "next_pid == 8");
}

const std::vector<std::string> two_events = {"sched:sched_switch", "syscalls:sys_enter_execve"};

void disable(FakeTracefs& tracefs, Journal& journal) {
  std::vector<EventState> states;
  for (const auto& event : two_events) states.push_back(read_event_state(tracefs, "", event));
  transact(tracefs, journal, plan_disable("", states, false));
}

/// What capture does to the kernel, as far as it is a matter of files.
void capture(FakeTracefs& tracefs, Journal& journal) {
  PrivateProbes probes(tracefs, &journal);
  CHECK_THROWS_AS(probes.add("p:ftracectl_1/execve /lib/libc.so.6:0x1000 file=%di:x64\nrefused"), Error);
  probes.add(
      "p:ftracectl_1/execve /lib/libc.so.6:0x1000 file=%di:x64\n"
      "p:ftracectl_1/execve /lib/libc.so.6:0x2000 file=%si:x64");
  probes.add("p:ftracectl_1/other /lib/libc.so.6:0x3000 file=%si:x64");
  PrivateInstance instance(tracefs, &journal);
  CaptureWish wish;
  wish.events = {"syscalls:sys_enter_execve", "sched:sched_process_exec", "syscalls:sys_exit_execve"};
  wish.filter = "common_pid != 1";
  wish.tids = {100};
  wish.follow = true;
  wish.stacktrace = true;
  wish.buffer_kb = 64;
  Transaction steps(tracefs);
  steps.apply(recording_off(instance.prefix()));
  steps.apply(plan_capture(wish, instance.prefix()));
  steps.apply(recording_on(instance.prefix()));
  steps.commit();
  tracefs.write(instance.prefix() + "tracing_on", "0");
  tracefs.be_busy(2);
  instance.remove();
  probes.remove();
}

struct Case {
  const char* name;
  Command command;
};

const std::vector<Case> cases = {
    {"enable, filter and triggers",
     plan(plan_enable("", {"sched:sched_process_exec", "syscalls:sys_enter_execve"},
                      {"common_pid == 5", {"stacktrace", "traceoff:1"}}))},
    {"enable, over a filter in force and beside triggers",
     plan(plan_enable("", two_events, {"common_pid == 5", {}}))},
    {"enable, a trigger is refused in the end",
     plan(plan_enable("", two_events, {"common_pid == 5", {"enable_event:sched:sched_switch", "nonsense"}}))},
    {"enable, in somebody's instance",
     plan(plan_enable("instances/theirs/", two_events, {"common_pid == 5", {}}))},
    {"disable", disable},
    {"disable --keep", plan({{Kind::set, switch_folder + "enable", "0"}})},
    {"filter", plan({{Kind::set_filter, switch_folder + "filter", "next_pid == 7"}})},
    {"filter, bytes that are no UTF-8",
     plan({{Kind::set_filter, switch_folder + "filter", "comm == \"\xff\xc3\""}})},
    {"filter --clear", plan({{Kind::set_filter, switch_folder + "filter", "0"}})},
    {"filter, refused with the event off",
     plan({{Kind::set_filter, "events/syscalls/sys_enter_execve/filter", "nosuch == 1"}})},
    {"filter, twice on the same event",
     plan({{Kind::set_filter, switch_folder + "filter", "next_pid == 7"},
           {Kind::set_filter, switch_folder + "filter", "next_pid == 8"}})},
    {"trigger",
     plan({{Kind::add_trigger, switch_folder + "trigger", "enable_event:sched:sched_process_exec:5"}})},
    {"trigger, one of its kind is there", plan({{Kind::add_trigger, switch_folder + "trigger", "traceon"}})},
    {"trigger --remove", plan({{Kind::remove_trigger, switch_folder + "trigger", "traceoff"}})},
    {"trigger --clear, and another in its place",
     plan({{Kind::remove_trigger, switch_folder + "trigger", "traceoff"},
           {Kind::remove_trigger, switch_folder + "trigger", "stacktrace"},
           {Kind::add_trigger, switch_folder + "trigger", "traceon if prev_pid == 3"}})},
    {"scalars and pids", plan({{Kind::set, "tracing_on", "0"},
                               {Kind::set, "trace_clock", "mono"},
                               {Kind::add_pids, "set_event_pid", "5 6"},
                               {Kind::set, "options/event-fork", "1"}})},
    {"an instance that is to stay, and something in it",
     plan({{Kind::make_dir, "instances/mine", ""}, {Kind::set, "instances/mine/trace_clock", "mono"}})},
    {"an instance that already exists", plan({{Kind::make_dir, "instances/theirs", ""}})},
    {"capture", capture},
};

/// The places where a journal can be torn by a death in the middle of a write: within what follows the bytes
/// that it holds at this moment.
std::vector<std::string> torn_journals(const Photo& photo, const Photo& next) {
  std::vector<std::string> torn;
  if (!next.journal.starts_with(photo.journal)) return torn;
  const std::string more = next.journal.substr(photo.journal.size());
  for (const std::size_t size : {std::size_t{1}, more.size() / 2, more.size() - 1}) {
    if (size > 0 && size < more.size()) torn.push_back(photo.journal + more.substr(0, size));
  }
  return torn;
}

/// Recovers from a photograph; true if all is as it was, and no journal is left.
bool recovers(Photo photo, const std::string& start, const std::string& folder) {
  write_journal(folder, photo.journal);
  recover(photo.tracefs, folder);
  const bool as_before = photo.tracefs.snapshot() == start;
  if (!as_before)
    MESSAGE("died ", photo.moment, ", recovered:\n", photo.tracefs.snapshot(), "\njournal:\n", photo.journal);
  return as_before && std::filesystem::is_empty(folder);
}

/// The recovery dies as well, at each of its operations, and the next one finishes it.
int count_of_failed_second_recoveries(Photo photo, const std::string& start, const std::string& folder) {
  write_journal(folder, photo.journal);
  const auto deaths = photograph(photo.tracefs, folder, [&] { recover(photo.tracefs, folder); });
  int failed = 0;
  for (const auto& death : deaths) failed += recovers(death, start, folder) ? 0 : 1;
  return failed;
}

std::vector<Photo> photograph_command(const Case& tried, FakeTracefs& tracefs, const std::string& folder) {
  return photograph(tracefs, folder, [&] {
    Journal journal(folder, "/nowhere");
    tried.command(tracefs, journal);
  });
}

}  // namespace

TEST_CASE("crash: whenever a command dies, recovering puts everything back") {
  std::size_t deaths = 0;
  std::size_t deaths_with_something_to_undo = 0;
  for (const auto& tried : cases) {
    CAPTURE(tried.name);
    FakeTracefs tracefs;
    prepare(tracefs);
    const std::string start = tracefs.snapshot();
    const TemporaryFolder live;
    const TemporaryFolder scratch;
    const auto photos = photograph_command(tried, tracefs, live.path());
    CHECK(photos.size() >= 2);
    int failed = 0;
    for (std::size_t i = 0; i < photos.size(); ++i) {
      ++deaths;
      if (photos[i].tracefs.snapshot() != start) ++deaths_with_something_to_undo;
      failed += recovers(photos[i], start, scratch.path()) ? 0 : 1;
      if (i + 1 == photos.size()) break;
      for (const auto& torn : torn_journals(photos[i], photos[i + 1])) {
        failed +=
            recovers({photos[i].tracefs, torn, photos[i].moment + ", torn"}, start, scratch.path()) ? 0 : 1;
      }
    }
    CHECK(failed == 0);
    // It ended well: nothing is left to be recovered, and what it did stays.
    CHECK(std::filesystem::is_empty(live.path()));
  }
  MESSAGE(deaths, " deaths, ", deaths_with_something_to_undo, " of them with something to undo");
  CHECK(deaths_with_something_to_undo > 200);
}

TEST_CASE("crash: whenever the recovery dies too, the next one finishes it") {
  for (const auto& tried : cases) {
    CAPTURE(tried.name);
    FakeTracefs tracefs;
    prepare(tracefs);
    const std::string start = tracefs.snapshot();
    const TemporaryFolder live;
    const TemporaryFolder scratch;
    const auto photos = photograph_command(tried, tracefs, live.path());
    int failed = 0;
    for (const auto& photo : photos) {
      failed += count_of_failed_second_recoveries(photo, start, scratch.path());
    }
    CHECK(failed == 0);
  }
}

// Which captures know whose memory user stacks are in, and that nobody is shown what is on for that alone.

#include "live/user_stacks.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "records/memory_recorder.hpp"
#include "records/recorders.hpp"
#include "support/known_events.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

CaptureWish whole_wish() {
  CaptureWish wish;
  wish.events = {"syscalls:sys_enter_openat", "sched:sched_process_exec", "task:task_newtask",
                 "sched:sched_process_exit"};
  wish.takers = {"syscalls:sys_enter_openat"};
  return wish;
}

}  // namespace

TEST_CASE("user stacks: what a program had mapped is known only where every exec, fork and end is told") {
  CHECK(follows_memory(whole_wish()));
  CaptureWish wish = whole_wish();
  wish.filter = "flags == 0";
  CHECK(follows_memory(wish));  // that is for the others
  wish.takers.push_back("sched:sched_process_exec");
  CHECK_FALSE(follows_memory(wish));
  wish.filter.clear();
  CHECK(follows_memory(wish));
  wish.own_filters["task:task_newtask"] = "pid == 5";
  CHECK_FALSE(follows_memory(wish));
  for (std::size_t i = 1; i < whole_wish().events.size(); ++i) {
    wish = whole_wish();
    wish.events.erase(wish.events.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(follows_memory(wish));
  }
}

TEST_CASE("user stacks: how deep they go is one of three words") {
  CHECK(parse_unwinding("auto") == UserStacks::automatic);
  CHECK(parse_unwinding("probe") == UserStacks::fetched);
  CHECK(parse_unwinding("kernel") == UserStacks::walked);
  CHECK_THROWS_AS(parse_unwinding("deep"), Error);
}

TEST_CASE("user stacks: what they lack is said once, and nothing where they lack nothing") {
  const auto said = [](NamedStacks::Counts counts, bool has_probe) {
    std::ostringstream err;
    note_stacks(counts, has_probe, err);
    return err.str();
  };
  CHECK(said({}, false).empty());
  CHECK(said({10, 0, 10}, false).empty());
  CHECK(said({10, 0, 0}, true).empty());
  CHECK(said({10, 3, 10}, true).find("3 of 10 user stacks show addresses only") != std::string::npos);
  CHECK(said({10, 0, 0}, false).find("no frame pointers") != std::string::npos);
}

TEST_CASE("user stacks: the recorder of memory takes its own events, and is kept with a capture") {
  CHECK(find_recorder_kind("memory") == &memory_kind);
  const ChosenRecorder chosen = memory_recorder({"task:task_newtask"});
  TaskTracker tasks;
  struct Out final : RecordOut {
    void put(const Record&) override { ++records; }
    void user_changed(std::int32_t, std::uint64_t) override {}
    int records = 0;
  } out;
  const ExecQuestions questions;
  const auto recorder = memory_kind.make(chosen.settings, {tasks, out, questions});
  EventSchema newtask;
  newtask.system = "task";
  newtask.name = "task_newtask";
  EventSchema exec;
  exec.system = "sched";
  exec.name = "sched_process_exec";
  Event event;
  for (int i = 0; i < 2; ++i) {
    event.schema = &newtask;
    CHECK(recorder->add(event));
    event.schema = &exec;
    CHECK_FALSE(recorder->add(event));
    event.schema = nullptr;
    CHECK_FALSE(recorder->add(event));
  }
  CHECK(out.records == 0);
}

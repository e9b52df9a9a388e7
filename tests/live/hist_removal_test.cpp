// Whatever hist trigger the kernel takes and lists can be taken off again.

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "support/control.hpp"
#include "support/live.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;

namespace {

const std::string event = "sched:sched_switch";

/// Forms of every kind; a kernel refuses those that it does not know.
const std::vector<std::string> forms = {
    "hist:keys=next_pid",
    "hist:keys=next_pid.hex",
    "hist:keys=next_pid.log2:sort=next_pid",
    "hist:keys=next_pid.log2:sort=next_pid.descending",
    "hist:keys=next_prio.log2,prev_prio.buckets=10:sort=next_prio.descending,prev_prio",
    "hist:keys=common_pid.execname:sort=common_pid",
    "hist:keys=next_comm:vals=next_prio:sort=next_prio.descending",
    "hist:keys=common_timestamp.usecs:sort=common_timestamp",
    "hist:keys=next_pid:ts0=common_timestamp.usecs",
    "hist:keys=next_pid:vals=hitcount,next_prio:sort=hitcount.descending:size=512 if next_pid > 3",
    "hist:name=ftracectl_test_name:keys=prev_pid",
    "hist:keys=next_pid:clock=mono:pause",
    "hist:keys=stacktrace",
    "hist:keys=common_stacktrace",
    "hist:keys=prev_prio.buckets=5:sort=prev_prio.descending:size=128",
    "hist:keys=next_pid:vals=next_prio.percent,hitcount.graph",
    "hist:keys=cpu",
    "hist:keys=common_cpu:nohitcount:vals=next_prio",
    "hist:keys=prev_pid:x=next_prio:onmax($x).save(next_comm)",
};

std::string triggers(const std::string& file) {
  std::istringstream lines(read_file(file));
  std::string listed;
  for (std::string line; std::getline(lines, line);) {
    if (line.front() != '#') listed += line + "\n";
  }
  return listed;
}

std::string hist_folder() {
  const std::string folder = tracing_folder();
  if (!contains(read_file(folder + "/events/sched/sched_switch/trigger"), " hist"))
    skip("this kernel has no trigger hist");
  return folder;
}

}  // namespace

TEST_CASE(
    "hist removal: --remove with what is listed, --remove hist, --clear, disable and reset take each off") {
  hist_folder();
  const ScratchInstance instance("ftracectl_test_hist");
  const std::string file = instance.folder() + "/events/sched/sched_switch/trigger";
  for (const auto& form : forms) {
    CAPTURE(form);
    for (const std::string how : {"listed", "hist", "clear", "disable", "reset"}) {
      CAPTURE(how);
      if (!write_file(file, form)) break;  // this kernel does not know it
      const std::string listed = triggers(file);
      CAPTURE(listed);
      std::vector<std::string> words = {"trigger", event, "--remove", "hist"};
      if (how == "listed") words.back() = listed.substr(0, listed.rfind(" ["));
      if (how == "clear") words = {"trigger", event, "--clear"};
      if (how == "disable") words = {"disable", event};
      if (how == "reset") words = {"reset", "--yes"};
      words.insert(words.end(), {"--instance", instance.name()});
      const auto removed = run_ftracectl(words);
      CAPTURE(removed.err);
      CHECK(removed.status == 0);
      CHECK(triggers(file) == "");
      write_file(file, "!" + form);
    }
  }
}

TEST_CASE("hist removal: an instance is removed with the hist triggers that keep it busy") {
  const std::string folder = hist_folder();
  for (const auto& form : forms) {
    CAPTURE(form);
    const ScratchInstance instance("ftracectl_test_hist");
    if (!write_file(instance.folder() + "/events/sched/sched_switch/trigger", form)) continue;
    const auto removed = run_ftracectl({"instance", "remove", instance.name()});
    CAPTURE(removed.err);
    CHECK(removed.status == 0);
    CHECK_FALSE(contains(run_ftracectl({"instance", "list"}).out, instance.name()));
  }
}

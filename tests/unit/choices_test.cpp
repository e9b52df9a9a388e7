// Which events and which execs: -e and -f, and what fleets select by.

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "cli/event_options.hpp"
#include "live/capture_plan.hpp"
#include "model/filter/filter_terms.hpp"
#include "records/wanted_execs.hpp"
#include "saved/capture_manifest.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

std::string complaint(std::vector<std::string> words) {
  std::ostringstream out;
  std::ostringstream err;
  words.insert(words.begin(), "capture");
  words.insert(words.end(), {"--tracefs", "/no/tracefs"});
  return cli::run(words, out, err) == exit_status::usage ? err.str() : "";
}

void check_choice(const std::string& text, const std::string& pattern, const std::string& filter) {
  CAPTURE(text);
  const auto choice = cli::parse_event_choice(text);
  CHECK(choice.pattern == pattern);
  CHECK(choice.filter == filter);
}

}  // namespace

TEST_CASE("choices: EVENT/FILTER/ is taken apart, whatever slashes are in the filter") {
  check_choice("sched:sched_switch", "sched:sched_switch", "");
  check_choice("sched/sched_switch", "sched/sched_switch", "");
  check_choice("sched:sched_switch/prev_pid == 1/", "sched:sched_switch", "prev_pid == 1");
  check_choice("sched/sched_switch/prev_pid == 1/", "sched/sched_switch", "prev_pid == 1");
  check_choice("sched_switch/prev_pid == 1/", "sched_switch", "prev_pid == 1");
  check_choice("sched:sched_process_exec/filename == \"/bin/x\"/", "sched:sched_process_exec",
               "filename == \"/bin/x\"");
  check_choice("sched_process_exec/filename ~ \"/usr/*\"/", "sched_process_exec", "filename ~ \"/usr/*\"");
}

TEST_CASE("choices: -f belongs to the -e in front of it") {
  CHECK(complaint({"-e", "a:b", "-f", "x == 1", "-e", "c:d/y == 2/", "-e", "e:f"}) == "");
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"-f", "x == 1"},
                                             {"-e", "a:b", "-f", "x == 1", "-f", "y == 1"},
                                             {"-e", "a:b/x == 1/", "-f", "y == 1"}})
    CHECK(contains(complaint(words), "belongs to the -e in front of it"));
}

TEST_CASE("choices: in the plan each event has its own filter beside the one for all") {
  CaptureWish wish;
  wish.events = {"a:b", "c:d", "e:f"};
  wish.takers = wish.events;
  wish.filter = "cpu == 0";
  wish.own_filters = {{"a:b", "x == 1"}, {"c:d", "y == 2 || z == 3"}, {"e:f", ""}};
  std::vector<std::string> filters;
  for (const auto& step : plan_capture(wish, "i/")) {
    if (step.kind == Step::Kind::set_filter) filters.push_back(step.value);
  }
  REQUIRE(filters.size() == 3);
  CHECK(filters[0] == both_filters("cpu == 0", "x == 1"));
  CHECK(filters[1] == both_filters("cpu == 0", "y == 2 || z == 3"));
  CHECK(filters[2] == "cpu == 0");
}

TEST_CASE("choices: users, containers, cgroups and files select finished records") {
  ExecRecord record;
  record.uid = 1000;
  record.filename = "/usr/bin/true";
  record.place.cgroup = "/system.slice/docker-0123456789abcdef.scope";
  record.place.container = "0123456789abcdef";
  const auto selects = [&](const ExecSelection& selection) { return is_selected(selection, record); };
  CHECK(selects({}));
  CHECK(selects({{0, 1000}, {}, {}, {}, {}}));
  CHECK_FALSE(selects({{0}, {}, {}, {}, {}}));
  CHECK_FALSE(selects({{}, {1000}, {}, {}, {}}));
  CHECK_FALSE(selects({{}, {}, {"/usr/*"}, {}, {}}));
  CHECK(selects({{}, {}, {"/usr/sbin/*"}, {}, {}}));
  CHECK(selects({{}, {}, {}, {"0123456789ab"}, {}}));
  CHECK_FALSE(selects({{}, {}, {}, {"0123"}, {}}));
  CHECK(selects({{}, {}, {}, {}, {"/system.slice"}}));
  CHECK_FALSE(selects({{}, {}, {}, {}, {"/system"}}));
  record = {};
  CHECK_FALSE(selects({{0}, {}, {}, {}, {}}));
  CHECK(selects({{}, {0}, {"*"}, {}, {}}));
  CHECK_FALSE(selects({{}, {}, {}, {"*"}, {}}));
}

TEST_CASE("choices: what a folder was selected by is kept") {
  CaptureManifest manifest;
  manifest.selection = {{0}, {1000}, {"/usr/\xff*"}, {"c"}, {"/a"}};
  CHECK(parse_manifest(manifest_text(manifest), "m").selection == manifest.selection);
}

TEST_CASE("choices: --exclude-comm is a filter of the kernel's") {
  CHECK(not_comm_filter("bash") == "COMM != \"bash\"");
  CHECK(not_comm_filter("make*") == "COMM !~ \"make*\"");
  CHECK_THROWS_WITH_AS(not_comm_filter("a name of sixteen"), doctest::Contains("--exclude-comm"), Error);
}

#include "kernel/features.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/facts.hpp"
#include "support/fake_tracefs.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

bool has(const std::vector<Feature>& features, const std::string& group, const std::string& name) {
  const auto found = std::find_if(features.begin(), features.end(), [&](const Feature& feature) {
    return feature.group == group && feature.name == name;
  });
  REQUIRE(found != features.end());
  CHECK(!found->known_by.empty());
  return found->present;
}

struct Expected {
  std::string group;
  std::string name;
  std::string kernels;  ///< those that have it
};

const std::string all = "5.10 6.1 6.12 6.18 7.3";

const std::vector<Expected> truth = {
    {"events", "filters", all},
    {"events", "set_event_notrace_pid", all},
    {"events", "syscall events", all},
    {"events", "sched_prepare_exec", "6.12 6.18 7.3"},
    {"triggers", "stacktrace", all},
    {"triggers", "traceoff", all},
    {"triggers", "snapshot", "5.10 6.1 6.12 7.3"},
    {"triggers", "hist", "6.1 6.12 7.3"},
    {"triggers", "enable_hist", "6.1 6.12 7.3"},
    {"probes", "uprobes", all},
    {"probes", "kprobes", "5.10 6.1 6.12 7.3"},
    {"probes", "eprobes", "6.1 6.12 7.3"},
    {"probes", "fprobes", "6.12 7.3"},
    {"probes", "strings of system calls", "5.10 6.1 6.12 7.3"},
    {"probes", "synthetic events", "6.1 6.12 7.3"},
    {"buffers", "raw pages", all},
    {"buffers", "buffer_subbuf_size_kb", "6.12 6.18 7.3"},
    {"options", "fields", "6.12 6.18 7.3"},
    {"options", "event-fork", all},
    {"options", "userstacktrace", all},
    {"clocks", "mono", all},
    {"clocks", "tai", "6.1 6.12 6.18 7.3"},
    {"tracers", "function", all},
    {"tracers", "function_graph", "5.10 6.1 6.12 7.3"},
};

}  // namespace

TEST_CASE("features: what five kernels were recorded to have, and no more") {
  for (const std::string kernel : {"5.10", "6.1", "6.12", "6.18", "7.3"}) {
    KernelFacts facts(kernel);
    // The one whose README tells of eprobes that it does not have.
    const auto features = read_features(facts, {kernel != "6.18"});
    for (const auto& expected : truth) {
      CAPTURE(kernel);
      CAPTURE(expected.name);
      CHECK(has(features, expected.group, expected.name) ==
            ((" " + expected.kernels + " ").find(" " + kernel + " ") != std::string::npos));
    }
  }
}

TEST_CASE("features: eprobes are believed to the README where the kernel's functions are not known") {
  KernelFacts facts("6.1");
  CHECK(has(read_features(facts, {std::nullopt}), "probes", "eprobes"));
  CHECK(!has(read_features(facts, {false}), "probes", "eprobes"));
  KernelFacts old("5.10");
  CHECK(!has(read_features(old, {true}), "probes", "eprobes"));
}

TEST_CASE("features: looking changes nothing, and what cannot be read is not there") {
  FakeTracefs tracefs;
  tracefs.write("events/sched/sched_process_exec/trigger", "stacktrace");
  const std::string before = tracefs.snapshot();
  const auto features = read_features(tracefs, {});
  CHECK(tracefs.snapshot() == before);
  CHECK(has(features, "events", "set_event_pid"));
  CHECK(has(features, "triggers", "traceon"));
  CHECK(!has(features, "triggers", "snapshot"));
  CHECK(!has(features, "probes", "kprobes"));
  tracefs.fail_at(1, true);
  for (const auto& feature : read_features(tracefs, {})) CHECK(!feature.present);
}

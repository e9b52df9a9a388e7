#include "session/filter_probe.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <string>

#include "session/private_instance.hpp"

namespace ftracectl {

namespace {

/// Every kernel that traces has it, with a field as large as an address, which `.function` asks for.
constexpr const char* tried_event = "events/sched/sched_switch/";

struct Feature {
  bool FilterDialect::*in_dialect;
  std::string_view word;
  const char* filter;  ///< taken by a kernel that has the feature, and by no other
};

constexpr Feature features[] = {
    {&FilterDialect::cpu_masks, "CPUS", "cpu & CPUS{0}"},
    {&FilterDialect::functions, ".function", "prev_state.function != schedule"},
    {&FilterDialect::stacktrace_field, "stacktrace", "stacktrace == 1"},
    {&FilterDialect::stacktrace_field, "STACKTRACE", "STACKTRACE == 1"},
    {&FilterDialect::common_cpu_field, "common_cpu", "common_cpu == 0"},
};

constexpr Feature hist_features[] = {
    {&FilterDialect::hist_comm, "comm", "hist:keys=comm"},
    {&FilterDialect::hist_comm, "COMM", "hist:keys=comm"},
    {&FilterDialect::hist_hitcount, "hitcount", "hist:keys=hitcount"},
    {&FilterDialect::hist_common_stacktrace, "common_stacktrace", "hist:keys=common_stacktrace"},
};

bool is_taken(Files& files, const std::string& path, const char* filter) {
  try {
    files.write(path, filter);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

bool names_newer_features(std::string_view filter) {
  return std::any_of(std::begin(features), std::end(features), [&](const Feature& feature) {
    return filter.find(feature.word) != std::string_view::npos;
  });
}

bool names_newer_hist_features(std::string_view trigger) {
  return trigger.starts_with("hist:") &&
         std::any_of(std::begin(hist_features), std::end(hist_features), [&](const Feature& feature) {
           return trigger.find(feature.word) != std::string_view::npos;
         });
}

void try_filter_features(Files& files, Journal* journal, FilterDialect& dialect) {
  PrivateInstance instance(files, journal, "ftracectl-check");
  const std::string filter = instance.prefix() + tried_event + "filter";
  const std::string trigger = instance.prefix() + tried_event + "trigger";
  if (files.exists(filter)) {
    for (const auto& feature : features)
      dialect.*feature.in_dialect = is_taken(files, filter, feature.filter);
  }
  // Where there is no hist trigger at all, none of this matters. The instance takes them along when it goes.
  if (files.exists(trigger) && is_taken(files, trigger, "hist:keys=common_pid")) {
    dialect.hist_comm = is_taken(files, trigger, "hist:keys=comm");
    dialect.hist_hitcount = is_taken(files, trigger, "hist:keys=hitcount");
    dialect.hist_common_stacktrace = is_taken(files, trigger, "hist:keys=common_stacktrace");
  }
  instance.remove();
}

}  // namespace ftracectl

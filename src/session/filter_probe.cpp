#include "session/filter_probe.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <string>

#include "session/private_instance.hpp"

namespace ftracectl {

namespace {

/// Every kernel that traces has it, with a field as large as an address, which `.function` asks for.
constexpr const char* tried_event = "events/sched/sched_switch/filter";

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

void try_filter_features(Files& files, Journal* journal, FilterDialect& dialect) {
  PrivateInstance instance(files, journal, "ftracectl-check");
  const std::string path = instance.prefix() + tried_event;
  if (files.exists(path)) {
    for (const auto& feature : features) dialect.*feature.in_dialect = is_taken(files, path, feature.filter);
  }
  instance.remove();
}

}  // namespace ftracectl

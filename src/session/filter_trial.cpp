#include "session/filter_trial.hpp"

#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view filter_file = "filter";

/// "instances/x/events/sched/sched_switch/filter" gives "instances/x/".
std::string prefix_of(const std::string& path) { return path.substr(0, path.find("events/")); }

std::string event_path(const Step& step) {
  return step.path.substr(0, step.path.size() - filter_file.size());
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

bool FilterTrial::is_needed(Files& files, const Step& step) {
  if (step.kind != Step::Kind::set_filter || trim(step.value) == "0" || !files.exists(step.path))
    return false;
  const std::string text = files.read(step.path);
  if (holds_already(step, text) || parse_filter_text(text).expression.empty()) return false;
  return trim(files.read(event_path(step) + "enable")).starts_with('1');
}

void FilterTrial::try_out(const Step& step) {
  const std::string key = step.path + "\n" + step.value;
  if (tried_.count(key) > 0 || !is_needed(files_, step)) return;
  if (!instance_) instance_ = std::make_unique<PrivateInstance>(files_, journal_, "ftracectl-check");
  const std::string prefix = prefix_of(step.path);
  const std::string& trial_prefix = instance_->prefix();
  try {
    files_.write(trial_prefix + step.path.substr(prefix.size()), step.value);
  } catch (const Error& error) {
    throw Error(error.code(), replaced(error.what(), trial_prefix, prefix), error.system_errno());
  }
  tried_.insert(key);
}

void FilterTrial::finish() {
  if (!instance_) return;
  instance_->remove();
  instance_.reset();
}

}  // namespace ftracectl

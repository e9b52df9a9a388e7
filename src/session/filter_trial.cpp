#include "session/filter_trial.hpp"

#include <unistd.h>

#include <cerrno>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "model/control_text.hpp"
#include "session/carry_out.hpp"

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

FilterTrial::~FilterTrial() {
  try {
    finish();
  } catch (const Error&) {
    // finish() was called before and has told; this was one more attempt.
  }
}

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
  if (instance_.empty()) make_instance();
  const std::string prefix = prefix_of(step.path);
  const std::string trial_prefix = instance_ + "/";
  try {
    files_.write(trial_prefix + step.path.substr(prefix.size()), step.value);
  } catch (const Error& error) {
    throw Error(error.code(), replaced(error.what(), trial_prefix, prefix), error.system_errno());
  }
  tried_.insert(key);
}

void FilterTrial::make_instance() {
  // Another of our processes can have the same pid in another pid namespace, or have left its instance.
  const std::string name = "instances/ftracectl-check-" + std::to_string(getpid());
  for (int number = 1;; ++number) {
    const std::string path = number == 1 ? name : name + "-" + std::to_string(number);
    try {
      files_.make_dir(path);
      instance_ = path;
      return;
    } catch (const Error& error) {
      if (error.system_errno() != EEXIST || number == 10) throw;
    }
  }
}

void FilterTrial::finish() {
  if (instance_.empty()) return;
  remove_instance(files_, instance_);
  instance_.clear();
}

}  // namespace ftracectl

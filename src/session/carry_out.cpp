#include "session/carry_out.hpp"

#include <algorithm>
#include <chrono>
#include <ftracectl/error.hpp>
#include <optional>
#include <thread>

#include "base/text.hpp"
#include "model/tracefs/control_text.hpp"
#include "model/tracefs/hist_removal.hpp"

namespace ftracectl {

namespace {

/// A pid can end, and with event-fork leave the list, between our write and the reading back; the kernel
/// takes all pids of a write or gives EINVAL.
bool can_be_checked(const Step& step) { return step.kind != Step::Kind::add_pids; }

bool is_listed(Files& files, const std::string& path, const Trigger& trigger) {
  const auto listed = parse_triggers(files.read(path));
  return std::find(listed.begin(), listed.end(), trigger) != listed.end();
}

/// Tries the forms in turn. Gives whether the trigger is gone; keeps what the kernel said first.
bool try_removals(Files& files, const std::string& path, const Trigger& trigger,
                  std::optional<Error>& refusal) {
  for (const auto& text : hist_removals(trigger)) {
    try {
      files.write(path, text);
    } catch (const Error& error) {
      if (!refusal) refusal = error;
    }
    if (!is_listed(files, path, trigger)) return true;
  }
  return false;
}

/// Opening the file with O_TRUNC takes all hist triggers off the event, so it is the last resort for one that
/// stands alone.
void remove_hist(Files& files, const Step& step) {
  const auto meant =
      hist_triggers_meant(parse_triggers(files.read(step.path)), std::string(trim(step.value)));
  if (meant.empty()) return;
  std::optional<Error> refusal;
  if (try_removals(files, step.path, meant.front(), refusal)) return;
  const auto left = parse_triggers(files.read(step.path));
  const auto hists =
      std::count_if(left.begin(), left.end(), [](const Trigger& trigger) { return trigger.is_hist(); });
  if (hists == 1) files.truncate(step.path);
  if (is_listed(files, step.path, meant.front()) && refusal) throw *refusal;
}

}  // namespace

void remove_instance(Files& files, const std::string& path) {
  constexpr int attempts = 100;
  for (int attempt = 1;; ++attempt) {
    try {
      files.remove_dir(path);
      return;
    } catch (const Error& error) {
      if (error.code() != ErrorCode::busy || attempt == attempts) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void carry_out(Files& files, const Step& step) {
  switch (step.kind) {
    case Step::Kind::make_dir:
      files.make_dir(step.path);
      return;
    case Step::Kind::remove_dir:
      remove_instance(files, step.path);
      return;
    case Step::Kind::set:
      // A plain write adds to the list; "!7" is EINVAL, so that only an O_TRUNC takes a pid off it.
      if (step.path.ends_with("set_event_pid") || step.path.ends_with("set_event_notrace_pid")) {
        files.truncate(step.path);
        if (step.value.empty()) return;
      }
      break;
    case Step::Kind::set_filter:
    case Step::Kind::add_trigger:
      break;
    case Step::Kind::remove_trigger:
      if (!parse_trigger(step.value).is_hist()) break;
      remove_hist(files, step);
      return;
    case Step::Kind::add_pids:
    case Step::Kind::make_probe:
    case Step::Kind::remove_probe:
      break;
  }
  files.write(step.path, written_value(step));
}

std::string read_target(Files& files, const Step& step) {
  const bool is_folder = step.kind == Step::Kind::make_dir || step.kind == Step::Kind::remove_dir;
  return is_folder ? std::string() : files.read(step.path);
}

void check_in_force(Files& files, const Step& step) {
  if (!can_be_checked(step)) return;
  const std::string after = read_target(files, step);
  if (in_force(step, after)) return;
  throw Error(ErrorCode::failed, step.path + ": '" + written_value(step) +
                                     "' was written and accepted, but the file now reads '" +
                                     std::string(trim(after)) + "': is somebody else writing to it?");
}

}  // namespace ftracectl

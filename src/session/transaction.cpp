#include "session/transaction.hpp"

#include <stdexcept>

#include "base/text.hpp"
#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

/// The inverse of a step, for a file of which one exists.
std::optional<Step> undo_of(const Step& step, const std::string& before) {
  try {
    return inverse(step, before);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::failed, error.what());
  }
}

/// Whether a write that failed may have changed the file all the same. A refused filter has: the one before
/// it is gone. Every other file keeps what it held.
bool changes_when_refused(const Step& step) { return step.kind == Step::Kind::set_filter; }

/// A pid can end, and with event-fork leave the list, between our write and the reading back; the kernel
/// takes all pids of a write or gives EINVAL.
bool can_be_checked(const Step& step) { return step.kind != Step::Kind::add_pids; }

void check_in_force(Files& files, const Step& step) {
  if (!can_be_checked(step)) return;
  const std::string after = read_target(files, step);
  if (in_force(step, after)) return;
  throw Error(ErrorCode::failed, step.path + ": '" + written_value(step) +
                                     "' was written, and the kernel took it, but it reads '" +
                                     std::string(trim(after)) + "': is somebody else writing there?");
}

}  // namespace

Transaction::~Transaction() { roll_back(); }

void Transaction::apply(const Step& step) { apply(Plan{step}); }

void Transaction::apply(const Plan& plan, const std::function<bool()>& stop) {
  const auto go_on = [&] {
    if (stop && stop()) throw Error(ErrorCode::failed, "interrupted");
  };
  try {
    for (const auto& step : plan) {
      go_on();
      trial_.try_out(step);
    }
    for (const auto& step : plan) {
      go_on();
      trial_.try_out(step);  // again: steps before this one may have switched its event on
      apply_tried(step);
    }
    trial_.finish();
  } catch (const Error& error) {
    fail(error);
  }
}

void Transaction::apply_tried(const Step& step) {
  const std::string before = read_target(files_, step);
  if (holds_already(step, before)) return;
  const auto undo = undo_of(step, before);
  if (undo && changes_when_refused(step)) undo_.push_back(*undo);
  carry_out(files_, step);
  if (undo && !changes_when_refused(step)) undo_.push_back(*undo);
  check_in_force(files_, step);
}

void Transaction::fail(const Error& reason) {
  std::string message = reason.what();
  const auto left = roll_back();
  if (left.empty()) throw Error(reason.code(), message + "\nnothing was changed", reason.system_errno());
  message += "\nand this could not be put back:";
  for (const auto& text : left) message += "\n  " + text;
  throw Error(reason.code(), message, reason.system_errno());
}

void Transaction::commit() { undo_.clear(); }

std::vector<std::string> Transaction::roll_back() {
  std::vector<std::string> left;
  try {
    trial_.finish();
  } catch (const Error& error) {
    left.push_back(error.what());
  }
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) {
    try {
      carry_out(files_, *step);
      check_in_force(files_, *step);
    } catch (const Error& error) {
      left.push_back(shell_line(*step) + ": " + error.what());
    }
  }
  undo_.clear();
  return left;
}

}  // namespace ftracectl

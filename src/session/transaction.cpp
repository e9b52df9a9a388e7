#include "session/transaction.hpp"

#include <stdexcept>

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

/// Whether a step that failed may have changed the file all the same. A refused filter has: the one before it
/// is gone. So has a list of pids, which is emptied before it is written. Every other file keeps what it
/// held.
bool changes_when_refused(const Step& step) {
  return step.kind == Step::Kind::set_filter ||
         (step.kind == Step::Kind::set && step.path.ends_with("set_event_pid"));
}

/// Somebody else's instance of that name. Making it will fail, and must not be taken back, whatever happens.
bool is_there_already(Files& files, const Step& step) {
  return step.kind == Step::Kind::make_dir && files.exists(step.path);
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
  if (!undo || is_there_already(files_, step)) {
    carry_out(files_, step);
  } else {
    carry_out_undoably(step, *undo);
  }
  check_in_force(files_, step);
}

void Transaction::carry_out_undoably(const Step& step, const Step& undo) {
  undo_.push_back({undo, journal_ != nullptr ? journal_->record(step, undo) : 0});
  try {
    carry_out(files_, step);
  } catch (const Error&) {
    if (!changes_when_refused(step)) {
      was_undone(undo_.back());
      undo_.pop_back();
    }
    throw;
  }
}

void Transaction::was_undone(const Undo& undo) {
  if (journal_ != nullptr) journal_->undone(undo.journal_id);
}

void Transaction::fail(const Error& reason) {
  std::string message = reason.what();
  const auto left = roll_back();
  if (left.empty()) throw Error(reason.code(), message + "\nnothing was changed", reason.system_errno());
  message += "\nthis could not be put back:";
  for (const auto& text : left) message += "\n  " + text;
  throw Error(reason.code(), message, reason.system_errno());
}

void Transaction::commit() {
  undo_.clear();
  if (journal_ != nullptr) journal_->commit();
}

std::vector<std::string> Transaction::roll_back() {
  std::vector<std::string> left;
  try {
    trial_.finish();
  } catch (const Error& error) {
    left.push_back(error.what());
  }
  for (auto undo = undo_.rbegin(); undo != undo_.rend(); ++undo) {
    try {
      carry_out(files_, undo->step);
      check_in_force(files_, undo->step);
      was_undone(*undo);
    } catch (const Error& error) {
      left.push_back(shell_line(undo->step) + ": " + error.what());
    }
  }
  undo_.clear();
  return left;
}

}  // namespace ftracectl

#pragma once

#include <ftracectl/error.hpp>
#include <functional>
#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "model/plan.hpp"
#include "session/filter_trial.hpp"

namespace ftracectl {

/// Steps that are all in force or none: each is written, read back and compared, and when one fails all that
/// was written is put back, newest first, and the reason thrown. What is not committed is undone by the
/// destructor. A filter that would replace another one while its event is on is tried in an instance of its
/// own first: see FilterTrial.
class Transaction {
 public:
  explicit Transaction(Files& files) : files_(files) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void apply(const Step& step);
  /// `stop` is asked before each step: when it says true, all is put back and Error(failed) thrown.
  void apply(const Plan& plan, const std::function<bool()>& stop = {});

  /// The changes stay.
  void commit();
  /// Takes everything back now. Gives what could not be put back, one message each; never throws.
  std::vector<std::string> roll_back();

 private:
  void apply_tried(const Step& step);
  [[noreturn]] void fail(const Error& reason);

  Files& files_;
  FilterTrial trial_{files_};
  std::vector<Step> undo_;  ///< what takes back each step applied so far, oldest first
};

}  // namespace ftracectl

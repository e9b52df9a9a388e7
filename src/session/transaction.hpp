#pragma once

#include <cstdint>
#include <ftracectl/error.hpp>
#include <functional>
#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "model/tracefs/plan.hpp"
#include "session/filter_trial.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// Steps that are all in force or none: each is written, read back and compared, and when one fails all that
/// was written is put back, newest first, and the reason thrown. What is not committed is undone by the
/// destructor. A filter that would replace another one while its event is on is tried in an instance of its
/// own first: see FilterTrial.
class Transaction {
 public:
  /// With a journal, which must outlive it, what takes each step back stands there before the step is made,
  /// so that a death in the middle can be undone from outside.
  explicit Transaction(Files& files, Journal* journal = nullptr)
      : files_(files), journal_(journal), trial_(files, journal) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void apply(const Step& step);
  /// `stop` is asked before each step: when it says true, all is put back and Error(failed) thrown.
  void apply(const Plan& plan, const std::function<bool()>& stop = {});

  /// The changes stay.
  void commit();
  /// Takes everything back now. Gives what could not be put back, one message each, which stays in the
  /// journal; never throws.
  std::vector<std::string> roll_back();

 private:
  struct Undo {
    Step step;
    std::uint64_t journal_id = 0;
  };

  void apply_tried(const Step& step);
  void carry_out_undoably(const Step& step, const Step& undo);
  void was_undone(const Undo& undo);
  [[noreturn]] void fail(const Error& reason);

  Files& files_;
  Journal* journal_;
  FilterTrial trial_;
  std::vector<Undo> undo_;  ///< what takes back each step applied so far, oldest first
};

}  // namespace ftracectl

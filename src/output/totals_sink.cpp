#include "output/totals_sink.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace ftracectl {

namespace {

class TotalsSink : public Sink {
 public:
  explicit TotalsSink(std::unique_ptr<Sink> to) : to_(std::move(to)) {}

  void record(const Record& record) override {
    if (const auto* call = record_if<CallRecord>(record)) return count(call->syscall, *call);
    if (const auto* exec = record_if<ExecRecord>(record)) return count(name_of(*exec), *exec);
    if (record_if<Summary>(record) != nullptr) put_totals();
    to_->record(record);
    take();
  }
  void idle() override {
    to_->idle();
    take();
  }

 private:
  /// A success that sched_process_exec alone tells of does not say which call it was.
  static std::string name_of(const ExecRecord& exec) {
    return exec.syscall == ExecRecord::Syscall::execveat ? "execveat" : "execve";
  }

  /// Of a record that has a status, a result and a duration.
  template <typename Call>
  void count(const std::string& syscall, const Call& call) {
    CallTotals& totals = totals_[syscall];
    totals.syscall = syscall;
    ++totals.calls;
    if (call.status == Call::Status::unfinished) ++totals.unfinished;
    if (call.status == Call::Status::failed) {
      ++totals.failed;
      if (call.ret) ++totals.errors[*call.ret];
    }
    if (call.duration_ns) totals.durations.add(*call.duration_ns);
  }

  void put_totals() {
    std::vector<const CallTotals*> rows;
    for (const auto& [syscall, totals] : totals_) rows.push_back(&totals);
    std::sort(rows.begin(), rows.end(), [](const CallTotals* a, const CallTotals* b) {
      const auto cost = [](const CallTotals& row) { return std::pair(row.durations.total(), row.calls); };
      return cost(*a) != cost(*b) ? cost(*a) > cost(*b) : a->syscall < b->syscall;
    });
    for (const CallTotals* row : rows) to_->record(*row);
  }

  void take() {
    buffer_ += to_->buffer().view();
    to_->buffer().clear();
  }

  std::unique_ptr<Sink> to_;
  std::unordered_map<std::string, CallTotals> totals_;
};

}  // namespace

std::unique_ptr<Sink> make_totals_sink(std::unique_ptr<Sink> to) {
  return std::make_unique<TotalsSink>(std::move(to));
}

}  // namespace ftracectl

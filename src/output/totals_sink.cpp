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
    if (const auto* call = record_if<CallRecord>(record)) return count(*call);
    if (record_if<Summary>(record) != nullptr) put_totals();
    to_->record(record);
    take();
  }
  void idle() override {
    to_->idle();
    take();
  }

 private:
  void count(const CallRecord& call) {
    CallTotals& totals = totals_[call.syscall];
    totals.syscall = call.syscall;
    ++totals.calls;
    if (call.status == CallRecord::Status::unfinished) ++totals.unfinished;
    if (call.status == CallRecord::Status::failed) {
      ++totals.failed;
      ++totals.errors[*call.ret];
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

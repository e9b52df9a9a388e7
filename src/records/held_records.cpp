#include "records/held_records.hpp"

#include "records/task_tracker.hpp"

namespace ftracectl {

namespace {

/// Events of the cpus come in the order of their times, as long as each is in the buffer when another cpu's
/// next is read. One that its cpu was kept from finishing may come so much later.
constexpr std::uint64_t longest_delay_ns = 1'000'000;

bool is_in_doubt(const ExecRecord& record) { return record.uid && record.uid_read_ns; }

/// Under which number the task goes on.
std::int32_t task_of(const ExecRecord& record) {
  return record.status == ExecRecord::Status::ok ? record.pid : record.tid;
}

}  // namespace

void HeldRecords::put(const Record& record) {
  visit_record(record, [this](const auto& kind) {
    using Kind = std::decay_t<decltype(kind)>;
    if constexpr (std::is_same_v<Kind, OtherRecord>) {
      records_.emplace_back(kind.copy());
    } else if constexpr (std::is_constructible_v<Held, const Kind&>) {
      records_.emplace_back(kind);
    }
  });
}

void HeldRecords::on_change(std::int32_t tid, std::uint64_t time) {
  for (auto& held : records_) {
    auto* record = std::get_if<ExecRecord>(&held);
    if (record == nullptr || !is_in_doubt(*record) || task_of(*record) != tid) continue;
    if (time <= *record->uid_read_ns + uid_read_margin_ns) record->uid.reset();
  }
}

void HeldRecords::on_time(std::uint64_t time) {
  while (!records_.empty()) {
    const auto* record = std::get_if<ExecRecord>(&records_.front());
    const bool waits =
        record != nullptr && is_in_doubt(*record) && time <= *record->uid_read_ns + longest_delay_ns;
    if (waits) return;
    let_go_first();
  }
}

void HeldRecords::let_go() {
  while (!records_.empty()) let_go_first();
}

void HeldRecords::give_up() {
  for (auto& held : records_) {
    auto* record = std::get_if<ExecRecord>(&held);
    if (record != nullptr && is_in_doubt(*record)) record->uid.reset();
  }
  let_go();
}

void HeldRecords::let_go_first() {
  std::visit(
      [this](const auto& record) {
        if constexpr (std::is_same_v<std::decay_t<decltype(record)>, std::unique_ptr<OtherRecord>>) {
          sink_.record(*record);
        } else {
          sink_.record(record);
        }
      },
      records_.front());
  records_.pop_front();
}

}  // namespace ftracectl

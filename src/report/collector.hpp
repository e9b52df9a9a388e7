#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "records/sink.hpp"
#include "report/run.hpp"

namespace ftracectl::report {

/// The sink that reports are made from. It keeps some 150 bytes of each record, and each different text once.
class Collector : public Sink {
 public:
  void record(const Record& record) override {
    visit_record(record, [this](const auto& kind) { take(kind); });
  }

  /// Sorts, finds parents, children and PATH searches. Once, at the end.
  Run finish();

  std::size_t records() const { return run_.attempts.size() + run_.happenings.size() + run_.exits; }

 private:
  void take(const ExecRecord& record);
  void take(const ExitRecord& record);
  void take(const CallRecord& /*call*/) {}
  void take(const CallTotals& /*totals*/) {}
  void take(const OtherRecord& /*record*/) {}
  void take(const Event& event);
  void take(const Lost& lost);
  void take(const Malformed& /*malformed*/) { ++run_.malformed; }
  void take(const Disturbance& disturbance) { run_.disturbances.push_back(disturbance); }
  void take(const Summary& summary) { run_.summary = summary; }
  void take(const Unwritten& unwritten);
  void take(const Start& /*start*/) {}
  void take(const ClockStep& /*step*/) {}

  struct Seen {
    std::int32_t pid;
    std::int32_t ppid;
    std::int64_t at_ns;
    TextId comm;  ///< no_text where it is not that of the process itself
  };

  std::int64_t moment(const Timestamp& time);
  TextId keep(const std::optional<std::string>& text);
  template <typename Frames>
  std::uint32_t keep_stack(const Frames& kernel, const Frames& user);
  std::uint32_t process_of(const Seen& seen);
  std::uint32_t add_process(const Seen& seen);
  bool is_another(const Process& process, const Seen& seen) const;

  Run run_;
  std::unordered_map<std::int32_t, std::uint32_t> current_;  ///< the latest process of a pid
  std::map<std::vector<TextId>, std::uint32_t> stack_numbers_;
  std::string argv_;
  bool any_time_ = false;
  std::int64_t last_ns_ = 0;
};

}  // namespace ftracectl::report

#pragma once

#include <cstdint>
#include <deque>
#include <ftracectl/exec_record.hpp>
#include <ftracectl/exit_record.hpp>
#include <memory>
#include <variant>

#include "records/sink.hpp"

namespace ftracectl {

/// Records on their way to the sink that wait until it is certain what they say. A user id that /proc told is
/// the one of that moment, not of the exec: between them the task may have changed it, and the events that
/// say so are still to come. What comes behind such a record waits with it, so that the order stays.
class HeldRecords {
 public:
  /// `sink` outlives this.
  explicit HeldRecords(Sink& sink) : sink_(sink) {}

  bool empty() const { return records_.empty(); }
  /// A record that a recorder makes; copies it.
  void put(const Record& record);

  /// The task changed its user then, or it is another task from then on.
  void on_change(std::int32_t tid, std::uint64_t time);
  /// All events until then have been seen: lets go what has become certain.
  void on_time(std::uint64_t time);
  /// All events until now have been seen.
  void let_go();
  /// That will never be certain: lets all go, without the ids that are in doubt.
  void give_up();

 private:
  using Held = std::variant<ExecRecord, ExitRecord, CallRecord, std::unique_ptr<OtherRecord>>;

  void let_go_first();

  Sink& sink_;
  std::deque<Held> records_;
};

}  // namespace ftracectl

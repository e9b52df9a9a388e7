#pragma once

#include <ftracectl/event_table.hpp>
#include <ftracectl/text_decoder.hpp>
#include <string_view>

#include "records/forget_stacks.hpp"
#include "records/held_records.hpp"
#include "records/raw_source.hpp"
#include "records/recorder.hpp"
#include "records/scrub_pages.hpp"
#include "records/scrub_text.hpp"
#include "records/sink.hpp"
#include "records/stack_joiner.hpp"
#include "records/task_tracker.hpp"
#include "records/user_stack_names.hpp"

namespace ftracectl {

/// What was read of a buffer in, records in a sink's buffer out. Everybody who makes records of a buffer's
/// bytes does it through this: decoder, joiner of stacks, tracker of tasks, recorders, one behind the other.
/// Counts what passes.
class RecordStream : private RecordOut {
 public:
  struct Options {
    /// What becomes records; events that none of these uses up are records of their own. They see an event in this
    /// order.
    std::vector<ChosenRecorder> recorders = {};
    bool expect_stacks = false;
    /// Those that each event gets: one that has them does not wait for its cpu's next entry.
    StackKinds complete_stacks = {};
    /// What the buffer's options say of the bytes read until now; asked before each feed. Without it the
    /// layout is found out.
    std::function<TextLayouts()> layouts = nullptr;
    /// Binary pages are fed, and not text.
    std::optional<RawSource> raw;
    ExecQuestions questions;
    /// The recorders' records that go to the sink and are counted; all of them without it.
    std::function<bool(const Record&)> is_wanted = nullptr;
    /// Names the frames of user stacks, which are addresses without it. Outlives the stream.
    UserStackNames* user_stacks = nullptr;
    /// All that goes in, before it is decoded, but without what our own probes fetched of others' memory and
    /// no record tells (scrub_pages.hpp, scrub_text.hpp): who keeps this can run the stream again, to the same records.
    std::function<void(std::string_view bytes, int cpu, bool drained)> on_bytes = nullptr;
    /// Each end_of_round().
    std::function<void()> on_round = nullptr;
    /// Takes the records out of the sink's buffer, when there are so many that they would not stay in the
    /// cpu's cache.
    std::function<void()> take_output = nullptr;
    /// Each settle(); `matters` where something waits that it may let go.
    std::function<void(bool idle, bool matters)> on_settle = nullptr;
    /// Each disturbed().
    std::function<void(const Disturbance&)> on_disturbed = nullptr;
  };

  /// `events` and `sink` outlive the stream.
  RecordStream(const EventTable& events, Sink& sink, Options options);
  RecordStream(const RecordStream&) = delete;
  RecordStream& operator=(const RecordStream&) = delete;

  /// Sets Options::take_output, for who comes to know it later.
  void set_take_output(std::function<void()> take_output) { take_output_ = std::move(take_output); }

  TaskTracker& tasks() { return tasks_; }

  /// `cpu` and `drained` as of Decoder::feed().
  void feed(std::string_view bytes, int cpu = -1, bool drained = false);
  /// Binary pages only: every cpu has been read since this was said last.
  void end_of_round();
  /// The pipe is empty for now; `idle` when it has been so for a while, and a stack still to come would be
  /// here.
  void settle(bool idle);
  /// Somebody did something to the buffer: events may be missing, as after a loss.
  void disturbed(const Disturbance& disturbance);
  /// No more bytes will come.
  void finish();

  /// Whether records wait for events that are still to come, which may belie them.
  bool is_holding() const { return !held_.empty(); }
  /// There are none to come of the time until now.
  void let_go_held() { held_.let_go(); }

  /// Numbers of what passed so far; `lost` by the LOST lines.
  const Summary& counts() const { return counts_; }

 private:
  std::unique_ptr<Decoder> make_decoder(const EventTable& events, std::optional<RawSource> raw);
  void feed_scrubbed(std::string_view bytes, int cpu, bool drained);
  void feed_rest(std::string_view text);
  void take_entries();
  void on_entry(Entry& entry);
  void pass_on(Entry& entry);
  void on_event(Event& event);
  bool is_used(const Event& event);
  void show(Event& event);
  void put(const Record& record) override;
  void user_changed(std::int32_t tid, std::uint64_t time) override;
  void recorders_lost();
  void on_lost(Lost& lost);
  void let_go_loss(const Entry& next);
  void on_malformed(const Malformed& malformed);
  void cannot_tell();

  Sink& sink_;
  HeldRecords held_;
  bool expect_stacks_;
  bool follows_users_ = false;
  UserStackNames* user_stacks_;
  const EventSchema* stack_probe_ = nullptr;  ///< null: there is none
  std::function<TextLayouts()> layouts_;
  std::function<bool(const Record&)> is_wanted_;
  std::function<void(std::string_view, int, bool)> on_bytes_;
  std::function<void()> on_round_;
  std::function<void()> take_output_;
  std::function<void(bool, bool)> on_settle_;
  std::function<void(const Disturbance&)> on_disturbed_;
  Summary counts_;
  TaskTracker tasks_;
  ExecQuestions questions_;
  std::vector<std::unique_ptr<Recorder>> recorders_;
  std::optional<StackForgetter> stack_forgetter_;  ///< where there is something to do
  std::optional<PageScrubber> page_scrubber_;      ///< where there is something to do
  std::optional<TextScrubber> text_scrubber_;
  std::unique_ptr<Decoder> decoder_;
  TextDecoder* text_ = nullptr;  ///< the decoder, where it is one of text
  StackJoiner joiner_;
  std::optional<Lost> loss_;  ///< of a text: the next entry tells its time
};

/// For text of which nobody knows what was on: an attempt waits for its end until there is another.
RecordStream::Options options_for_unknown_text();

}  // namespace ftracectl

#include "records/record_stream.hpp"

#include <utility>

#include "decode/pages/page_decoder.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/stack_probe.hpp"
#include "records/exec_recorder.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t large_output = std::size_t{64} * 1024;

/// They tell of an exec and are nothing to be shown, also where nothing tells whose they are.
bool is_own_probe(const Event& event) {
  return event.schema != nullptr && is_exec_probe_group(event.schema->system);
}

}  // namespace

RecordStream::RecordStream(const EventTable& events, Sink& sink, Options options)
    : sink_(sink),
      held_(sink),
      expect_stacks_(options.expect_stacks),
      user_stacks_(options.user_stacks),
      layouts_(std::move(options.layouts)),
      is_wanted_(std::move(options.is_wanted)),
      on_bytes_(std::move(options.on_bytes)),
      on_round_(std::move(options.on_round)),
      take_output_(std::move(options.take_output)),
      on_settle_(std::move(options.on_settle)),
      on_disturbed_(std::move(options.on_disturbed)),
      tasks_(options.raw ? std::move(options.raw->ask_name) : nullptr),
      questions_(std::move(options.questions)),
      joiner_({[this](Event& event) { on_event(event); }, [this](Lost& lost) { on_lost(lost); },
               [this](const Malformed& malformed) { on_malformed(malformed); }},
              options.complete_stacks) {
  decoder_ = make_decoder(events, std::move(options.raw));
  for (const auto& event : events.all()) {
    if (is_stack_probe(event->schema.system, event->schema.name)) stack_probe_ = &event->schema;
  }
  for (const auto& [kind, settings] : options.recorders) {
    recorders_.push_back(kind->make(settings, {tasks_, *this, questions_}));
    follows_users_ = follows_users_ || recorders_.back()->follows_users();
  }
}

std::unique_ptr<Decoder> RecordStream::make_decoder(const EventTable& events, std::optional<RawSource> raw) {
  if (raw) {
    page_scrubber_.emplace(events, raw->layout);
    if (!page_scrubber_->is_needed()) page_scrubber_.reset();
    stack_forgetter_.emplace(events, raw->layout);
    if (!stack_forgetter_->is_needed()) stack_forgetter_.reset();
  } else {
    text_scrubber_.emplace(events);
    if (!text_scrubber_->is_needed()) text_scrubber_.reset();
  }
  if (!raw) {
    auto text = std::make_unique<TextDecoder>(events);
    text_ = text.get();
    return text;
  }
  return std::make_unique<PageDecoder>(events, raw->layout, raw->is_time, std::move(raw->symbols),
                                       std::move(raw->printk_formats));
}

void RecordStream::feed(std::string_view bytes, int cpu, bool drained) {
  if (page_scrubber_) bytes = page_scrubber_->scrub(bytes);
  if (text_scrubber_) bytes = text_scrubber_->scrub(bytes);
  feed_scrubbed(bytes, cpu, drained);
}

void RecordStream::feed_scrubbed(std::string_view bytes, int cpu, bool drained) {
  if (on_bytes_) on_bytes_(stack_forgetter_ ? stack_forgetter_->forget(bytes) : bytes, cpu, drained);
  if (layouts_ && text_ != nullptr) text_->expect(layouts_());
  decoder_->feed(bytes, cpu, drained);
  take_entries();
}

void RecordStream::feed_rest(std::string_view text) {
  if (!text.empty()) feed_scrubbed(text, -1, true);
}

void RecordStream::end_of_round() {
  if (on_round_) on_round_();
  decoder_->end_of_round();
  take_entries();
}

void RecordStream::settle(bool idle) {
  if (text_scrubber_) feed_rest(text_scrubber_->settle());
  if (on_settle_) on_settle_(idle, decoder_->has_rest() || (idle && joiner_.has_waiting()));
  decoder_->settle();
  take_entries();
  if (idle || !expect_stacks_) joiner_.settle();
  if (idle && user_stacks_ != nullptr) user_stacks_->idle();
  if (idle) sink_.idle();
}

void RecordStream::disturbed(const Disturbance& disturbance) {
  if (on_disturbed_) on_disturbed_(disturbance);
  ++counts_.disturbed;
  recorders_lost();
  sink_.record(disturbance);
}

void RecordStream::recorders_lost() {
  tasks_.lost();
  for (const auto& recorder : recorders_) recorder->lost();
  if (user_stacks_ != nullptr) user_stacks_->lost();
  held_.give_up();
}

void RecordStream::finish() {
  if (text_scrubber_) feed_rest(text_scrubber_->finish());
  decoder_->finish();
  take_entries();
  if (loss_) joiner_.add(*std::exchange(loss_, std::nullopt));  // nothing of its cpu followed
  joiner_.settle();
  for (const auto& recorder : recorders_) recorder->finish();
  held_.let_go();
  sink_.idle();
}

void RecordStream::take_entries() {
  while (Entry* entry = decoder_->next()) {
    if (take_output_ && sink_.buffer().size() >= large_output) take_output_();
    if (loss_) let_go_loss(*entry);
    on_entry(*entry);
  }
}

/// To a sink that wants no records.
void RecordStream::pass_on(Entry& entry) {
  Event of_stack;
  Event* event = nullptr;  // whose task is to be named
  switch (entry.kind) {
    case Entry::Kind::event:
      ++counts_.entries;
      ++counts_.records;
      event = &entry.event;
      break;
    case Entry::Kind::stack:
      ++counts_.entries;
      of_stack.time = entry.stack.time;
      of_stack.cpu = entry.stack.cpu;
      of_stack.tid = entry.stack.tid;
      of_stack.comm = entry.stack.comm;
      event = &of_stack;
      break;
    case Entry::Kind::lost:
      counts_.lost += entry.lost.count.value_or(1);
      tasks_.lost();
      break;
    case Entry::Kind::malformed:
      ++counts_.malformed;
      break;
  }
  const bool has_task = event != nullptr && event->tid >= 0;
  if (has_task) tasks_.begin(*event);
  sink_.entry(entry, event != nullptr ? event->comm : std::string_view(),
              text_ != nullptr ? EntrySource::text : EntrySource::pages);
  if (has_task) tasks_.end(*event);
}

void RecordStream::on_entry(Entry& entry) {
  if (sink_.takes_entries()) return pass_on(entry);
  switch (entry.kind) {
    case Entry::Kind::event:
      ++counts_.entries;
      if (expect_stacks_) {
        joiner_.add(entry.event);
      } else {  // nothing will follow that it would wait for
        on_event(entry.event);
      }
      break;
    case Entry::Kind::stack:
      ++counts_.entries;
      joiner_.add(entry.stack);
      break;
    case Entry::Kind::lost:
      if (text_ != nullptr && entry.lost.cpu >= 0) {
        loss_ = entry.lost;
      } else {
        joiner_.add(entry.lost);
      }
      break;
    case Entry::Kind::malformed:
      joiner_.add(entry.malformed);
      break;
  }
}

/// The kernel prints the line of a loss before the first entry behind it.
void RecordStream::let_go_loss(const Entry& next) {
  Lost lost = *std::exchange(loss_, std::nullopt);
  const bool is_event = next.kind == Entry::Kind::event;
  const bool is_behind = (is_event && next.event.cpu == lost.cpu) ||
                         (next.kind == Entry::Kind::stack && next.stack.cpu == lost.cpu);
  if (is_behind) lost.time = is_event ? next.event.time : next.stack.time;
  joiner_.add(lost);
}

void RecordStream::on_lost(Lost& lost) {
  counts_.lost += lost.count.value_or(1);
  recorders_lost();
  sink_.record(lost);
}

void RecordStream::on_malformed(const Malformed& malformed) {
  ++counts_.malformed;
  cannot_tell();
  const auto scrubbed = text_ != nullptr ? scrub_piece(malformed.line) : std::nullopt;
  const Malformed shown{scrubbed ? std::string_view(*scrubbed) : malformed.line, malformed.why};
  sink_.record(shown);
}

/// Of something that was not understood: it may have been a change of users.
void RecordStream::cannot_tell() {
  tasks_.forget_uids();
  held_.give_up();
}

void RecordStream::on_event(Event& event) {
  if (!held_.empty()) held_.on_time(event.time.value);
  // Without a task (context-info off) nothing tells which events belong together.
  const bool has_task = event.tid >= 0;
  if (has_task) tasks_.begin(event);
  if (user_stacks_ != nullptr && !event.user_stack.empty()) user_stacks_->name(event, tasks_);
  if (user_stacks_ != nullptr && event.schema != nullptr && event.schema == stack_probe_)
    user_stacks_->fetched(event, tasks_);
  const bool belongs_to_record = has_task && is_used(event);
  if (!belongs_to_record && !is_own_probe(event)) {
    ++counts_.records;
    if (follows_users_) cannot_tell();
    show(event);
  }
  if (user_stacks_ != nullptr && has_task) user_stacks_->follow(event, tasks_);
  if (has_task) tasks_.end(event);
}

/// Each recorder sees it.
bool RecordStream::is_used(const Event& event) {
  bool used = false;
  for (const auto& recorder : recorders_) used = recorder->add(event) || used;
  return used;
}

/// An event that is no record of another kind.
void RecordStream::show(Event& event) {
  const auto scrubbed =
      event.schema == nullptr && text_ != nullptr ? scrub_message(event.message) : std::nullopt;
  if (scrubbed) event.message = *scrubbed;
  sink_.record(event);
}

void RecordStream::put(const Record& record) {
  if (is_wanted_ && !is_wanted_(record)) return;
  ++counts_.records;
  const auto* exec = record_if<ExecRecord>(record);
  if (exec != nullptr) {
    ++counts_.execs;
    if (exec->argv) ++counts_.execs_with_argv;
  }
  const bool is_certain = exec == nullptr || !follows_users_ || !exec->uid || !exec->uid_read_ns;
  if (is_certain && held_.empty()) {
    sink_.record(record);
  } else {
    held_.put(record);
  }
}

void RecordStream::user_changed(std::int32_t tid, std::uint64_t time) { held_.on_change(tid, time); }

RecordStream::Options options_for_unknown_text() {
  RecordStream::Options options;
  options.expect_stacks = true;
  options.recorders = {exec_recorder_for_unknown()};
  return options;
}

}  // namespace ftracectl

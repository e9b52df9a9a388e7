#include "records/record_stream.hpp"

#include "decode/pages/page_decoder.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t large_output = std::size_t{64} * 1024;

}  // namespace

RecordStream::RecordStream(const EventTable& events, Sink& sink, Options options)
    : sink_(sink),
      held_(sink),
      expect_stacks_(options.expect_stacks),
      follows_uids_(options.exec.follows_uids),
      layouts_(std::move(options.layouts)),
      is_wanted_(std::move(options.is_wanted)),
      on_bytes_(std::move(options.on_bytes)),
      on_round_(std::move(options.on_round)),
      take_output_(std::move(options.take_output)),
      on_settle_(std::move(options.on_settle)),
      on_disturbed_(std::move(options.on_disturbed)),
      correlator_(options.exec,
                  {[this](const ExecRecord& record) { on_record(record); }, std::move(options.on_exec),
                   std::move(options.before_record),
                   [this](std::int32_t tid, std::uint64_t time) { held_.on_change(tid, time); }}),
      joiner_([this](const Event& event) { on_event(event); }) {
  decoder_ = make_decoder(events, std::move(options.raw));
  if (!options.ends) return;
  ends_.emplace([this](const ExitRecord& record) {
    ++counts_.records;
    if (held_.empty()) {
      sink_.process_end(record);
    } else {
      held_.put(record);
    }
  });
}

std::unique_ptr<Decoder> RecordStream::make_decoder(const EventTable& events, std::optional<RawSource> raw) {
  if (!raw) {
    auto text = std::make_unique<TextDecoder>(events);
    text_ = text.get();
    return text;
  }
  names_.emplace(correlator_.tasks(), std::move(raw->ask_name));
  return std::make_unique<PageDecoder>(
      events, raw->layout, raw->is_time, std::move(raw->symbols),
      [this](std::int32_t tid, std::uint64_t time) { return names_->find(tid, time); });
}

void RecordStream::feed(std::string_view bytes, int cpu, bool drained) {
  if (on_bytes_) on_bytes_(bytes, cpu, drained);
  if (layouts_ && text_ != nullptr) text_->expect(layouts_());
  decoder_->feed(bytes, cpu, drained);
  take_entries();
}

void RecordStream::end_of_round() {
  if (on_round_) on_round_();
  decoder_->end_of_round();
  take_entries();
}

void RecordStream::settle(bool idle) {
  if (on_settle_) on_settle_(idle, decoder_->has_rest() || (idle && joiner_.has_waiting()));
  decoder_->settle();
  take_entries();
  if (idle || !expect_stacks_) joiner_.settle();
}

void RecordStream::disturbed(const Disturbance& disturbance) {
  if (on_disturbed_) on_disturbed_(disturbance);
  ++counts_.disturbed;
  correlator_.lost();
  held_.give_up();
  sink_.disturbed(disturbance);
}

void RecordStream::finish() {
  decoder_->finish();
  take_entries();
  joiner_.settle();
  correlator_.finish();
  held_.let_go();
}

void RecordStream::take_entries() {
  while (const Entry* entry = decoder_->next()) {
    if (take_output_ && sink_.buffer().size() >= large_output) take_output_();
    switch (entry->kind) {
      case Entry::Kind::event:
        ++counts_.entries;
        if (expect_stacks_) {  // else nothing will follow that it would wait for
          joiner_.add(entry->event);
        } else {
          on_event(entry->event);
        }
        break;
      case Entry::Kind::stack:
        ++counts_.entries;
        joiner_.add(entry->stack);
        break;
      case Entry::Kind::lost:
        on_lost(entry->lost);
        break;
      case Entry::Kind::malformed:
        on_malformed(entry->malformed);
        break;
    }
  }
}

void RecordStream::on_lost(const Lost& lost) {
  counts_.lost += lost.count.value_or(1);
  joiner_.lost(lost.cpu);
  correlator_.lost();
  held_.give_up();
  sink_.lost(lost);
}

void RecordStream::on_malformed(const Malformed& malformed) {
  ++counts_.malformed;
  cannot_tell();
  sink_.malformed(malformed);
}

/// Of something that was not understood: it may have been a change of users.
void RecordStream::cannot_tell() {
  correlator_.tasks().forget_uids();
  held_.give_up();
}

void RecordStream::on_event(const Event& decoded) {
  // An event that waited for its stack got its name before the renames that wait in front of it.
  const bool is_late = names_ && expect_stacks_;
  if (is_late) {
    renamed_ = decoded;
    renamed_.comm = names_->find(decoded.tid, decoded.time.value);
  }
  const Event& event = is_late ? renamed_ : decoded;
  if (!held_.empty()) held_.on_time(event.time.value);
  // Without a task (context-info off) nothing tells which events belong together.
  const bool has_task = event.tid >= 0;
  if (has_task && ends_ && ends_->add(event, correlator_.tasks())) return;
  if (has_task && correlator_.add(event)) return;
  ++counts_.records;
  if (follows_uids_) cannot_tell();
  sink_.event(event);
}

void RecordStream::on_record(const ExecRecord& record) {
  if (is_wanted_ && !is_wanted_(record)) return;
  ++counts_.records;
  ++counts_.execs;
  if (record.argv) ++counts_.execs_with_argv;
  const bool is_certain = !follows_uids_ || !record.uid || !record.uid_read_ns;
  if (is_certain && held_.empty()) {
    sink_.exec(record);
  } else {
    held_.put(record);
  }
}

}  // namespace ftracectl

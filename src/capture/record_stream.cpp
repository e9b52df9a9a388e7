#include "capture/record_stream.hpp"

namespace ftracectl {

RecordStream::RecordStream(const EventTable& events, Sink& sink, Options options)
    : sink_(sink),
      expect_stacks_(options.expect_stacks),
      layouts_(std::move(options.layouts)),
      is_wanted_(std::move(options.is_wanted)),
      on_bytes_(std::move(options.on_bytes)),
      on_settle_(std::move(options.on_settle)),
      decoder_(events),
      correlator_(options.exec, {[this](const ExecRecord& record) { on_record(record); },
                                 std::move(options.on_exec), std::move(options.before_record)}),
      joiner_(options.expect_stacks, [this](const Event& event) { on_event(event); }) {
  if (!options.ends) return;
  ends_.emplace([this](const ExitRecord& record) {
    ++counts_.records;
    sink_.process_end(record);
  });
}

void RecordStream::feed(std::string_view bytes) {
  if (on_bytes_) on_bytes_(bytes);
  if (layouts_) decoder_.expect(layouts_());
  decoder_.feed(bytes);
  take_entries();
}

void RecordStream::settle(bool idle) {
  if (on_settle_) on_settle_(idle, decoder_.has_rest() || (idle && joiner_.has_waiting()));
  decoder_.settle();
  take_entries();
  if (idle || !expect_stacks_) joiner_.settle();
}

void RecordStream::finish() {
  decoder_.finish();
  take_entries();
  joiner_.settle();
  correlator_.finish();
}

void RecordStream::take_entries() {
  while (const Entry* entry = decoder_.next()) {
    switch (entry->kind) {
      case Entry::Kind::event:
        ++counts_.entries;
        joiner_.add(entry->event);
        break;
      case Entry::Kind::stack:
        ++counts_.entries;
        joiner_.add(entry->stack);
        break;
      case Entry::Kind::lost:
        counts_.lost += entry->lost.count.value_or(1);
        joiner_.lost(entry->lost.cpu);
        sink_.lost(entry->lost);
        break;
      case Entry::Kind::malformed:
        ++counts_.malformed;
        sink_.malformed(entry->malformed);
        break;
    }
  }
}

void RecordStream::on_event(const Event& event) {
  // Without a task (context-info off) nothing tells which events belong together.
  const bool has_task = event.tid >= 0;
  if (has_task && ends_ && ends_->add(event, correlator_.tasks())) return;
  if (has_task && correlator_.add(event)) return;
  ++counts_.records;
  sink_.event(event);
}

void RecordStream::on_record(const ExecRecord& record) {
  if (is_wanted_ && !is_wanted_(record)) return;
  ++counts_.records;
  ++counts_.execs;
  if (record.argv) ++counts_.execs_with_argv;
  sink_.exec(record);
}

}  // namespace ftracectl

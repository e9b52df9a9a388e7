#include "live/reading_pace.hpp"

#include <algorithm>

#include "live/buffer_size.hpp"

namespace ftracectl {

namespace {

/// So long events gather behind the first.
constexpr std::chrono::milliseconds gather_time{5};

/// After so many execs in a row that did not need it there is no hurry any more.
constexpr int enough_without_need = 32;

bool asks_proc_for_arguments(ArgumentSource source) {
  return source != ArgumentSource::uprobe && source != ArgumentSource::none;
}

}  // namespace

ReadingPace::ReadingPace(const CaptureOptions& options, bool are_rare, bool needs_proc) {
  // The reader does next to nothing, and must not wait behind the program that fills the buffer.
  eagerness_.real_time = true;
  eagerness_.max_queued = default_queue_bytes(read_memory_for_tracing());
  if (options.latency) {
    eagerness_.at_once = options.latency->count() == 0;
    eagerness_.look_every = *options.latency;
    return;
  }
  // Where the user names events, a reader that wakes at once would make many of the switches and wake-ups
  // that it then records.
  eagerness_.at_once = are_rare;
  const bool is_lazy = are_rare && !needs_proc && options.arguments != ArgumentSource::proc;
  if (is_lazy) eagerness_.gather = gather_time;
  adapts_ = is_lazy && asks_proc_for_arguments(options.arguments);
}

/// Pages that nobody speaks of are looked at the less often the longer there was nothing in them.
std::chrono::milliseconds ReadingPace::quiet() const {
  constexpr int idle_factor = 5;
  constexpr std::chrono::milliseconds reserve{20};
  return eagerness_.at_once ? eagerness_.gather + reserve
                            : eagerness_.look_every * (idle_factor + 1) + reserve;
}

void ReadingPace::listen_to(RecordStream::Options& options) {
  if (!adapts_) return;
  options.questions.on_exec = [this, ask = std::move(options.questions.on_exec)](ExecRecord& record) {
    on_exec(record);
    if (ask) ask(record);
  };
}

void ReadingPace::on_exec(const ExecRecord& record) {
  const bool is_cut =
      std::find(record.truncated.begin(), record.truncated.end(), "argv") != record.truncated.end();
  const bool is_in_need = !record.argv || is_cut || !record.uid;
  if (is_in_need && pump_ != nullptr) pump_->set_gather(std::chrono::milliseconds(0));
  execs_without_need_ = is_in_need ? 0 : execs_without_need_ + 1;
  if (execs_without_need_ == enough_without_need && pump_ != nullptr) pump_->set_gather(eagerness_.gather);
}

}  // namespace ftracectl

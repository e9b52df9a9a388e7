#include "live/long_run.hpp"

#include <algorithm>
#include <ctime>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "live/status_readings.hpp"

namespace ftracectl {

namespace {

using namespace std::chrono_literals;

/// How often losses become a line, at most.
constexpr auto loss_interval = 1s;
/// How often the manager is told what there is to tell, and the metrics are written.
constexpr auto status_interval = 5s;

double seconds_since_1970() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// "bytes: 1234" of a cpu's stats.
std::optional<double> bytes_in(std::string_view stats) {
  for (const auto line : split_lines(stats)) {
    if (!line.starts_with("bytes:")) continue;
    const auto number = parse_number<std::uint64_t>(trim(line.substr(6)));
    if (number) return static_cast<double>(*number);
  }
  return std::nullopt;
}

}  // namespace

LongRun::LongRun(LongRunOptions options, World world)
    : options_(std::move(options)), world_(world), notify_(options_.notify_address) {
  if (!options_.metrics.empty()) metrics_file_ = std::make_unique<MetricsFile>(options_.metrics);
}

void LongRun::listen_to(RecordStream::Options& options) {
  if (!metrics_file_) return;
  options.is_wanted = [this, wanted = std::move(options.is_wanted)](const Record& record) {
    if (wanted && !wanted(record)) return false;
    const auto* exec = record_if<ExecRecord>(record);
    if (exec != nullptr && exec->ret.value_or(0) < 0) ++failures_[errno_name(static_cast<int>(-*exec->ret))];
    return true;
  };
}

void LongRun::begin(const RecordStream& stream, std::string prefix) {
  stream_ = &stream;
  prefix_ = std::move(prefix);
  started_ = seconds_since_1970();
  if (is_service()) chores_.add(loss_interval, [this] { look_at_losses(); });
  if (notify_.is_heard()) {
    notify_.send("READY=1\nSTATUS=" + status_text());
    chores_.add(status_interval, [this] { notify_.send("STATUS=" + status_text()); });
    if (options_.keep_alive) {
      const auto half = std::chrono::duration_cast<std::chrono::milliseconds>(*options_.keep_alive / 2);
      chores_.add(std::max(half, std::chrono::milliseconds(1)), [this] { notify_.send("WATCHDOG=1"); });
    }
  }
  if (!metrics_file_) return;
  const auto write = [this] { write_metrics(stream_->counts(), Metrics::State::running); };
  write();
  chores_.add(status_interval, write);
}

void LongRun::look_at_losses() {
  const std::uint64_t lost = stream_->counts().lost;
  if (lost == losses_told_) return;
  world_.err << "ftracectl: warning: the kernel lost " << lost - losses_told_
             << " events: its buffer was full" << std::endl;
  losses_told_ = lost;
}

std::string LongRun::status_text() const {
  const Summary& counts = stream_->counts();
  std::string text = std::to_string(counts.records) + " records, " + std::to_string(counts.lost) + " lost, " +
                     std::to_string(counts.malformed) + " malformed";
  if (counts.disturbed > 0) text += ", disturbed " + std::to_string(counts.disturbed) + " times";
  const std::size_t unwritten = world_.output.unwritten_lines();
  if (unwritten > 0) text += ", " + std::to_string(unwritten) + " not written";
  return text;
}

void LongRun::hang_up() {
  notify_.send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_ns() / 1000));
  world_.output.reopen();
  notify_.send("READY=1");
}

void LongRun::stopping() { notify_.send("STOPPING=1\nSTATUS=stopping"); }

void LongRun::end(const Summary& summary) {
  if (is_service()) look_at_losses();
  if (metrics_file_) write_metrics(summary, Metrics::State::ended);
}

std::map<int, double> LongRun::buffer_fill() const {
  std::map<int, double> fill;
  try {
    const auto kb = read_buffer_kb(world_.tracefs, prefix_);
    if (!kb || *kb == 0) return fill;
    for (const auto& [name, stats] : read_cpu_stats(world_.tracefs, prefix_)) {
      const auto cpu = parse_number<int>(std::string_view(name).substr(3));
      const auto bytes = bytes_in(stats);
      if (cpu && bytes) fill[*cpu] = std::min(*bytes / (static_cast<double>(*kb) * 1024), 1.0);
    }
  } catch (const Error&) {
    fill.clear();  // the instance is gone at the end, and there is nothing in it
  }
  return fill;
}

void LongRun::write_metrics(const Summary& counts, Metrics::State state) {
  Metrics metrics;
  metrics.counts = counts;
  metrics.failures = failures_;
  metrics.written_bytes = world_.output.written_bytes();
  metrics.unwritten_lines = world_.output.unwritten_lines();
  if (state == Metrics::State::running) metrics.buffer_fill = buffer_fill();
  metrics.started = started_;
  metrics.updated = seconds_since_1970();
  metrics.state = state;
  const int error = metrics_file_->write(metrics);
  if (error != 0 && error != metrics_error_)
    world_.err << "ftracectl: warning: " << metrics_file_->path()
               << ": cannot be written: " << errno_text(error) << std::endl;
  metrics_error_ = error;
}

}  // namespace ftracectl

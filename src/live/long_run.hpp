#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "kernel/notify_socket.hpp"
#include "kernel/tracefs.hpp"
#include "live/chores.hpp"
#include "output/metrics.hpp"
#include "output/output.hpp"
#include "records/record_stream.hpp"

namespace ftracectl {

/// How a capture lives with those who look after it for days.
struct LongRunOptions {
  enum class Manner {
    command,  ///< for somebody who waits for its end
    service,  ///< under a service manager: HUP reopens the output
  } manner = Manner::command;
  std::string notify_address;                           ///< as of NotifySocket
  std::optional<std::chrono::microseconds> keep_alive;  ///< the manager expects a sign of life so often
  std::string metrics;                                  ///< a file; empty: none
};

/// Tells the service manager how a capture is, writes its metrics, and warns of losses. Does nothing that was not
/// asked for.
class LongRun {
 public:
  struct World {
    Tracefs& tracefs;
    Output& output;
    std::ostream& err;
  };

  /// Throws Error(usage) for a metrics file that is something else.
  LongRun(LongRunOptions options, World world);

  bool is_service() const { return options_.manner == LongRunOptions::Manner::service; }
  /// Counts what the stream finds, in front of who listens already.
  void listen_to(RecordStream::Options& options);
  /// The capture is in force. `stream` is looked at until end().
  void begin(const RecordStream& stream, std::string prefix);
  Chores& chores() { return chores_; }
  /// HUP: opens the output anew.
  void hang_up();
  /// The capture stops.
  void stopping();
  void end(const Summary& summary);

 private:
  void look_at_losses();
  void write_metrics(const Summary& counts, Metrics::State state);
  std::map<int, double> buffer_fill() const;
  std::string status_text() const;

  LongRunOptions options_;
  World world_;
  NotifySocket notify_;
  std::unique_ptr<MetricsFile> metrics_file_;
  Chores chores_;
  const RecordStream* stream_ = nullptr;
  std::string prefix_;
  std::map<std::string, std::uint64_t> failures_;
  std::uint64_t losses_told_ = 0;
  double started_ = 0;
  int metrics_error_ = 0;
};

}  // namespace ftracectl

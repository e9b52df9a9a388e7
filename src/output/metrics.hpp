#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "records/sink.hpp"

namespace ftracectl {

/// What a capture has come to so far, for monitoring.
struct Metrics {
  Summary counts;                                 ///< of the stream of records
  std::map<std::string, std::uint64_t> failures;  ///< execs that failed, by the error's name
  std::uint64_t written_bytes = 0;
  std::uint64_t unwritten_lines = 0;
  std::map<int, double> buffer_fill;  ///< of each cpu: the part of its buffer that waits to be read, 0 to 1
  double started = 0;                 ///< seconds since 1970
  double updated = 0;                 ///< the same
  enum class State { running, ended } state = State::running;
};

/// In the text format of Prometheus.
std::string metrics_text(const Metrics& metrics);

/// A file for node_exporter's textfile collector, which everybody may read (0644). It changes as a whole.
class MetricsFile {
 public:
  /// Throws Error(usage) where there is something else in its place.
  explicit MetricsFile(std::string path);

  /// Gives 0, or the errno: then the file is what it was.
  int write(const Metrics& metrics) const;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace ftracectl

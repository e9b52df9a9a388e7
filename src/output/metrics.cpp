#include "output/metrics.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ftracectl/error.hpp>

#include "base/fd.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view first_words = "# HELP ftracectl_";

std::string number(double value) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.17g", value);
  return text.data();
}

void begin(std::string& text, const std::string& name, const char* kind, const char* help) {
  text += "# HELP ftracectl_" + name + " " + help + "\n# TYPE ftracectl_" + name + " " + kind + "\n";
}

void put(std::string& text, const std::string& name, const char* kind, const char* help,
         const std::string& value) {
  begin(text, name, kind, help);
  text += "ftracectl_" + name + " " + value + "\n";
}

void count(std::string& text, const std::string& name, const char* help, std::uint64_t value) {
  put(text, name + "_total", "counter", help, std::to_string(value));
}

}  // namespace

std::string metrics_text(const Metrics& metrics) {
  std::string text;
  const Summary& counts = metrics.counts;
  put(text, "up", "gauge", "Whether the capture is running.",
      metrics.state == Metrics::State::running ? "1" : "0");
  count(text, "records", "Records of all kinds.", counts.records);
  count(text, "execs", "Attempts to execute a program.", counts.execs);
  begin(text, "exec_failures_total", "counter", "Attempts that failed, by their error.");
  for (const auto& [error, failed] : metrics.failures)
    text += "ftracectl_exec_failures_total{error=\"" + error + "\"} " + std::to_string(failed) + "\n";
  count(text, "entries", "Events and stack traces decoded.", counts.entries);
  count(text, "lost", "Events that the kernel lost because its buffer was full.", counts.lost);
  count(text, "malformed", "Entries that could not be decoded.", counts.malformed);
  count(text, "disturbed", "Times that another process interfered with the capture.", counts.disturbed);
  count(text, "written_bytes", "Bytes of records written.", metrics.written_bytes);
  count(text, "unwritten_records", "Records that found no room on the disk.", metrics.unwritten_lines);
  begin(text, "buffer_fill_ratio", "gauge", "Part of a cpu's buffer that waits to be read.");
  for (const auto& [cpu, fill] : metrics.buffer_fill)
    text += "ftracectl_buffer_fill_ratio{cpu=\"" + std::to_string(cpu) + "\"} " + number(fill) + "\n";
  put(text, "start_time_seconds", "gauge", "When the capture began, in seconds since 1970.",
      number(metrics.started));
  put(text, "update_time_seconds", "gauge", "When this file was written, in seconds since 1970.",
      number(metrics.updated));
  return text;
}

MetricsFile::MetricsFile(std::string path) : path_(std::move(path)) {
  const Fd there(::open(path_.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!there && errno == ENOENT) return;
  std::array<char, first_words.size()> beginning{};
  const ssize_t size = there ? ::read(there.value(), beginning.data(), beginning.size()) : -1;
  const std::string_view text(beginning.data(), static_cast<std::size_t>(size < 0 ? 0 : size));
  if (size == 0 || text == first_words) return;
  throw Error(ErrorCode::usage,
              "--metrics " + path_ + ": there is something else already, which would be overwritten");
}

int MetricsFile::write(const Metrics& metrics) const {
  const std::string text = metrics_text(metrics);
  const std::string part = path_ + ".ftracectl-part";  // the collector reads *.prom
  ::unlink(part.c_str());                              // of a run that was killed
  const Fd file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!file) return errno;
  const ssize_t written = ::write(file.value(), text.data(), text.size());
  const bool is_whole = written == static_cast<ssize_t>(text.size()) && fchmod(file.value(), 0644) == 0;
  const int error = is_whole ? 0 : written < 0 ? errno : ENOSPC;
  if (is_whole && ::rename(part.c_str(), path_.c_str()) == 0) return 0;
  const int last = is_whole ? errno : error;
  ::unlink(part.c_str());
  return last;
}

}  // namespace ftracectl

#include "cli/service_options.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <streambuf>

#include "base/text.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// $WATCHDOG_USEC, where it is meant for this process.
std::optional<std::chrono::microseconds> keep_alive_of_environment() {
  const auto pid = parse_number<pid_t>(variable("WATCHDOG_PID"));
  if (pid && *pid != getpid()) return std::nullopt;
  const auto time = parse_number<std::int64_t>(variable("WATCHDOG_USEC"));
  if (!time || *time <= 0) return std::nullopt;
  return std::chrono::microseconds(*time);
}

/// $JOURNAL_STREAM is "DEVICE:INODE" of the journal's end of our standard streams.
bool is_read_by_journal() {
  struct stat status {};
  if (fstat(STDERR_FILENO, &status) != 0) return false;
  return variable("JOURNAL_STREAM") == std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
}

/// Puts a line's priority in front of it.
class PriorityBuffer : public std::streambuf {
 public:
  explicit PriorityBuffer(std::ostream& to) : to_(to) {}

 protected:
  int_type overflow(int_type c) override {
    if (traits_type::eq_int_type(c, traits_type::eof())) return traits_type::not_eof(c);
    line_ += traits_type::to_char_type(c);
    if (line_.back() == '\n') pass_on();
    return c;
  }
  int sync() override {
    to_.flush();
    return 0;
  }

 private:
  void pass_on() {
    const std::string_view line(line_);
    const bool is_warning = line.find("ftracectl: warning: ") == 0;
    to_ << (is_warning ? "<4>" : line.find("ftracectl: note: ") == 0 ? "<5>" : "<6>") << line;
    line_.clear();
  }

  std::ostream& to_;
  std::string line_;
};

}  // namespace

void add_service_options(CommandLine& line) {
  auto options = line.options();
  options("service",
          "run under a service manager: tell systemd how it is, add to FILE, and open it anew on HUP");
  options("metrics", po::value<std::string>()->value_name("FILE.prom"),
          "write counts to FILE.prom every five seconds, for node_exporter's textfile collector");
}

LongRunOptions long_run_options(const CommandLine& line) {
  LongRunOptions options;
  options.metrics = line.text("metrics");
  if (!line.has("service")) return options;
  options.manner = LongRunOptions::Manner::service;
  options.notify_address = variable("NOTIFY_SOCKET");
  options.keep_alive = keep_alive_of_environment();
  return options;
}

ServiceMessages::ServiceMessages(const CommandLine& line, std::ostream& err) : err_(err) {
  if (!line.has("service") || !is_read_by_journal()) return;
  buffer_ = std::make_unique<PriorityBuffer>(err);
  journal_ = std::make_unique<std::ostream>(buffer_.get());
}

ServiceMessages::~ServiceMessages() = default;

}  // namespace ftracectl::cli

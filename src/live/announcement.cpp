#include "live/announcement.hpp"

#include <unistd.h>

#include <ostream>

namespace ftracectl {

namespace {

std::string tasks_text(const CaptureOptions& options) {
  if (!options.command.empty() && !options.all) return "'" + options.command.front() + "' and what it starts";
  if (!options.pids.empty() || !options.tids.empty()) return "the given processes";
  return "the whole system";
}

std::string end_text(const CaptureOptions& options) {
  if (!options.command.empty()) return "until '" + options.command.front() + "' ends";
  return options.duration ? "for the given time; Ctrl-C ends it sooner" : "until Ctrl-C";
}

}  // namespace

std::string capture_announcement(const CaptureOptions& options) {
  const std::size_t count = options.events.size();
  const std::string what =
      count == 0 ? "execs" : options.events.front() + (count > 1 ? " and other events" : "");
  return "capturing " + what + " of " + tasks_text(options) + " " + end_text(options);
}

void announce(const std::string& text, std::ostream& err) {
  if (isatty(STDERR_FILENO) == 1) err << "ftracectl: " << text << std::endl;
}

}  // namespace ftracectl

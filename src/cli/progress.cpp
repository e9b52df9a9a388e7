#include "cli/progress.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/printable.hpp"

namespace ftracectl::cli {

namespace {

/// Past the stream that makes control characters visible: these are ours.
void write_to_terminal(const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

std::string remaining(double done_seconds, std::uint64_t done, std::uint64_t all) {
  const double seconds =
      done_seconds * static_cast<double>(all - done) / static_cast<double>(std::max<std::uint64_t>(done, 1));
  if (seconds < 90) return std::to_string(static_cast<int>(seconds + 1)) + " s remain";
  return std::to_string(static_cast<std::int64_t>(seconds / 60 + 1)) + " min remain";
}

}  // namespace

Progress::Progress(std::string what) : what_(printable(what)), is_terminal_(::isatty(STDERR_FILENO) == 1) {}

void Progress::at(std::uint64_t done, std::uint64_t all) {
  if (!is_terminal_) return;
  const auto now = Clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(250);
  is_shown_ = true;
  std::string text = "\r\x1b[Kftracectl: " + what_ + ": ";
  if (all == 0) {
    text += std::to_string(done >> 20U) + " MiB";
  } else {
    const std::uint64_t part = std::min(done, all);
    text += std::to_string(part * 100 / all) + " %, " +
            remaining(std::chrono::duration<double>(now - begin_).count(), part, all);
  }
  write_to_terminal(text);
}

void Progress::clear() {
  if (is_shown_) write_to_terminal("\r\x1b[K");
  is_shown_ = false;
}

}  // namespace ftracectl::cli

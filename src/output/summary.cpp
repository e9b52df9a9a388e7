#include "output/summary.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ostream>

namespace ftracectl {

namespace {

/// What an instance has for each cpu when nobody asks for more.
constexpr std::uint64_t default_buffer_kb = 1408;

/// Twice to sixteen times as large, by how much was lost of what there was.
std::uint64_t size_to_try_mb(const Summary& summary, std::uint64_t buffer_kb) {
  const std::uint64_t all = summary.entries + summary.lost;
  std::uint64_t factor = 2;
  while (factor < 16 && summary.entries * factor < all * 2) factor *= 2;
  return std::max<std::uint64_t>(1, std::max(buffer_kb, default_buffer_kb) * factor / 1024);
}

}  // namespace

void print_counts(std::ostream& err, const Summary& summary) {
  std::array<char, 40> seconds;
  std::snprintf(seconds.data(), seconds.size(), "%.3f s", summary.seconds);
  err << "ftracectl: " << summary.records << (summary.records == 1 ? " record" : " records");
  if (summary.execs > 0)
    err << " (" << summary.execs_with_argv << " of " << summary.execs << " execs with arguments)";
  err << ", " << summary.lost << " lost, " << summary.malformed << " malformed, " << seconds.data()
      << std::endl;
  if (!is_disturbed(summary)) return;
  err << "ftracectl: disturbed by others " << summary.disturbed
      << (summary.disturbed == 1 ? " time" : " times");
  if (summary.taken > 0) err << ", who read " << summary.taken << " events that are missing here";
  if (summary.forgotten > 0) {
    err << "; " << summary.forgotten << " of the events read are no longer in the kernel's counts";
  }
  err << ": events may be missing" << std::endl;
}

bool is_disturbed(const Summary& summary) {
  return summary.disturbed > 0 || summary.taken > 0 || summary.forgotten > 0;
}

bool is_incomplete(const Summary& summary) { return summary.lost > 0 || is_disturbed(summary); }

void balance(Summary& summary) {
  if (!summary.kernel) return;
  const std::uint64_t ours = summary.entries + summary.malformed + summary.lost;
  const std::uint64_t kernels = summary.kernel->read + summary.kernel->lost();
  summary.taken = kernels - std::min(kernels, ours);
  summary.forgotten = ours - std::min(kernels, ours);
}

void print_summary(std::ostream& err, const Summary& summary, std::uint64_t buffer_kb,
                   std::string_view size_command) {
  print_counts(err, summary);
  if (summary.lost > 0) {
    if (summary.kernel && summary.kernel->dropped > 0) {
      err << "ftracectl: the newest events were dropped while the buffer was full, because its option "
             "overwrite is "
             "off"
          << std::endl;
    }
    err << "ftracectl: the kernel's buffer was too small for the load: try " << size_command << ' '
        << size_to_try_mb(summary, buffer_kb) << "M" << std::endl;
  }
}

void print_undelivered(std::ostream& err, const std::string& output, std::size_t lines) {
  if (lines == 0) return;
  err << "ftracectl: " << output << " was not read: " << lines << " lines were not delivered" << std::endl;
}

void print_unwritten(std::ostream& err, const std::string& output, std::size_t lines) {
  if (lines == 0) return;
  err << "ftracectl: " << output << ": " << lines << (lines == 1 ? " line was" : " lines were")
      << " not written: there was no room" << std::endl;
}

}  // namespace ftracectl

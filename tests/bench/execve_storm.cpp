// The generator of events for benchmarks: calls execve on a name that does not exist, in a loop.
//
//     execve_storm COUNT [CPU]           so many calls
//     execve_storm SECONDSs [CPU]        as many as it can in that time, "8s"
//
// Prints how many calls it made and how long they took: "calls 1000000 seconds 1.234".

#include <sched.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

using Clock = std::chrono::steady_clock;

/// Between two looks at the clock.
constexpr long calls_at_once = 256;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

void call(long count) {
  static char name[] = "/nonexistent/prog";
  static char argument[] = "x";
  static char* arguments[] = {name, argument, nullptr};
  static char* environment[] = {nullptr};
  for (long i = 0; i < count; ++i) execve(name, arguments, environment);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2 || argc > 3) {
    std::fputs("usage: execve_storm COUNT|SECONDSs [CPU]\n", stderr);
    return 2;
  }
  if (argc == 3) {
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(std::strtoul(argv[2], nullptr, 10), &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) != 0) {
      std::perror("execve_storm: sched_setaffinity");
      return 1;
    }
  }
  const std::string amount = argv[1];
  const bool is_time = amount.ends_with('s');
  const double wanted = std::strtod(amount.c_str(), nullptr);
  const auto begin = Clock::now();
  long calls = 0;
  while (is_time ? seconds_since(begin) < wanted : calls < static_cast<long>(wanted)) {
    const long next = is_time ? calls_at_once : static_cast<long>(wanted) - calls;
    call(next);
    calls += next;
  }
  std::printf("calls %ld seconds %.6f\n", calls, seconds_since(begin));
  return 0;
}

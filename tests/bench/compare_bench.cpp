// How long `ftracectl compare` takes for many records, and how much memory: fails beyond two seconds or 256
// MiB.
//
//     compare_bench [RECORDS]        of each side; 200,000 without it
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "cli/command.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl;

namespace {

constexpr double most_seconds = 2.0;
constexpr long most_kib = 256L * 1024;

/// The attempts of 30,000 tasks, fifty programs, as both sides tell them; one in a thousand is missing on the
/// right.
void write_sides(long count, const std::string& left_path, const std::string& right_path) {
  std::ofstream left(left_path);
  std::ofstream right(right_path);
  right << "begin 1 1\n";
  char text[1024];
  for (long i = 0; i < count; ++i) {
    const long tid = 1000 + i * 7 % 30000;
    const long long ts = 1'000'000'000'000 + 20'000LL * i;
    std::snprintf(
        text, sizeof text,
        "{\"type\":\"exec\",\"ts_ns\":%lld,\"clock\":\"mono\",\"cpu\":%ld,\"pid\":%ld,\"tid\":%ld,\"ppid\":"
        "500,"
        "\"uid\":0,\"comm\":\"bash\",\"syscall\":\"execve\",\"filename\":\"/usr/bin/program%ld\","
        "\"filename_from\":\"sched_process_exec\",\"argv\":[\"program\",\"number %ld\",\"--an-option\"],"
        "\"argv_from\":\"uprobe\",\"ret\":0,\"error\":null,\"status\":\"ok\",\"duration_ns\":538000,"
        "\"new_comm\":\"program\"}\n",
        ts, i & 1, tid, tid, i % 50, i);
    left << text;
    if (i % 1000 == 500) continue;
    const long long t = ts + 3000 + i * 7919 % 2000;
    std::snprintf(
        text, sizeof text,
        "enter %lld %ld %ld %ld 500 execve bash #%lld /usr/bin/program%ld #%lld\n"
        "arg %lld %ld 0 program #%lld\narg %lld %ld 1 number %ld #%lld\narg %lld %ld 2 --an-option #%lld\n"
        "argc %lld %ld 3 0\nexec %lld %ld %ld %ld program #%lld /usr/bin/program%ld #%lld\n"
        "exit %lld %ld %ld %ld execve 0 program #%lld\n",
        t, i & 1, tid, tid, t, i % 50, t, t, tid, t, t, tid, i, t, t, tid, t, t, tid, t + 400, i & 1, tid,
        tid, t + 400, i % 50, t + 400, t + 450, i & 1, tid, tid, t + 450);
    right << text;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::atol(argv[1]) : 200'000;
  const test::TemporaryFolder folder;
  const std::string left = folder.path() + "/left.jsonl";
  const std::string right = folder.path() + "/right.txt";
  write_sides(count, left, right);

  std::ostringstream out;
  std::ostringstream err;
  const auto begin = std::chrono::steady_clock::now();
  const int status = cli::run({"compare", left, right, "--json"}, out, err);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("compare: %ld and %ld records in %.2f s, %ld MiB at the most\n", count, count - count / 1000,
              seconds, usage.ru_maxrss / 1024);
  const std::string missing = "\"unexplained\":" + std::to_string(count / 1000);
  if (status != 3 || out.str().find(missing) == std::string::npos) {
    std::printf("wrong: exit %d, %s%s\n", status, out.str().c_str(), err.str().c_str());
    return 1;
  }
  return count == 200'000 && (seconds > most_seconds || usage.ru_maxrss > most_kib) ? 1 : 0;
}

#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ftracectl::test {

/// An exec that really happened, as the workload that made it says: not what any decoder says.
struct TrueAttempt {
  std::int32_t tid = -1;
  std::int64_t ret = 0;                 ///< 0, or the negative errno
  std::optional<std::string> filename;  ///< as given to the call; for a success, as the kernel must tell it
};

/// The attempts of each process, in order, keyed by the process that the exec made (the caller's own where it
/// failed). Source: an .expect file beside a recorded text, lines such as
///     ok pid=282 path="/t/ok" argv=["ok", "plain", "two"] exit=0
///     enoent pid=283 path="/nonexistent/prog" argv=["prog", "x"] exit=2No such file or directory
///     comm pid=313 comm="a-b 12" exit=0          (tries /nonexistent/c, then /t/COMM)
///     thread-exec leader=306 exit=0              (execs /t/ok from a thread, number 307)
/// or, from scripts/record-fixture, the JSON Lines that tests/workload/main.cpp describes.
using ExecTruth = std::map<std::int32_t, std::vector<TrueAttempt>>;

ExecTruth parse_exec_truth(const std::string& expect_text);

/// The text of a file below fixtures/kernels/KERNEL/.
std::string fixture_text(const std::string& kernel, const std::string& name);

}  // namespace ftracectl::test

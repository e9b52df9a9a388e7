#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "support/process.hpp"

namespace ftracectl::test {

/// What a run of the workload (tests/workload/main.cpp) under `ftracectl capture` gave: the workload's own
/// account beside what was captured.
struct CapturedWorkload {
  std::string program;  ///< the workload's path
  Finished finished;
  std::vector<nlohmann::json> truth;    ///< the workload's lines
  std::vector<nlohmann::json> records;  ///< the capture's, but for the summary
  nlohmann::json summary;
};

/// The path of the workload program ($FTRACECTL_WORKLOAD), a static one.
std::string workload_program();
/// The same program with the shared C library, whose execve() can be probed.
std::string shared_workload_program();

/// ftracectl capture OPTIONS --format jsonl -- PROGRAM CASES, in folders of its own. Ends the test as skipped
/// where the kernel cannot be traced, and fails it when the capture fails.
CapturedWorkload capture_workload(const std::vector<std::string>& options,
                                  const std::vector<std::string>& cases,
                                  const std::string& program = workload_program());

/// The bytes of a text, of which `KEY_hex` beside it tells where they were not UTF-8. Both the workload and
/// the records have it.
std::string bytes_of(const nlohmann::json& object, const std::string& key);
std::vector<std::string> byte_strings_of(const nlohmann::json& object, const std::string& key);

}  // namespace ftracectl::test

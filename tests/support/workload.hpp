#pragma once

#include <nlohmann/json.hpp>
#include <optional>
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
  std::vector<nlohmann::json> records;  ///< the capture's, but for its start and summary
  nlohmann::json summary;
};

/// The path of the workload program ($FTRACECTL_WORKLOAD), a static one.
std::string workload_program();
/// The same program with the shared C library, whose execve() can be probed.
std::string shared_workload_program();

/// ftracectl capture OPTIONS --format jsonl -- [UNDER...] PROGRAM CASES, in folders of its own. Ends the test
/// as skipped where the kernel cannot be traced, and fails it when the capture fails.
CapturedWorkload capture_workload(const std::vector<std::string>& options,
                                  const std::vector<std::string>& cases,
                                  const std::string& program = workload_program(),
                                  const std::vector<std::string>& under = {});

/// The bytes of a text, of which `KEY_hex` beside it tells where they were not UTF-8. Both the workload and
/// the records have it.
std::string bytes_of(const nlohmann::json& object, const std::string& key);
std::vector<std::string> byte_strings_of(const nlohmann::json& object, const std::string& key);
/// Nothing for null.
std::optional<std::string> optional_bytes(const nlohmann::json& record, const std::string& key);
/// Whether `truncated` names the key.
bool is_cut(const nlohmann::json& record, const std::string& key);

/// As kernels print a string that print strings of syscalls (7.x): '.' for what is not printable in Latin-1.
std::string as_printed(std::string text);
/// As fetched where the call was made: byte for byte, up to what is fetched.
void check_fetched(const std::string& value, const std::string& truth, bool is_cut);
void check_fetched(const std::vector<std::string>& argv, const std::vector<std::string>& truth, bool is_cut);

}  // namespace ftracectl::test

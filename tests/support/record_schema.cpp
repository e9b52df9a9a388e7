#include "support/record_schema.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

#include "base/text.hpp"
#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace ftracectl::test {

bool SchemaVerdict::has_fault_in(std::size_t line) const {
  const std::string mark = std::to_string(line) + ": ";
  return std::any_of(faults.begin(), faults.end(),
                     [&](const std::string& fault) { return fault.starts_with(mark); });
}

std::string record_schema_path() { return FTRACECTL_SCHEMA; }

SchemaVerdict validate_records(const std::string& json_lines) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/records";
  std::ofstream(path, std::ios::binary) << json_lines;
  const Finished finished =
      run({"/usr/bin/python3", FTRACECTL_VALIDATE, FTRACECTL_SCHEMA, path}, std::chrono::seconds(60));
  SchemaVerdict verdict;
  if (finished.status != 0) {
    verdict.trouble = "status " + std::to_string(finished.status) + ": " + finished.err;
    return verdict;
  }
  for (const auto line : split_lines(finished.out)) verdict.faults.emplace_back(line);
  const std::string last = verdict.faults.back();  // "12 lines"
  verdict.faults.pop_back();
  verdict.lines = parse_number<std::size_t>(last.substr(0, last.find(' '))).value_or(0);
  return verdict;
}

void check_records_if_possible(const std::string& json_lines) {
  const SchemaVerdict verdict = validate_records(json_lines);
  if (!verdict.trouble.empty()) {
    MESSAGE("not validated: " << verdict.trouble);
    return;
  }
  CHECK(verdict.lines == split_lines(json_lines).size());
  for (const auto& fault : verdict.faults) FAIL_CHECK(fault);
}

}  // namespace ftracectl::test

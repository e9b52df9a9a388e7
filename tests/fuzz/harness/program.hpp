#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "fuzz/harness/target.hpp"
#include "support/temporary_folder.hpp"

namespace ftracectl::fuzz {

/// The whole program, called in this process on files in a folder of its own.
class Program {
 public:
  /// Writes a file and gives its path.
  std::string file(const std::string& name, std::string_view content);
  /// Files of a folder, each behind a line "=== NAME"; nothing that leads out of it.
  std::string folder_of(std::string_view bundle);
  /// A tree of the formats that an exec's events have.
  std::string few_formats();
  std::string output() const { return folder_.path() + "/output"; }

  /// Runs it. What it prints must be harmless for a terminal, JSON where --json asks for it, and no library's text;
  /// its exit code one of those there are.
  void run(const std::vector<std::string>& arguments);
  /// What it wrote to output().
  void check_output(bool is_json_lines);

 private:
  test::TemporaryFolder folder_;
};

}  // namespace ftracectl::fuzz

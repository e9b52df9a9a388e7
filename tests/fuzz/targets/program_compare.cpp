// `ftracectl compare LEFT RIGHT`: two texts with a line of "---" between; one alone is held against itself.

#include "fuzz/harness/program.hpp"

FUZZ_TARGET("program_compare") {
  using namespace ftracectl;
  static fuzz::Program program;
  static const std::string formats = program.few_formats();
  constexpr std::string_view between = "\n---\n";
  const auto at = input.find(between);
  const auto left = input.substr(0, at == input.npos ? at : at + 1);
  const auto right = at == input.npos ? left : input.substr(at + between.size());
  const std::string left_path = program.file("left", left);
  const std::string right_path = program.file("right", right);
  program.run({"compare", left_path, right_path, "--formats", formats});
  program.run({"compare", left_path, right_path, "--formats", formats, "--json"});
}

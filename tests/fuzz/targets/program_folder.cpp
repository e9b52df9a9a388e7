// `ftracectl decode DIR` of a capture folder that a stranger made. The input is the files, each behind a line
// "=== NAME"; "tests/fuzz/targets/program_folder.cpp" has a folder of its own for each.

#include "fuzz/harness/program.hpp"

FUZZ_TARGET("program_folder") {
  using namespace ftracectl;
  static fuzz::Program program;
  const std::string folder = program.folder_of(input);
  for (const std::string format : {"jsonl", "text"}) {
    program.run({"decode", folder, "--format", format, "-o", program.output()});
    program.check_output(format == "jsonl");
  }
}

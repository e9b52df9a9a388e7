// `ftracectl format --file`, in this process, on a file. The first byte chooses the form of its output.

#include "fuzz/harness/program.hpp"

FUZZ_TARGET("program_format") {
  using namespace ftracectl;
  static fuzz::Program program;
  const std::vector<std::string> option =
      std::vector<std::vector<std::string>>{{}, {"--json"}, {"--c"}}[fuzz::take_choice(input, 3)];
  std::vector<std::string> arguments = {"format", "--file", program.file("format", input)};
  arguments.insert(arguments.end(), option.begin(), option.end());
  program.run(arguments);
}

// `ftracectl decode FILE`: the text of a trace. The first byte chooses the form of the records.

#include "fuzz/harness/program.hpp"
#include "support/formats.hpp"

FUZZ_TARGET("program_decode") {
  using namespace ftracectl;
  static fuzz::Program program;
  static const std::string formats = program.few_formats();
  const std::string format = fuzz::take_choice(input, 2) == 0 ? "jsonl" : "text";
  program.run({"decode", program.file("trace.txt", input), "--formats", formats, "--format", format, "-o",
               program.output()});
  program.check_output(format == "jsonl");
}

// Lines of a capture folder's other files; the first byte chooses which: tasks, values, pauses, reads, names, symbols.

#include "base/json_depth.hpp"
#include "base/text.hpp"
#include "fuzz/harness/target.hpp"
#include "saved/machine_lines.hpp"

using namespace ftracectl;

namespace {

void parse(std::size_t kind, std::string_view line) {
  switch (kind) {
    case 0:
      parse_task_line(line);
      break;
    case 1: {
      ExecRecord record;
      apply_values(parse_value_line(line), record);
      break;
    }
    case 2:
      parse_pause_line(line);
      break;
    case 3:
      parse_read_line(line);
      break;
    case 4:
      parse_name_line(line);
      break;
    default:
      parse_symbol_line(line);
  }
}

}  // namespace

FUZZ_TARGET("saved_lines") {
  const std::size_t kind = fuzz::take_choice(input, 6);
  for (const auto line : split_lines(input)) {
    try {
      parse(kind, line);
    } catch (const std::exception& error) {
      // As SavedLines has it.
      fuzz::check_refusal(json_fault(error.what()).c_str());
    }
  }
}

#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/records_schema.hpp"

namespace ftracectl::cli {

int cmd_schema(const Invocation& invocation) {
  CommandLine line({"schema",
                    "Prints the JSON Schema (draft 2020-12) of the records that --format jsonl "
                    "prints.",
                    "ftracectl schema > records.schema.json"});
  if (!line.parse(invocation)) return exit_status::ok;
  invocation.out << records_schema;
  return exit_status::ok;
}

}  // namespace ftracectl::cli

#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::cli {

struct Description;

/// What a subcommand was called with.
struct Invocation {
  std::vector<std::string> arguments;  ///< what stands after its name, up to "--"
  std::vector<std::string> command;    ///< what stands after "--"
  bool has_separator = false;          ///< there was a "--"
  std::ostream& out;                   ///< results
  std::ostream& err;                   ///< everything else
  Description* description = nullptr;  ///< to be filled in, instead of doing anything
};

/// A row of the table of subcommands: one cmd_NAME.cpp each.
struct Command {
  std::string_view name;
  std::string_view summary;       ///< one line for the overview
  int (*run)(const Invocation&);  ///< gives the exit code; throws Error
};

std::span<const Command> commands();

/// Throws Error(usage), with the nearest name.
const Command& find_command(const std::string& name);

/// All commands with their summaries.
void print_overview(std::ostream& out);

/// Runs the whole program: finds the subcommand, catches Error once, gives the exit code.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace ftracectl::cli

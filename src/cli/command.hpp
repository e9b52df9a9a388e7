#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::cli {

/// What a subcommand was called with.
struct Invocation {
  std::vector<std::string> arguments;  ///< what stands after its name, up to "--"
  std::vector<std::string> command;    ///< what stands after "--"
  bool has_separator = false;          ///< there was a "--"
  std::ostream& out;                   ///< results
  std::ostream& err;                   ///< everything else
};

/// A row of the table of subcommands: one cmd_NAME.cpp each.
struct Command {
  std::string_view name;
  std::string_view summary;       ///< one line for the overview
  int (*run)(const Invocation&);  ///< gives the exit code; throws Error
};

std::span<const Command> commands();

/// Runs the whole program: finds the subcommand, catches Error once, gives the exit code.
int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

}  // namespace ftracectl::cli

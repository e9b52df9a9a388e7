#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "kernel/tracefs.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl::cli {

/// The buffer that a command works on: the top-level one, or an instance.
struct Target {
  Tracefs files;
  std::string instance;  ///< empty for the top-level buffer
  std::string prefix;    ///< of buffer_prefix()
  /// The instance does not exist yet: put_in_force() makes it, says so here, and takes it back on a failure.
  std::ostream* to_be_made = nullptr;

  /// "the top-level buffer", "instance 'NAME'"
  std::string buffer_name() const;
};

/// Declares --instance.
void add_instance_option(CommandLine& line);

/// Finds the tracing folder and the buffer. Throws Error; an instance that does not exist is one, which
/// names those that do.
Target open_target(const CommandLine& line);

/// The same for commands that switch something on: an instance that does not exist is made by
/// put_in_force(), and stays.
Target open_or_make_target(const CommandLine& line, const Invocation& invocation);

/// The first word alone, for commands that take one pattern; nothing of nothing.
std::vector<std::string> first_of(const std::vector<std::string>& words);

/// The events of this kernel that the patterns name. Throws Error(usage) without any pattern.
std::vector<std::string> events_named(const CommandLine& line, Target& target,
                                      const std::vector<std::string>& patterns);

/// Puts all steps in force, or none and throws. INT, TERM and HUP count as a failure meanwhile.
void put_in_force(Target& target, const Plan& plan);

/// What put_in_force() would write, as a shell script.
void print_dry_run(std::ostream& out, Target& target, const Plan& plan);

}  // namespace ftracectl::cli

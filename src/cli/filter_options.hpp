#pragma once

#include <iosfwd>
#include <string>

#include "cli/command_line.hpp"
#include "kernel/tracefs.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl::cli {

/// Declares --pid, --tid, --comm and --cpu.
void add_selection_options(CommandLine& line);

/// Declares --force.
void add_force_option(CommandLine& line);

/// The kernel filter that these options ask for; empty without any. --pid takes the threads that the
/// processes have now. Throws Error: usage, and failed for a process that there is not.
std::string selection_filter(const CommandLine& line);

/// The selection and the user's own --filter, both of which must hold.
std::string whole_filter(const CommandLine& line);

/// Checks a plan before anything is written, unless --force was given: first its texts in the user's own
/// words, so that a caret stands in these, then as they are to be written. Prints what is to be known about
/// them. Throws Error: rejected, feature_missing.
void check_before_writing(const CommandLine& line, std::ostream& err, Tracefs& files, const Plan& own_words,
                          const Plan& plan);

}  // namespace ftracectl::cli

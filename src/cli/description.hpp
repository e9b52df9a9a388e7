#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace ftracectl::cli {

struct OptionDescription {
  std::string name;    ///< "output"
  std::string letter;  ///< "o", or empty
  std::string value;   ///< "FILE", or empty where it takes none
  std::string text;    ///< as --help has it
  bool is_repeatable = false;
};

/// What --help says about a command, as data. The help of the terminal, the manual and the completion of shells come
/// from it, so a new command or option is in all of them.
struct Description {
  std::string name;
  std::string summary;
  std::string usage;  ///< "enable EVENT... [OPTIONS]"
  std::string text;
  std::string example;
  std::vector<OptionDescription> options;
  bool takes_command = false;  ///< words behind "--" are a command of the user's

  const OptionDescription* find(const std::string& word) const;  ///< by "--output" or "-o"; null for another
};

/// Asks the command itself. Nothing is done for that.
Description describe(const Command& command);

}  // namespace ftracectl::cli

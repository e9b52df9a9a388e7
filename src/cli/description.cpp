#include "cli/description.hpp"

#include <sstream>

namespace ftracectl::cli {

const OptionDescription* Description::find(const std::string& word) const {
  for (const auto& option : options) {
    if (word == "--" + option.name || (!option.letter.empty() && word == "-" + option.letter)) return &option;
  }
  return nullptr;
}

Description describe(const Command& command) {
  std::ostringstream nowhere;
  Description description;
  Invocation invocation{{}, {}, false, nowhere, nowhere};
  invocation.description = &description;
  command.run(invocation);
  description.name = command.name;
  description.summary = command.summary;
  return description;
}

}  // namespace ftracectl::cli

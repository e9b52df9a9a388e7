#pragma once

#include "cli/command.hpp"

namespace ftracectl::cli {

int cmd_version(const Invocation& invocation);

}  // namespace ftracectl::cli

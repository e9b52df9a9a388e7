#pragma once

#include "cli/command.hpp"

namespace ftracectl::cli {

int cmd_format(const Invocation& invocation);
int cmd_version(const Invocation& invocation);

}  // namespace ftracectl::cli

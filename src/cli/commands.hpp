#pragma once

#include "cli/command.hpp"

namespace ftracectl::cli {

int cmd_capture(const Invocation& invocation);
int cmd_disable(const Invocation& invocation);
int cmd_enable(const Invocation& invocation);
int cmd_filter(const Invocation& invocation);
int cmd_format(const Invocation& invocation);
int cmd_list(const Invocation& invocation);
int cmd_recover(const Invocation& invocation);
int cmd_status(const Invocation& invocation);
int cmd_stream(const Invocation& invocation);
int cmd_trigger(const Invocation& invocation);
int cmd_version(const Invocation& invocation);

}  // namespace ftracectl::cli

#pragma once

#include "cli/command.hpp"

namespace ftracectl::cli {

int cmd_capture(const Invocation& invocation);
int cmd_clear(const Invocation& invocation);
int cmd_compare(const Invocation& invocation);
int cmd_decode(const Invocation& invocation);
int cmd_report(const Invocation& invocation);
int cmd_disable(const Invocation& invocation);
int cmd_doctor(const Invocation& invocation);
int cmd_enable(const Invocation& invocation);
int cmd_filter(const Invocation& invocation);
int cmd_format(const Invocation& invocation);
int cmd_help(const Invocation& invocation);
int cmd_instance(const Invocation& invocation);
int cmd_list(const Invocation& invocation);
int cmd_convert(const Invocation& invocation);
int cmd_recover(const Invocation& invocation);
int cmd_off(const Invocation& invocation);
int cmd_on(const Invocation& invocation);
int cmd_reset(const Invocation& invocation);
int cmd_schema(const Invocation& invocation);
int cmd_set(const Invocation& invocation);
int cmd_status(const Invocation& invocation);
int cmd_stream(const Invocation& invocation);
int cmd_trigger(const Invocation& invocation);
int cmd_version(const Invocation& invocation);

}  // namespace ftracectl::cli

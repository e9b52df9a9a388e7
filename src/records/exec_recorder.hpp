#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/exec_correlator.hpp"
#include "records/recorder.hpp"

namespace ftracectl {

/// The events that make exec records: each attempt's enter, the program that runs, and the end of the call.
inline constexpr std::array<std::string_view, 2> exec_enter_events = {"syscalls:sys_enter_execve",
                                                                      "syscalls:sys_enter_execveat"};
inline constexpr std::array<std::string_view, 2> exec_exit_events = {"syscalls:sys_exit_execve",
                                                                     "syscalls:sys_exit_execveat"};
inline constexpr std::string_view exec_event = "sched:sched_process_exec";

/// Attempts to exec a program.
extern const RecorderKind exec_kind;

RecorderSettings settings_of(const ExecSources& sources);
ExecSources exec_sources_of(const RecorderSettings& settings);

ChosenRecorder exec_recorder(const ExecSources& sources);
/// For events that the user named, "system:name"; nothing where none of them is of an exec.
std::optional<ChosenRecorder> exec_recorder_of(const std::vector<std::string>& events,
                                               bool enters_are_filtered);
/// For events of which nobody knows whether they were on: an attempt waits for its end until there is another.
ChosenRecorder exec_recorder_for_unknown();

}  // namespace ftracectl

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// One wanted change of the tracing folder, as plain data. Paths are relative to the folder.
struct Step {
  enum class Kind {
    make_dir,        ///< an instance: undone by rmdir, which takes all that is in it along
    set,             ///< a scalar: tracing_on, trace_clock, buffer_size_kb, options/X, EVENT/enable;
                     ///< set_event_pid, set_event_notrace_pid: the whole list, the one before is dropped
    set_filter,      ///< EVENT/filter; "0" clears
    add_trigger,     ///< EVENT/trigger
    remove_trigger,  ///< EVENT/trigger; value is the specification without its "!"
    add_pids,        ///< the same two: blank-separated, added to what is there
    remove_dir,      ///< takes make_dir back; has no inverse of its own
    make_probe,      ///< dynamic_events; value is the definition, "p:GROUP/NAME PATH:OFFSET ..."
    remove_probe,    ///< takes make_probe back; value is "GROUP/NAME"; has no inverse of its own
  };
  Kind kind = Kind::set;
  std::string path;
  std::string value;
};

using Plan = std::vector<Step>;

/// What a step writes: "!stacktrace" for the removal of a trigger, the value as it stands for most.
std::string written_value(const Step& step);

/// The text as one word of a shell, in single quotes where it needs them.
std::string shell_word(std::string_view text);

/// The line that goes before shell_line()s, whose paths are relative: "cd /sys/kernel/tracing".
std::string shell_folder_line(std::string_view folder);

/// The step as a shell line, for --dry-run: "echo 'common_pid==100' >
/// events/syscalls/sys_enter_execve/filter".
std::string shell_line(const Step& step);

/// Whether a file that reads `before` needs no write. Stricter than in_force(): a trigger with two of its
/// three shots left is in force, and does not hold the wanted three. Of the directory steps, never.
bool holds_already(const Step& step, std::string_view before);

/// The step that takes `step` back, given what its file held before. Nothing where there is nothing to undo
/// (the file held the value already, or the kernel will refuse the step: a second trigger of a kind, EEXIST).
/// Throws std::invalid_argument for what no single write can bring back ("X", several values). What is to be
/// written is not always what was read: a trigger reads back as "traceoff:count=3 if x" and is written as
/// "traceoff:3 if x", a clock reads "[local] mono".
std::optional<Step> inverse(const Step& step, std::string_view before);

/// Whether a file that reads `after` holds what the step wanted, as the kernel rounds it (buffer_size_kb) and
/// uses it up (a trigger's count). Of the directory steps, always: `after` tells nothing about them.
bool in_force(const Step& step, std::string_view after);

/// "GROUP/NAME" of a probe's definition.
std::string probe_name(std::string_view definition);

/// "" for the top-level buffer, "instances/NAME/" for an instance. Throws Error(usage) for a name that is no
/// plain file name.
std::string buffer_prefix(std::string_view instance_name);

/// "PREFIXevents/SYSTEM/NAME/" from "SYSTEM:NAME".
std::string event_folder(std::string_view prefix, std::string_view full_name);

}  // namespace ftracectl

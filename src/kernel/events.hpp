#pragma once

#include <ftracectl/schema.hpp>
#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl {

/// All events of this kernel as "system:name", in the kernel's order. Source: available_events.
std::vector<std::string> read_available_events(Files& files);

/// The events of a buffer that the kernel looks at, as "system:name": those that are on, those that have a
/// trigger, and those that another event's trigger switches. Source: set_event. `prefix` as of
/// buffer_prefix().
std::vector<std::string> read_active_events(Files& files, const std::string& prefix);

/// The events of a buffer that are on, as "system:name". Source: set_event, and the `enable` file of each
/// event in it, which tells those that are on from the other active ones.
std::vector<std::string> read_enabled_events(Files& files, const std::string& prefix);

/// Resolves what a user typed: "system:name", "system/name", a bare "name", globs in either part, "system:*".
/// Every pattern must match; order follows the patterns, without repeats.
/// Throws Error(unknown_event), with the nearest names.
std::vector<std::string> resolve_events(const std::vector<std::string>& patterns,
                                        const std::vector<std::string>& available);

/// The same, of this kernel. Where all are whole names ("system:name") their folders tell, which is two
/// milliseconds sooner than the list of all events.
std::vector<std::string> find_events(Files& files, const std::vector<std::string>& patterns);

/// The same of what has a format: the entries of ftrace's own tracers, too, where a pattern names their system
/// ("ftrace:print", "ftrace:*").
std::vector<std::string> find_formats(Files& files, const std::vector<std::string>& patterns);

/// Whether this kernel has an event that can be switched on. `full_name` is "system:name".
bool has_event(Files& files, std::string_view full_name);

/// Reads and parses events/SYSTEM/NAME/format.
EventSchema read_schema(Files& files, const std::string& full_name);

/// The entries of ftrace itself that binary pages may hold beside the events that are on: stack traces,
/// markers.
std::vector<std::string> builtin_entries(Files& files);

}  // namespace ftracectl

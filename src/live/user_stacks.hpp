#pragma once

#include <iosfwd>
#include <string>

#include "kernel/files.hpp"
#include "live/named_stacks.hpp"
#include "live/preparation.hpp"

namespace ftracectl {

/// "auto", "probe", "kernel": how deep user stacks go. Throws Error(usage).
UserStacks parse_unwinding(const std::string& text);

/// Has the events captured, besides those that were asked for, that tell of whose memory user stacks are. They are in no
/// record.
void add_memory_events(Files& files, Prepared& prepared);

/// Whether all of these events will come: without them nothing proves what is mapped.
bool follows_memory(const CaptureWish& wish);

/// Says once what the stacks lack, and why.
void note_stacks(const NamedStacks::Counts& counts, bool has_probe, std::ostream& err);

}  // namespace ftracectl

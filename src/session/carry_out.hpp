#pragma once

#include "kernel/files.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// Makes the one change that a step describes, without looking at what was there or reading back.
void carry_out(Files& files, const Step& step);

/// What the step's file reads now; empty for a folder's steps, which have no file.
std::string read_target(Files& files, const Step& step);

/// Throws Error unless the step's file holds what the step wanted: it reads back.
void check_in_force(Files& files, const Step& step);

/// Removes an instance. The kernel answers EBUSY while a process that had its files open is still going away,
/// so this tries for up to a second. Throws Error, busy when the time is over.
void remove_instance(Files& files, const std::string& path);

}  // namespace ftracectl

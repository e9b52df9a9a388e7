#pragma once

#include <string>
#include <vector>

#include "kernel/tracefs.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// Throws Error(usage) for a name that is no plain file name, and for one of those that ftracectl gives its
/// own instances ("ftracectl-100"): such a one, its process gone, is taken for what a killed run left.
void check_new_instance_name(const std::string& name);

/// Makes all of them or none. Throws Error(failed) for one that exists.
Plan plan_instances(Files& files, const std::vector<std::string>& names);

/// Removes an instance with all that is on in it. Throws Error(failed) when there is none of that name, and
/// Error(busy), with the processes that hold it, when it cannot be had gone within a second.
void remove_named_instance(Tracefs& tracefs, const std::string& name);

}  // namespace ftracectl

#pragma once

#include "kernel/stacks/object_names.hpp"

namespace ftracectl {

/// Tells where in an object an address is, and no names: for a program that was built without libdw. As of OpenObject.
std::unique_ptr<ObjectNames> open_plain_object(Fd file, const std::string& path);

}  // namespace ftracectl

#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "records/raw_source.hpp"

namespace ftracectl {

/// Of a live buffer. `prefix` as of buffer_prefix(). Throws Error.
RawSource read_raw_source(Files& files, const std::string& prefix);

}  // namespace ftracectl

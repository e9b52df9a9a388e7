#pragma once

#include <memory>
#include <string>

#include "decode/page_layout.hpp"
#include "decode/raw_fields.hpp"
#include "decode/task_names.hpp"
#include "kernel/files.hpp"

namespace ftracectl {

/// What it takes to decode the binary pages of a buffer, beside the schemas.
struct RawSource {
  PageLayout layout;
  bool is_time = true;  ///< the clock counts nanoseconds
  SymbolNames symbols;  ///< of the kernel's addresses
  TaskNames::Ask ask_name;
};

/// Of a live buffer. `prefix` as of buffer_prefix(). Throws Error.
RawSource read_raw_source(Files& files, const std::string& prefix);

/// The entries of ftrace itself that binary pages may hold beside the events that are on: stack traces,
/// markers.
std::vector<std::string> builtin_entries(Files& files);

}  // namespace ftracectl

#pragma once

#include "decode/pages/page_layout.hpp"
#include "decode/pages/printk_formats.hpp"
#include "decode/pages/raw_fields.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

/// What it takes to decode the binary pages of a buffer, beside the schemas.
struct RawSource {
  PageLayout layout;
  bool is_time = true;  ///< the clock counts nanoseconds
  SymbolNames symbols;  ///< of the kernel's addresses
  TaskTracker::AskName ask_name;
  PrintkFormats printk_formats;
};

}  // namespace ftracectl

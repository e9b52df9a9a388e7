#pragma once

#include <cstddef>
#include <string_view>

namespace ftracectl {

/// What a frame of a kernel stack is in the entry of a traced system call.
enum class EntryFrame {
  none,
  tracer,  ///< "ftrace_syscall_enter", "syscall_trace_enter": there only because the call is traced
  around,  ///< "do_syscall_64": every call's, but the tracer's when it is called from there
};
EntryFrame entry_frame(std::string_view frame);

/// How many of the innermost frames are the tracer's own. 0 for a stack that does not begin in the tracer.
template <typename Frames>
std::size_t tracer_frames(const Frames& frames) {
  std::size_t count = 0;
  for (const auto& frame : frames) {
    const EntryFrame kind = entry_frame(frame);
    if (kind == EntryFrame::none || (count == 0 && kind != EntryFrame::tracer)) break;
    ++count;
  }
  return count;
}

}  // namespace ftracectl

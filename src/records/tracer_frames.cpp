#include "records/tracer_frames.hpp"

#include <algorithm>
#include <array>

namespace ftracectl {

EntryFrame entry_frame(std::string_view frame) {
  constexpr std::array<std::string_view, 12> tracers = {
      "ftrace_syscall_enter",
      "ftrace_syscall_exit",
      "perf_syscall_enter",
      "perf_syscall_exit",
      "__traceiter_sys_enter",
      "__traceiter_sys_exit",
      "trace_sys_enter",
      "trace_sys_exit",
      "syscall_trace_enter",
      "syscall_exit_work",
      "syscall_exit_to_user_mode_prepare",
      "syscall_exit_to_user_mode",
  };
  constexpr std::array<std::string_view, 8> around = {"do_syscall_64",
                                                      "x64_sys_call",
                                                      "syscall_enter_from_user_mode",
                                                      "syscall_exit_to_user_mode_work",
                                                      "do_el0_svc",
                                                      "el0_svc_common",
                                                      "el0_svc",
                                                      "do_int80_syscall_32"};
  // Without "+0x12/0x80", and what compilers add: ".constprop.0", ".isra.0".
  const auto name = frame.substr(0, frame.find_first_of("+."));
  if (std::find(tracers.begin(), tracers.end(), name) != tracers.end()) return EntryFrame::tracer;
  return std::find(around.begin(), around.end(), name) != around.end() ? EntryFrame::around
                                                                       : EntryFrame::none;
}

}  // namespace ftracectl

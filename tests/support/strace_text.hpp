#pragma once

#include <optional>
#include <string>
#include <vector>

namespace ftracectl::test {

/// An attempt to exec as strace saw it.
struct StracedExec {
  /// A string of the traced program. Not known where strace printed its address instead.
  struct Text {
    std::optional<std::string> bytes;
    bool is_cut = false;  ///< strace shows no more of it
  };
  int tid = -1;  ///< of the thread that called
  std::string syscall;
  std::string folder;  ///< execveat: the number of the open folder, or AT_FDCWD
  Text path;
  /// Not known where the pointer was null or could not be read.
  std::optional<std::vector<Text>> argv;
  /// "ENOENT", empty for a success; not known when strace did not see the end.
  std::optional<std::string> error;

  /// As sched_process_exec tells the file's name: of an open folder or file "/dev/fd/3/name".
  std::optional<std::string> kernel_path() const;
};

/// The attempts in the output of `strace -f -xx -v -e trace=execve,execveat -o FILE`, in the order in which
/// they began. Throws std::runtime_error for a line that is none of strace's.
///
///     307 execve("\x2f\x74", ["\x6f\x6b", "\x61"...], ["\x41"]) = -1 ENOENT (No such file or directory)
///     307 execve("\x2f\x74", 0x8, NULL <unfinished ...>
///     307 <... execve resumed>)                = 0
///     307 execve("\x2f\x74", [], [] <pid changed to 306 ...>
std::vector<StracedExec> parse_strace(const std::string& text);

}  // namespace ftracectl::test

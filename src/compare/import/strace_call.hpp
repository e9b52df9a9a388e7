#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl::compare {

/// A call of execve or execveat as strace prints it.
struct StraceCall {
  enum class State : std::uint8_t {
    whole,   ///< all arguments are there
    half,    ///< the text ends within them
    broken,  ///< something else stands there
  };
  State state = State::broken;
  bool is_execveat = false;
  bool filename_is_cut = false;
  bool argv_is_cut = false;             ///< arguments are missing: strace shows a number of them only
  std::uint64_t cut_arguments = 0;      ///< as in Attempt
  std::optional<std::string> filename;  ///< nothing for a pointer that leads nowhere
  std::optional<std::string> argv;      ///< as in Attempt
  std::string_view rest;                ///< what stands behind the arguments
};

/// `text` begins with the call's name: execve("/bin/x", ["x", "ab"...], 0x7ffd0 /* 12 vars */) = 0
StraceCall parse_strace_call(std::string_view text);

}  // namespace ftracectl::compare

#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/field_name.hpp"

namespace ftracectl {

/// One system call: what its enter and its exit say together.
struct CallRecord {
  enum class Status : std::uint8_t {
    ok,
    failed,      ///< ret is a negative errno
    unfinished,  ///< the exit was not seen: still in the call, never returned, or lost
  };
  struct Argument {
    enum class Kind : std::uint8_t {
      number,   ///< a number, or words: "O_RDONLY|O_CLOEXEC"
      text,     ///< the string itself
      address,  ///< of a string that nothing reports
    };
    std::string name;
    std::string text;
    Kind kind = Kind::number;
    bool is_cut = false;  ///< the string is longer
  };

  Timestamp time;  ///< of the enter; of the exit, where that alone was seen
  int cpu = -1;
  std::int32_t pid = -1;             ///< the thread group; the thread itself where that is not known
  std::int32_t tid = -1;             ///< the thread that called
  std::optional<std::uint32_t> uid;  ///< real user id
  std::optional<std::string> comm;   ///< the task's name when it called
  std::string syscall;               ///< by the kernel's name: "newfstatat"
  std::vector<Argument> args;
  bool began = false;  ///< the enter was seen: `args` are known
  std::optional<std::int64_t> ret;
  bool returns_address = false;  ///< mmap, brk and their like
  Status status = Status::unfinished;
  std::optional<std::uint64_t> duration_ns;
  std::vector<std::string> kernel_stack;  ///< of the enter
  std::vector<std::string> user_stack;
};

/// The arguments as an object of texts; null where the enter was not seen.
struct CallArguments {
  const CallRecord& call;
};

/// "ok", "failed", "unfinished".
inline std::string_view status_name(CallRecord::Status status) {
  if (status == CallRecord::Status::ok) return "ok";
  return status == CallRecord::Status::failed ? "failed" : "unfinished";
}

/// The names of the arguments that `is_one` chooses.
template <typename IsOne>
std::vector<std::string_view> names_of_arguments(const CallRecord& call, IsOne is_one) {
  std::vector<std::string_view> names;
  for (const auto& argument : call.args) {
    if (is_one(argument)) names.push_back(argument.name);
  }
  return names;
}

}  // namespace ftracectl

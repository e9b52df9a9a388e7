#pragma once

#include <cstdint>
#include <string>

namespace ftracectl {

/// Something that lies in the memory of who makes a system call, and that the arguments only point to.
struct Fetch {
  enum class What : std::uint8_t {
    string,   ///< the argument is a `char *`
    strings,  ///< the argument is a `char **` that a null ends
  };
  std::string syscall;    ///< "openat"
  unsigned argument = 0;  ///< the first is 0
  std::string field;      ///< the argument's name in the event sys_enter_openat: "filename"
  What what = What::string;

  friend bool operator==(const Fetch&, const Fetch&) = default;
};

}  // namespace ftracectl

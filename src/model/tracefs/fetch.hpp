#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tracefs/architecture.hpp"

namespace ftracectl {

struct EventSchema;

/// Something that lies in the memory of who makes a system call, and that an argument only points to. Three sources
/// have it: the kernel's own strings (7.x prints them, and nothing is to be fetched), probes on the system call
/// (eprobes, and kprobes where there are none), and, for execs, uprobes on the C library's function.
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

// Strings of a system call are fetched by one probe for all of its arguments (exec_probe.hpp has those of execs):
//
//     e:GROUP/strings_rename_NONCE syscalls/sys_enter_rename p0=$oldname:x64 p1=$newname:x64
//     s0=+0($oldname):ustring z0=\0xNONCE:x64 s1=+0($newname):ustring z1=\0xNONCE:x64
//     p:GROUP/strings_rename_NONCE __x64_sys_rename p0=+112(%di):x64 p1=+104(%di):x64 s0=+0(+112(%di)):ustring ...
//
// The addresses tell whether it is of this call, and whether the kernel read them right: 6.1 takes the last byte of a
// `char *` for all of it in an eprobe. Strings are printed as they are; the number, which only the session knows, says
// where each ends. A string on a page that is not in memory is "(fault)"; before 6.13 so is an empty one.

/// Of strings alone, all of one system call.
std::string strings_eprobe(std::string_view group, const std::vector<Fetch>& fetches, std::uint64_t nonce);
/// Empty where this architecture's arguments are not known.
std::string strings_kprobe(std::string_view group, const std::vector<Fetch>& fetches, std::uint64_t nonce,
                           Architecture architecture = own_architecture());

/// What the name of such a probe's event says.
struct StringsProbe {
  std::string_view syscall;
  std::uint64_t nonce = 0;
};
/// "strings_rename_00000000000000ff"; nothing where it is another's.
std::optional<StringsProbe> parse_strings_probe(std::string_view event_name);

/// What the text of a probe of ours ends with that has a mark: " z1=0x7f…". Nothing of other events. Only then may it
/// have more than one line.
std::optional<std::string> end_of_marked_probe(const EventSchema& schema);

}  // namespace ftracectl

#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/event_table.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The arguments of a syscall as its line prints them, worked out once from the schema.
struct SyscallForm {
  struct Argument {
    const Field* field = nullptr;
    std::string label;                    ///< "argv: "
    std::string lead;                     ///< ", argv: ", of the first without the comma
    std::string lead_prefixed;            ///< ", argv: 0x"
    const Field* string_field = nullptr;  ///< "__filename_val", which holds its string (7.x); else null
    std::string text_name;                ///< "filename_text": of a string, or of names of flags
    std::size_t bytes = 8;                ///< of the register, that the argument's type in C has
    bool is_signed = false;
    bool is_address = false;

    /// The argument in a register.
    Value value_of(std::uint64_t bits) const {
      if (is_address) return Address{bits};
      const auto unused = static_cast<unsigned>(64 - 8 * bytes);
      if (is_signed) return static_cast<std::int64_t>(bits << unused) >> unused;
      return bits << unused >> unused;
    }
  };
  std::vector<Argument> arguments;
};

/// `schema` outlives the form.
SyscallForm make_syscall_form(const EventSchema& schema);

/// Reads what stands between the parentheses of "sys_openat(dfd: 3, filename: 0x4789708 "/dev/null", flags:
/// 0)" by the schema's own fields. A string behind a number, which 7.x prints, goes to
/// "NAME_text", and so do names of flags. `numbers` is what schemas and earlier lines told; it is updated when this line tells. False,
/// with `values` empty, where the text does not fit the schema, or holds a number that may be hex or decimal.
bool parse_syscall_arguments(const SyscallForm& form, std::string_view arguments, SyscallNumbers& numbers,
                             std::vector<FieldValue>& values);

/// The same of arguments at the start of a text that are nothing but numbers, and hex by what is known of
/// them: "filename: 0x55e88e9ae988, argv: 0x55e88e9ae9a0, envp: 0x7ffd5a3c", most of all lines. Bytes used;
/// 0, with anything in `values`, where they are something else or go on.
std::size_t parse_bare_arguments(const SyscallForm& form, std::string_view text, SyscallNumbers numbers,
                                 std::vector<FieldValue>& values);

/// The value behind "-> " as the signed number it is: "0xfffffffffffffffe" is -2. Up to 20 bytes of hex.
std::optional<std::int64_t> parse_syscall_return(std::string_view text);

}  // namespace ftracectl

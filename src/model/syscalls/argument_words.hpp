#pragma once

#include <cstdint>
#include <ftracectl/schema.hpp>
#include <span>
#include <string>
#include <string_view>

#include "model/tracefs/architecture.hpp"

namespace ftracectl {

/// A constant of the kernel's user interface and its name.
struct ConstantWord {
  std::string_view word;
  std::uint64_t value;
};

/// What the values of an argument are called. One part of the value, under `choice_mask`, is one of the
/// `choices`; each bit of the rest may have a word in `bits`.
struct ArgumentWords {
  std::span<const ConstantWord> choices;
  std::uint64_t choice_mask = 0;
  std::span<const ConstantWord> bits;
  bool choice_is_last = false;  ///< "CLONE_VM|SIGCHLD", not "SIGCHLD|CLONE_VM"
};

/// How an argument of a system call is written: chosen once for each event, by the C type that its format
/// file gives and by the name that the kernel's sources give.
struct ArgumentForm {
  enum class Kind : std::uint8_t {
    signed_number,
    unsigned_number,
    octal,    ///< a mode: "0644"
    address,  ///< "0x7ffe…", "NULL"
    words,    ///< "O_RDONLY|O_CLOEXEC"
  };
  Kind kind = Kind::unsigned_number;
  std::uint8_t bits = 64;  ///< of the C type; the event's slot is 64 bits wide whatever the type
  const ArgumentWords* words = nullptr;
};

/// `syscall` is the name without "sys_enter_".
ArgumentForm argument_form(std::string_view syscall, const Field& field, Architecture architecture);

/// Appends the argument in that form. `value` is the event's 64-bit slot.
void append_argument(std::string& text, const ArgumentForm& form, std::uint64_t value);

/// Whether what the system call returns is an address (mmap, brk and their like), written as one.
bool returns_address(std::string_view syscall);

}  // namespace ftracectl

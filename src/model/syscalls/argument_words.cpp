#include "model/syscalls/argument_words.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/syscalls/constants.hpp"

namespace ftracectl {

namespace {

/// A C type of system call arguments that its name alone does not say all of.
struct Type {
  std::string_view name;
  std::uint8_t bits;
  bool is_signed;
};

constexpr std::array types = {
    Type{"int", 32, true},
    Type{"unsigned int", 32, false},
    Type{"unsigned", 32, false},
    Type{"long", 64, true},
    Type{"unsigned long", 64, false},
    Type{"size_t", 64, false},
    Type{"pid_t", 32, true},
    Type{"uid_t", 32, false},
    Type{"gid_t", 32, false},
    Type{"qid_t", 32, false},
    Type{"key_t", 32, true},
    Type{"key_serial_t", 32, true},
    Type{"loff_t", 64, true},
    Type{"off_t", 64, true},
    Type{"clockid_t", 32, true},
    Type{"const clockid_t", 32, true},
    Type{"timer_t", 32, true},
    Type{"mqd_t", 32, true},
    Type{"u32", 32, false},
    Type{"__u32", 32, false},
    Type{"s32", 32, true},
    Type{"__s32", 32, true},
    Type{"u64", 64, false},
    Type{"__u64", 64, false},
    Type{"s64", 64, true},
    Type{"__s64", 64, true},
    Type{"rwf_t", 32, true},
    Type{"short", 16, true},
    Type{"unsigned short", 16, false},
    Type{"char", 8, true},
};

/// Addresses that are no pointers in C.
constexpr std::array<std::string_view, 9> address_names = {
    "addr", "start", "brk", "old_addr", "new_addr", "shmaddr", "ctx_id", "newsp", "tls"};

bool is_address(const Field& field) {
  if (field.is_pointer() || field.type == "cap_user_header_t" || field.type == "cap_user_data_t" ||
      field.type == "const cap_user_data_t" || field.type.starts_with("__sighandler")) {
    return true;
  }
  return (field.type == "unsigned long" || field.type == "aio_context_t") &&
         std::find(address_names.begin(), address_names.end(), field.name) != address_names.end();
}

bool is_descriptor(const Field& field) {
  constexpr std::array<std::string_view, 4> names = {"fd", "fildes", "oldfd", "newfd"};
  return std::find(names.begin(), names.end(), field.name) != names.end() &&
         (field.type == "unsigned int" || field.type == "unsigned long");
}

std::uint64_t narrowed(std::uint64_t value, std::uint8_t bits) {
  return bits >= 64 ? value : value & ((std::uint64_t{1} << bits) - 1);
}

std::int64_t sign_extended(std::uint64_t value, std::uint8_t bits) {
  const auto shift = static_cast<unsigned>(64 - bits);
  return static_cast<std::int64_t>(value << shift) >> shift;
}

template <typename Number>
void append_number(std::string& text, Number number, int base = 10) {
  std::array<char, 24> digits;
  text.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, base).ptr);
}

void append_hex(std::string& text, std::uint64_t value) {
  text += "0x";
  append_number(text, value, 16);
}

void append_separated(std::string& text, std::size_t begin, std::string_view word) {
  if (text.size() > begin) text += '|';
  text += word;
}

/// The bits that have words; gives the others.
std::uint64_t append_bits(std::string& text, std::size_t begin, std::span<const ConstantWord> bits,
                          std::uint64_t value) {
  for (const auto& [word, mask] : bits) {
    if (mask == 0 || (value & mask) != mask) continue;
    append_separated(text, begin, word);
    value &= ~mask;
  }
  return value;
}

const ConstantWord* find_choice(const ArgumentWords& words, std::uint64_t value) {
  const auto found = std::find_if(words.choices.begin(), words.choices.end(),
                                  [&](const ConstantWord& choice) { return choice.value == value; });
  return found != words.choices.end() ? &*found : nullptr;
}

/// A value of which nothing has a word is a number: signed where C has it so, for -1 is often one of them.
void append_words(std::string& text, const ArgumentForm& form, std::uint64_t value) {
  const ArgumentWords& words = *form.words;
  const std::size_t begin = text.size();
  const auto* choice = find_choice(words, value & words.choice_mask);
  // Zero is "no choice" where bits stand beside it: "CLONE_VM", not "0|CLONE_VM".
  const bool says_choice = choice != nullptr && (choice->value != 0 || value == 0 || choice->word != "0");
  if (says_choice && !words.choice_is_last) text += choice->word;
  auto rest = append_bits(text, begin, words.bits, choice != nullptr ? value & ~words.choice_mask : value);
  if (says_choice && words.choice_is_last) append_separated(text, begin, choice->word);
  if (text.size() == begin && words.bits.empty()) return append_number(text, sign_extended(value, form.bits));
  if (text.size() == begin && rest == 0) {
    text += '0';
  } else if (rest != 0) {
    if (text.size() > begin) text += '|';
    append_hex(text, rest);
  }
}

}  // namespace

ArgumentForm argument_form(std::string_view syscall, const Field& field, Architecture architecture) {
  using Kind = ArgumentForm::Kind;
  if (is_address(field)) return {.kind = Kind::address};
  const auto type =
      std::find_if(types.begin(), types.end(), [&](const Type& known) { return known.name == field.type; });
  // A descriptor is an int to every program, and often -1, whatever its type in the kernel: unsigned int, unsigned long.
  if (is_descriptor(field)) return {.kind = Kind::signed_number, .bits = 32};
  const std::uint8_t bits = type != types.end() ? type->bits : 64;
  if (const auto* words = argument_words(syscall, field.name, architecture)) {
    return {.kind = Kind::words, .bits = bits, .words = words};
  }
  if (field.type == "umode_t") return {.kind = Kind::octal, .bits = 16};
  const bool is_signed = type != types.end() ? type->is_signed : field.is_signed;
  return {.kind = is_signed ? Kind::signed_number : Kind::unsigned_number, .bits = bits};
}

void append_argument(std::string& text, const ArgumentForm& form, std::uint64_t value) {
  using Kind = ArgumentForm::Kind;
  const std::uint64_t narrow = narrowed(value, form.bits);
  switch (form.kind) {
    case Kind::signed_number:
      return append_number(text, sign_extended(value, form.bits));
    case Kind::unsigned_number:
      return append_number(text, narrow);
    case Kind::octal:
      if (narrow != 0) text += '0';
      return append_number(text, narrow, 8);
    case Kind::address:
      if (value == 0) {
        text += "NULL";
      } else {
        append_hex(text, value);
      }
      return;
    case Kind::words:
      return append_words(text, form, narrow);
  }
}

bool returns_address(std::string_view syscall) {
  return syscall == "mmap" || syscall == "mremap" || syscall == "brk" || syscall == "shmat";
}

}  // namespace ftracectl

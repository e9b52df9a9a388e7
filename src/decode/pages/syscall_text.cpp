#include "decode/pages/syscall_text.hpp"

#include <algorithm>

#include "base/digits.hpp"
#include "base/short_text.hpp"
#include "base/text.hpp"
#include "model/tracefs/c_type.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view number_field = "__syscall_nr";

/// Of lower-case digits alone, as the kernel prints them.
std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (text.empty() || text.size() > 16) return std::nullopt;
  const HexDigits digits = read_hex(text);
  return digits.count == text.size() ? std::optional(digits.value) : std::nullopt;
}

/// "__filename_val" holds the string of "filename" (7.x).
bool holds_string_of_another(const Field& field) {
  return field.name.starts_with("__") && field.name.ends_with("_val");
}

const Field* string_field_of(const EventSchema& schema, std::string_view name) {
  for (const auto& field : schema.fields) {
    if (holds_string_of_another(field) &&
        std::string_view(field.name).substr(2, field.name.size() - 6) == name) {
      return &field;
    }
  }
  return nullptr;
}

/// Bytes of "filename: " at the start of `text`, or, with option verbose, of "const char * filename: "; 0
/// where it is something else.
std::size_t label_length(std::string_view text, const SyscallForm::Argument& argument) {
  if (starts_with_short(text, argument.label)) return argument.label.size();
  const std::string& type = argument.field->type;
  if (!text.starts_with(type) || !text.substr(type.size()).starts_with(' ')) return 0;
  const std::size_t behind_type = type.size() + 1;
  return text.substr(behind_type).starts_with(argument.label) ? behind_type + argument.label.size() : 0;
}

/// Where the argument that starts `text` ends: before ", NEXT: ", at the last place that says so, because a
/// string may hold the same words; or at the end.
std::size_t argument_length(std::string_view text, const SyscallForm::Argument* next) {
  if (next == nullptr) return text.size();
  for (std::size_t at = text.rfind(", "); at != std::string_view::npos && at > 0;
       at = text.rfind(", ", at - 1)) {
    if (label_length(text.substr(at + 2), *next) > 0) return at;
  }
  // 7.3 leaves out what the call does not look at: openat's mode without O_CREAT.
  return text.find(", ") == std::string_view::npos ? text.size() : std::string_view::npos;
}

/// "0x55e88e9ae988" without a string behind it, which most arguments are: up to ", NEXT: " or the end. A
/// length of 0 where it is something else.
struct BareNumber {
  std::size_t length = 0;
  std::uint64_t value = 0;
};

BareNumber read_bare_number(std::string_view text, const SyscallForm::Argument* next) {
  if (!starts_with_short(text, "0x")) return {};
  const HexDigits digits = read_hex(text.substr(2));
  if (digits.count == 0) return {};
  const BareNumber number{2 + digits.count, digits.value};
  const auto rest = text.substr(number.length);
  if (rest.empty()) return next == nullptr ? number : BareNumber();
  const bool next_follows =
      next != nullptr && starts_with_short(rest, ", ") && starts_with_short(rest.substr(2), next->label);
  return next_follows ? number : BareNumber();
}

/// How the numbers of one line are read.
struct NumberReading {
  SyscallNumbers numbers;
  bool is_ambiguous = false;  ///< one may be hex or decimal, as far as was known when it was read
};

std::optional<std::uint64_t> parse_value(std::string_view text, bool is_pointer, NumberReading& reading) {
  if (text.starts_with("0x")) {
    reading.numbers = SyscallNumbers::prefixed;
    return parse_hex(text.substr(2));
  }
  // 7.x prints modes as "0644", and all else without a zero in front.
  const bool is_octal = text.size() > 1 && text.front() == '0' && reading.numbers == SyscallNumbers::prefixed;
  if (is_octal) return parse_number<std::uint64_t>(text, 8);
  const auto as_decimal = parse_number<std::uint64_t>(text, 10);
  const bool is_same_in_both = as_decimal && text.size() == 1;
  if (reading.numbers == SyscallNumbers::prefixed || is_same_in_both) return as_decimal;
  const auto as_hex = parse_hex(text);
  if (reading.numbers == SyscallNumbers::plain_hex || !as_hex) return as_hex;
  // A pointer without prefix, or a letter, is seen on kernels that prefix nothing.
  if (is_pointer || !as_decimal) {
    reading.numbers = SyscallNumbers::plain_hex;
  } else {
    reading.is_ambiguous = true;
  }
  return as_hex;
}

/// One argument without its name: `4e7220`, `0x4912a9 "/nonexistent/prog"`, `O_RDONLY|O_CLOEXEC` (7.x),
/// `0xa09fc80 (31:0a) "1."`.
bool add_argument(const SyscallForm::Argument& argument, std::string_view text, NumberReading& reading,
                  std::vector<FieldValue>& values) {
  const Field& field = *argument.field;
  const auto blank = text.find(' ');
  const auto number = parse_value(text.substr(0, blank), field.is_pointer(), reading);
  if (!number) {
    values.push_back({field.name, Unknown()});
    values.push_back({argument.text_name, text});  // names of flags
    return !text.empty();
  }
  values.push_back({field.name, argument.value_of(*number)});
  if (blank == std::string_view::npos) return true;
  std::string_view rest = text.substr(blank + 1);
  const auto quote = rest.find('"');
  if (argument.string_field == nullptr || quote == std::string_view::npos) return false;
  rest.remove_prefix(quote + 1);
  if (rest.ends_with("\"...")) rest.remove_suffix(3);  // the mark of a string that was cut
  if (!rest.ends_with('"')) return false;
  rest.remove_suffix(1);
  values.push_back({argument.text_name, rest});
  return true;
}

bool parse_arguments(const SyscallForm& form, std::string_view text, NumberReading& reading,
                     std::vector<FieldValue>& values) {
  const auto& arguments = form.arguments;
  std::size_t label = arguments.empty() ? 0 : label_length(text, arguments.front());
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (label == 0) return false;
    text.remove_prefix(label);
    const SyscallForm::Argument* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
    const BareNumber bare = read_bare_number(text, next);
    std::size_t length = bare.length;
    if (length > 0) {
      reading.numbers = SyscallNumbers::prefixed;
      values.push_back({arguments[i].field->name, arguments[i].value_of(bare.value)});
    } else {
      length = argument_length(text, next);
      if (length == std::string_view::npos) return false;
      if (!add_argument(arguments[i], text.substr(0, length), reading, values)) return false;
    }
    if (length == text.size()) return true;
    text.remove_prefix(length + 2);
    if (next != nullptr) label = bare.length > 0 ? next->label.size() : label_length(text, *next);
  }
  return text.empty();
}

}  // namespace

std::size_t parse_bare_arguments(const SyscallForm& form, std::string_view text, SyscallNumbers numbers,
                                 std::vector<FieldValue>& values) {
  if (numbers == SyscallNumbers::unknown) return 0;
  const bool is_prefixed = numbers == SyscallNumbers::prefixed;
  const std::size_t size = text.size();
  values.resize(form.arguments.size());
  FieldValue* to = values.data();
  for (const auto& argument : form.arguments) {
    const std::string& lead = is_prefixed ? argument.lead_prefixed : argument.lead;
    if (!starts_with_short(text, lead)) return 0;
    text.remove_prefix(lead.size());
    const HexDigits digits = read_hex(text);
    if (digits.count == 0) return 0;
    text.remove_prefix(digits.count);
    *to++ = {argument.field->name, argument.value_of(digits.value)};
  }
  return size - text.size();
}

SyscallForm make_syscall_form(const EventSchema& schema) {
  SyscallForm form;
  for (const auto& field : schema.fields) {
    if (field.name == number_field || holds_string_of_another(field)) continue;
    const std::string label = field.name + ": ";
    const std::string lead = (form.arguments.empty() ? "" : ", ") + label;
    form.arguments.push_back(
        {&field, label, lead, lead + "0x", string_field_of(schema, field.name), field.name + "_text"});
    auto& argument = form.arguments.back();
    const auto type = c_type(field.type, field.size);
    argument.is_address = field.is_pointer() || field.is_array;
    argument.bytes = type ? std::min<std::size_t>(type->size, 8) : 8;
    argument.is_signed = type && type->is_signed;
  }
  return form;
}

bool parse_syscall_arguments(const SyscallForm& form, std::string_view arguments, SyscallNumbers& numbers,
                             std::vector<FieldValue>& values) {
  NumberReading reading{numbers};
  values.clear();
  bool fits = parse_arguments(form, arguments, reading, values);
  numbers = reading.numbers;
  if (fits && reading.is_ambiguous) {
    // What stands further on in the line may have told.
    values.clear();
    reading = {numbers};
    fits = numbers != SyscallNumbers::unknown && parse_arguments(form, arguments, reading, values);
  }
  if (!fits) values.clear();
  return fits;
}

std::optional<std::int64_t> parse_syscall_return(std::string_view text) {
  if (text.starts_with("0x")) {
    const auto bits = parse_number<std::uint64_t>(text.substr(2), 16);
    return bits ? std::optional(static_cast<std::int64_t>(*bits)) : std::nullopt;
  }
  return parse_number<std::int64_t>(text);
}

}  // namespace ftracectl

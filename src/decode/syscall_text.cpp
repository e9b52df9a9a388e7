#include "decode/syscall_text.hpp"

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view number_field = "__syscall_nr";

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
std::size_t label_length(std::string_view text, const Field& field) {
  const auto of_name = [&](std::string_view rest) {
    const bool fits = rest.starts_with(field.name) && rest.substr(field.name.size()).starts_with(": ");
    return fits ? field.name.size() + 2 : 0;
  };
  if (const std::size_t length = of_name(text); length > 0) return length;
  if (!text.starts_with(field.type) || !text.substr(field.type.size()).starts_with(' ')) return 0;
  const std::size_t behind_type = field.type.size() + 1;
  const std::size_t length = of_name(text.substr(behind_type));
  return length > 0 ? behind_type + length : 0;
}

/// Where the argument that starts `text` ends: before ", NEXT: ", at the last place that says so, because a
/// string may hold the same words; or at the end.
std::size_t argument_length(std::string_view text, const Field* next) {
  if (next == nullptr) return text.size();
  for (std::size_t at = text.rfind(", "); at != std::string_view::npos && at > 0;
       at = text.rfind(", ", at - 1)) {
    if (label_length(text.substr(at + 2), *next) > 0) return at;
  }
  // 7.3 leaves out what the call does not look at: openat's mode without O_CREAT.
  return text.find(", ") == std::string_view::npos ? text.size() : std::string_view::npos;
}

/// How the numbers of one line are read.
struct NumberReading {
  SyscallNumbers numbers;
  bool is_ambiguous = false;  ///< one may be hex or decimal, as far as was known when it was read
};

std::optional<std::uint64_t> parse_value(std::string_view text, bool is_pointer, NumberReading& reading) {
  if (text.starts_with("0x")) {
    reading.numbers = SyscallNumbers::prefixed;
    return parse_number<std::uint64_t>(text.substr(2), 16);
  }
  const auto as_decimal = parse_number<std::uint64_t>(text, 10);
  const bool is_same_in_both = as_decimal && text.size() == 1;
  if (reading.numbers == SyscallNumbers::prefixed || is_same_in_both) return as_decimal;
  const auto as_hex = parse_number<std::uint64_t>(text, 16);
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
bool add_argument(const EventSchema& schema, const Field& field, std::string_view text,
                  NumberReading& reading, std::vector<FieldValue>& values) {
  const auto blank = text.find(' ');
  const auto number = parse_value(text.substr(0, blank), field.is_pointer(), reading);
  if (!number) {
    values.push_back({field.name, text});  // names of flags
    return !text.empty();
  }
  values.push_back({field.name, *number});
  if (blank == std::string_view::npos) return true;
  std::string_view rest = text.substr(blank + 1);
  const Field* string_field = string_field_of(schema, field.name);
  const auto quote = rest.find('"');
  if (string_field == nullptr || quote == std::string_view::npos) return false;
  rest.remove_prefix(quote + 1);
  if (rest.ends_with("\"...")) rest.remove_suffix(3);  // the mark of a string that was cut
  if (!rest.ends_with('"')) return false;
  rest.remove_suffix(1);
  values.push_back({string_field->name, rest});
  return true;
}

const Field* next_printed(const EventSchema& schema, std::size_t from) {
  for (std::size_t i = from; i < schema.fields.size(); ++i) {
    const auto& field = schema.fields[i];
    if (field.name != number_field && !holds_string_of_another(field)) return &field;
  }
  return nullptr;
}

bool parse_arguments(const EventSchema& schema, std::string_view text, NumberReading& reading,
                     std::vector<FieldValue>& values) {
  const Field* field = next_printed(schema, 0);
  while (field != nullptr) {
    const std::size_t label = label_length(text, *field);
    if (label == 0) return false;
    text.remove_prefix(label);
    const auto index = static_cast<std::size_t>(field - schema.fields.data());
    const Field* next = next_printed(schema, index + 1);
    const std::size_t length = argument_length(text, next);
    if (length == std::string_view::npos) return false;
    if (!add_argument(schema, *field, text.substr(0, length), reading, values)) return false;
    const bool is_last = length == text.size();
    text.remove_prefix(is_last ? length : length + 2);
    field = is_last ? nullptr : next;
  }
  return text.empty();
}

}  // namespace

bool parse_syscall_arguments(const EventSchema& schema, std::string_view arguments, SyscallNumbers& numbers,
                             std::vector<FieldValue>& values) {
  NumberReading reading{numbers};
  values.clear();
  bool fits = parse_arguments(schema, arguments, reading, values);
  numbers = reading.numbers;
  if (fits && reading.is_ambiguous) {
    // What stands further on in the line may have told.
    values.clear();
    reading = {numbers};
    fits = numbers != SyscallNumbers::unknown && parse_arguments(schema, arguments, reading, values);
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

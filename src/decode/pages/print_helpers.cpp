#include "decode/pages/print_helpers.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "decode/pages/field_bytes.hpp"
#include "decode/pages/print_pointer.hpp"
#include "model/print/print_names.hpp"

namespace ftracectl {

namespace {

using Kind = CExpression::Kind;

bool has(std::string_view flags, char flag) { return flags.find(flag) != std::string_view::npos; }

std::string digits_of(std::uint64_t value, int base) {
  std::array<char, 24> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value, base).ptr;
  return {digits.data(), static_cast<std::size_t>(end - digits.data())};
}

std::string hex(std::uint64_t value) { return "0x" + digits_of(value, 16); }

std::uint64_t cut(std::uint64_t value, std::size_t bytes, bool is_signed) {
  const auto unused = static_cast<unsigned>(64 - 8 * bytes);
  value <<= unused;
  return is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(value) >> unused) : value >> unused;
}

/// A pair of the lists, { 0x1, "A" }.
struct Pair {
  std::optional<std::uint64_t> value;
  std::string_view name;
};

/// Nothing for the { -1, NULL } that ends some lists, and for what is no pair.
std::optional<Pair> pair_of(const CExpression& braces, const CEvaluation& values) {
  if (braces.kind != Kind::braces || braces.parts.size() != 2) return std::nullopt;
  const CExpression& name = without_casts(braces.parts[1]);
  if (name.kind != Kind::text) return std::nullopt;
  return Pair{values.number(braces.parts[0]), name.name};
}

std::optional<std::string> print_symbolic(const CExpression& call, const CEvaluation& values) {
  const auto value = values.number(call.parts.front());
  if (!value) return std::nullopt;
  for (std::size_t i = 1; i < call.parts.size(); ++i) {
    const auto pair = pair_of(call.parts[i], values);
    if (!pair) break;
    if (!pair->value) return std::nullopt;
    if (*pair->value == *value) return std::string(pair->name);
  }
  return hex(*value);
}

std::optional<std::string> print_flags(const CExpression& call, const CEvaluation& values) {
  const auto value = values.number(call.parts.front());
  if (!value || call.parts.size() < 2 || call.parts[1].kind != Kind::text) return std::nullopt;
  std::uint64_t left = *value;
  std::string text;
  bool is_first = true;
  const auto add = [&](std::string_view name) {
    if (!is_first) text += call.parts[1].name;
    is_first = false;
    text += name;
  };
  for (std::size_t i = 2; i < call.parts.size() && left != 0; ++i) {
    const auto pair = pair_of(call.parts[i], values);
    if (!pair) break;
    if (!pair->value) return std::nullopt;
    if ((left & *pair->value) != *pair->value) continue;
    left &= ~*pair->value;
    add(pair->name);
  }
  if (left != 0) add(hex(left));
  return text;
}

/// __print_hex(bytes, length) with blanks between, __print_hex_str without.
std::optional<std::string> print_hex(const CExpression& call, const CEvaluation& values) {
  if (call.parts.size() != 2) return std::nullopt;
  const auto place = values.value(call.parts[0]);
  const auto length = values.number(call.parts[1]);
  if (!place || !length || place->kind != CValue::Kind::bytes || *length > place->bytes.size())
    return std::nullopt;
  std::string text;
  for (const char c : place->bytes.substr(0, *length)) {
    if (!text.empty() && call.name == "__print_hex") text += ' ';
    append_hex_byte(static_cast<unsigned char>(c), text);
  }
  return text;
}

/// __print_array(array, count, bytes of each): "{0x1,0x2}".
std::optional<std::string> print_array(const CExpression& call, const CEvaluation& values) {
  if (call.parts.size() != 3) return std::nullopt;
  const auto place = values.value(call.parts[0]);
  const auto count = values.number(call.parts[1]);
  const auto size = values.number(call.parts[2]);
  if (!place || !count || !size || place->kind != CValue::Kind::bytes) return std::nullopt;
  const bool is_size = *size == 1 || *size == 2 || *size == 4 || *size == 8;
  if (!is_size || *count > place->bytes.size() / *size) return std::nullopt;
  std::string text = "{";
  for (std::uint64_t i = 0; i < *count; ++i) {
    if (i > 0) text += ',';
    text += hex(number_of(place->bytes.substr(i * *size, *size), false));
  }
  return text + "}";
}

}  // namespace

void append_padded(std::string_view text, std::string_view flags, int width, std::string& to) {
  const auto wanted = static_cast<std::size_t>(std::max(width, 0));
  const std::size_t missing = wanted > text.size() ? wanted - text.size() : 0;
  if (!has(flags, '-')) to.append(missing, ' ');
  to += text;
  if (has(flags, '-')) to.append(missing, ' ');
}

void append_kernel_number(const NumberForm& form, std::uint64_t value, std::string& to) {
  if (form.letter == 'c')
    return append_padded(std::string(1, static_cast<char>(value)), form.flags, form.width, to);
  const bool is_signed = form.letter == 'd' || form.letter == 'i';
  const int base = form.letter == 'o' ? 8 : form.letter == 'x' || form.letter == 'X' ? 16 : 10;
  value = cut(value, form.size, is_signed);
  const bool is_negative = is_signed && static_cast<std::int64_t>(value) < 0;
  std::string digits = digits_of(is_negative ? 0 - value : value, base);
  if (form.letter == 'X')
    std::transform(digits.begin(), digits.end(), digits.begin(),
                   [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  std::string front;
  if (is_negative) {
    front = "-";
  } else if (is_signed && has(form.flags, '+')) {
    front = "+";
  } else if (is_signed && has(form.flags, ' ')) {
    front = " ";
  }
  if (has(form.flags, '#') && base == 16) front += form.letter == 'X' ? "0X" : "0x";
  if (has(form.flags, '#') && base == 8 && value != 0) front += '0';
  const auto least = static_cast<std::size_t>(std::max(form.precision.value_or(0), 0));
  if (digits.size() < least) digits.insert(0, least - digits.size(), '0');
  const auto width = static_cast<std::size_t>(std::max(form.width, 0));
  const std::size_t length = front.size() + digits.size();
  const std::size_t missing = width > length ? width - length : 0;
  const bool is_left = has(form.flags, '-');
  const bool has_zeros = !is_left && has(form.flags, '0');
  if (!is_left && !has_zeros) to.append(missing, ' ');
  to += front;
  if (has_zeros) to.append(missing, '0');
  to += digits;
  if (is_left) to.append(missing, ' ');
}

std::optional<std::string> print_by_helper(const CExpression& call, const CEvaluation& values) {
  if (call.parts.empty()) return std::nullopt;
  if (is_call(call, {"__print_symbolic", "__print_symbolic_u64"})) return print_symbolic(call, values);
  if (is_call(call, {"__print_flags", "__print_flags_u64"})) return print_flags(call, values);
  if (is_call(call, {"__print_hex", "__print_hex_str"})) return print_hex(call, values);
  if (is_call(call, {"__print_array"})) return print_array(call, values);
  if (!is_call(call, {"__get_bitmask", "__get_rel_bitmask", "__get_cpumask", "__get_rel_cpumask"}))
    return std::nullopt;
  const auto place = values.value(call);
  if (!place) return std::nullopt;
  std::string text;
  append_bitmap(place->bytes, text);
  return text;
}

}  // namespace ftracectl

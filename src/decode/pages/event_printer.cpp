#include "decode/pages/event_printer.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>

#include "base/text.hpp"
#include "decode/pages/c_value.hpp"
#include "decode/pages/field_bytes.hpp"
#include "decode/pages/print_helpers.hpp"
#include "decode/pages/print_pointer.hpp"
#include "model/print/print_names.hpp"

namespace ftracectl {

namespace {

using Conversion = EventPrinter::Conversion;

std::string_view take_any(std::string_view& rest, std::string_view set) {
  const auto taken = rest.substr(0, rest.find_first_not_of(set));
  rest.remove_prefix(taken.size());
  return taken;
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// "*" or digits.
bool take_count(std::string_view& rest, std::optional<int>& count, bool& follows) {
  constexpr int most = 4096;
  if (rest.starts_with('*')) {
    rest.remove_prefix(1);
    follows = true;
    return true;
  }
  const auto digits = take_any(rest, "0123456789");
  if (!digits.empty()) count = parse_number<int>(digits);
  return digits.empty() || (count && *count <= most);
}

/// `rest` stands behind the '%'.
std::optional<Conversion> take_conversion(std::string_view& rest) {
  Conversion conversion;
  conversion.flags = take_any(rest, "-+ #0");
  if (!take_count(rest, conversion.width, conversion.width_follows)) return std::nullopt;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    conversion.precision = 0;
    if (!take_count(rest, conversion.precision, conversion.precision_follows)) return std::nullopt;
  }
  conversion.length = take_any(rest, "hlLzjtqZ");
  constexpr std::string_view letters = "diuxXocsp";
  if (rest.empty() || letters.find(rest.front()) == std::string_view::npos) return std::nullopt;
  conversion.letter = rest.front();
  rest.remove_prefix(1);
  if (conversion.letter != 'p') return conversion;
  std::size_t length = 0;
  while (length < rest.size() && is_alphanumeric(rest[length])) ++length;
  conversion.suffix = rest.substr(0, length);
  rest.remove_prefix(length);
  return conversion;
}

/// False where the format string has more than is known.
bool take_apart(std::string_view format, std::vector<Conversion>& conversions, std::string& tail) {
  std::string text;
  while (!format.empty()) {
    const auto percent = format.find('%');
    text += format.substr(0, percent);
    if (percent == std::string_view::npos) break;
    format.remove_prefix(percent + 1);
    if (format.starts_with('%')) {
      text += '%';
      format.remove_prefix(1);
      continue;
    }
    auto conversion = take_conversion(format);
    if (!conversion) return false;
    conversion->before = std::move(text);
    text.clear();
    conversions.push_back(std::move(*conversion));
  }
  tail = std::move(text);
  return true;
}

std::size_t printed_size(const std::string& length) {
  if (length == "hh") return 1;
  if (length == "h") return 2;
  return length.empty() ? 4 : 8;
}

/// Kernel addresses have their highest bit.
bool is_kernel_address(std::uint64_t address) { return address >> 63U != 0; }

}  // namespace

EventPrinter::EventPrinter(const KnownEvent& event, SymbolNames symbols)
    : event_(event), symbols_(std::move(symbols)) {
  if (event.text != KnownEvent::Text::print_format) return;
  try {
    call_ = parse_print_call(event.schema.print_fmt);
    is_readable_ = take_apart(call_.format, conversions_, tail_);
  } catch (const CSyntaxError&) {
    is_readable_ = false;
  }
}

std::optional<std::string> EventPrinter::text(std::string_view entry) const {
  const EventSchema& schema = event_.schema;
  if (event_.text == KnownEvent::Text::syscall_enter) return syscall_enter(entry);
  if (event_.text == KnownEvent::Text::syscall_exit) {
    const Field* ret = schema.find("ret");
    const auto bytes = ret != nullptr ? bytes_of(*ret, entry) : std::nullopt;
    if (!bytes) return std::nullopt;
    std::array<char, 24> value;
    std::snprintf(value.data(), value.size(), "0x%" PRIx64, number_of(*bytes, true));
    return "sys_" + schema.name.substr(std::string_view("sys_exit_").size()) + " -> " + value.data();
  }
  if (!is_readable_) return std::nullopt;
  auto message = printed(entry);
  if (!message) return std::nullopt;
  while (message->ends_with('\n')) message->pop_back();
  return schema.name + ": " + *message;
}

std::optional<std::string> EventPrinter::printed(std::string_view entry) const {
  const CEvaluation values(event_.schema, entry);
  std::string message;
  std::size_t argument = 0;
  for (const auto& conversion : conversions_) {
    message += conversion.before;
    if (!append_conversion(conversion, argument, values, message)) return std::nullopt;
  }
  if (argument != call_.arguments.size()) return std::nullopt;
  return message + tail_;
}

/// "sys_openat(dfd: 0xffffff9c, filename: 0x7ffd5a3c "/etc/passwd", flags: 0)"
std::optional<std::string> EventPrinter::syscall_enter(std::string_view entry) const {
  std::string message = "sys_" + event_.schema.name.substr(std::string_view("sys_enter_").size()) + "(";
  for (const auto& argument : event_.syscall_form->arguments) {
    const auto bytes = bytes_of(*argument.field, entry);
    if (!bytes) return std::nullopt;
    std::array<char, 24> value;
    std::snprintf(value.data(), value.size(), "%#" PRIx64, number_of(*bytes, false));
    message += argument.lead + value.data();
    const auto text =
        argument.string_field != nullptr ? bytes_of(*argument.string_field, entry) : std::nullopt;
    if (text && argument.string_field->is_string()) message += " \"" + std::string(text_of(*text)) + "\"";
  }
  return message + ")";
}

bool EventPrinter::append_conversion(Conversion conversion, std::size_t& argument, const CEvaluation& values,
                                     std::string& to) const {
  const auto next = [&]() -> const CExpression* {
    return argument < call_.arguments.size() ? &call_.arguments[argument++] : nullptr;
  };
  const auto take_star = [&](bool follows, std::optional<int>& count) {
    constexpr std::int64_t most = 4096;
    if (!follows) return true;
    const CExpression* star = next();
    const auto number = star != nullptr ? values.number(*star) : std::nullopt;
    if (!number) return false;
    const auto given = std::clamp<std::int64_t>(static_cast<std::int32_t>(*number), -most, most);
    if (given < 0) conversion.flags += '-';
    count = static_cast<int>(given < 0 ? -given : given);
    return true;
  };
  if (!take_star(conversion.width_follows, conversion.width)) return false;
  if (!take_star(conversion.precision_follows, conversion.precision)) return false;
  const CExpression* value = next();
  if (value == nullptr) return false;
  if (conversion.letter == 'p') return append_pointer(conversion, *value, values, to);
  if (conversion.letter == 's') return append_text(conversion, *value, values, to);
  return append_number(conversion, *value, values, to);
}

bool EventPrinter::append_number(const Conversion& conversion, const CExpression& argument,
                                 const CEvaluation& values, std::string& to) const {
  const auto value = values.number(argument);
  if (!value) return false;
  // Probes print the place that they stand at by its symbol, whatever their format says.
  const auto& plain = without_casts(argument);
  const bool is_probe = plain.kind == CExpression::Kind::field && plain.name.starts_with("__probe_");
  if (is_probe && is_kernel_address(*value)) {
    append_symbol(*value, plain.name != "__probe_func", to);
    return true;
  }
  const NumberForm form{conversion.letter, conversion.flags, conversion.width.value_or(0),
                        conversion.precision, printed_size(conversion.length)};
  append_kernel_number(form, *value, to);
  return true;
}

bool EventPrinter::append_text(const Conversion& conversion, const CExpression& argument,
                               const CEvaluation& values, std::string& to) const {
  auto text = string_of(argument, values);
  if (!text) return false;
  if (conversion.precision)
    text->resize(std::min(text->size(), static_cast<std::size_t>(*conversion.precision)));
  append_padded(*text, conversion.flags, conversion.width.value_or(0), to);
  return true;
}

std::optional<std::string> EventPrinter::string_of(const CExpression& argument,
                                                   const CEvaluation& values) const {
  const auto& plain = without_casts(argument);
  if (plain.kind == CExpression::Kind::conditional) {
    const auto condition = values.value(plain.parts[0]);
    return condition ? string_of(plain.parts[condition->is_true() ? 1 : 2], values) : std::nullopt;
  }
  if (plain.kind == CExpression::Kind::call) {
    if (auto made = print_by_helper(plain, values)) return made;
  }
  const auto value = values.value(argument);
  if (!value) return std::nullopt;
  if (value->is_number()) return value->number == 0 ? std::optional<std::string>("(null)") : std::nullopt;
  return std::string(text_of(value->bytes));
}

bool EventPrinter::append_pointer(const Conversion& conversion, const CExpression& argument,
                                  const CEvaluation& values, std::string& to) const {
  const std::string_view suffix = conversion.suffix;
  const auto value = values.value(argument);
  if (!value) return false;
  const int width = conversion.width.value_or(0);
  if (suffix.empty() || suffix == "x" || suffix == "K") {
    if (!value->is_number()) return false;
    const NumberForm form{'x', conversion.width ? conversion.flags : conversion.flags + "0",
                          conversion.width.value_or(16), std::nullopt, 8};
    append_kernel_number(form, value->number, to);
    return true;
  }
  if (suffix == "s" || suffix == "S" || suffix == "f" || suffix == "F" || suffix == "SR" || suffix == "B") {
    if (!value->is_number()) return false;
    std::string symbol;
    append_symbol(value->number, suffix != "s" && suffix != "f", symbol);
    append_padded(symbol, conversion.flags, width, to);
    return true;
  }
  if (value->kind != CValue::Kind::bytes) return false;
  std::string made;
  if (suffix.starts_with("h")) {
    const auto count = static_cast<std::size_t>(conversion.width.value_or(1));
    if (count > value->bytes.size()) return false;
    append_hex_bytes(suffix, value->bytes.substr(0, count), to);
    return true;
  }
  if (!append_pointed(suffix, value->bytes, made)) return false;
  append_padded(made, conversion.flags, width, to);
  return true;
}

/// "vfs_write", "vfs_write+0x12/0x80" or "nf_hook+0x12/0x80 [nf_tables]"; "0x1234" where nothing is known.
void EventPrinter::append_symbol(std::uint64_t address, bool with_offset, std::string& to) const {
  const SymbolPlace place = symbols_ ? symbols_(address) : SymbolPlace();
  std::array<char, 48> text;
  if (place.name.empty()) {
    std::snprintf(text.data(), text.size(), "0x%" PRIx64, address);
    to += text.data();
    return;
  }
  const auto module = std::min(place.name.find(" ["), place.name.size());
  to += place.name.substr(0, module);
  if (with_offset) {
    std::snprintf(text.data(), text.size(), "+0x%" PRIx64 "/0x%" PRIx64, place.offset, place.size);
    to += text.data();
  }
  to += place.name.substr(module);
}

std::optional<std::string> kernel_text(const Event& event) {
  if (event.printer == nullptr || !event.decoded) return std::string(event.message);
  return event.printer->text(event.text);
}

}  // namespace ftracectl

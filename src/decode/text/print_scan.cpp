#include "decode/text/print_scan.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;
using Padding = PrintPiece::Padding;

bool is_digit(char c, int base) {
  if (c >= '0' && c <= '7') return true;
  if (c == '8' || c == '9') return base >= 10;
  return base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

std::size_t count_digits(std::string_view text, int base) {
  const auto* end = std::find_if_not(text.begin(), text.end(), [&](char c) { return is_digit(c, base); });
  return static_cast<std::size_t>(end - text.begin());
}

std::size_t count_blanks(std::string_view text, std::size_t most) {
  return std::min(std::min(text.find_first_not_of(' '), text.size()), most);
}

int base_of(Kind kind) {
  if (kind == Kind::hex) return 16;
  return kind == Kind::octal ? 8 : 10;
}

std::optional<Value> number_value(const PrintPiece& piece, std::string_view sign, std::string_view digits) {
  if (piece.kind == Kind::signed_) {
    // One from_chars for sign and digits, which stand side by side: only so does the lowest number fit.
    const std::string_view whole(sign.data(), sign.size() + digits.size());
    const auto value = parse_number<std::int64_t>(whole);
    if (!value || (*value == 0 && !sign.empty())) return std::nullopt;
    return *value;
  }
  const auto value = parse_number<std::uint64_t>(digits, base_of(piece.kind));
  if (!value || (piece.bits > 0 && *value >> piece.bits != 0)) return std::nullopt;
  return *value;
}

/// "-5", "1f", "0x1f" without padding
std::optional<Scanned> scan_bare_number(const PrintPiece& piece, std::string_view text) {
  const std::size_t sign = piece.kind == Kind::signed_ && text.starts_with('-') ? 1 : 0;
  std::size_t prefix = 0;
  if (piece.prefixed && piece.kind == Kind::hex) {
    if (!text.starts_with("0x") && !text.starts_with("0X")) return std::nullopt;
    prefix = 2;
  } else if (piece.prefixed && text.size() > 1 && text[0] == '0' && is_digit(text[1], 8)) {
    prefix = 1;  // the kernel prints %#o of 0 as "0"
  }
  const auto rest = text.substr(sign + prefix);
  const auto digits = rest.substr(0, count_digits(rest, base_of(piece.kind)));
  const std::size_t length = sign + prefix + digits.size();
  const bool leading_zero = digits.size() > 1 && digits.front() == '0';
  if (leading_zero && (piece.padding != Padding::zeros || length > piece.width)) return std::nullopt;
  const auto value = number_value(piece, text.substr(0, sign), digits);
  if (!value) return std::nullopt;
  return Scanned{*value, length};
}

std::size_t blanks_needed(const PrintPiece& piece, std::size_t length) {
  return length < piece.width ? piece.width - length : 0;
}

std::optional<Scanned> scan_number(const PrintPiece& piece, std::string_view text) {
  const bool blanks_before = piece.padding == Padding::blanks_before;
  const std::size_t before = blanks_before ? count_blanks(text, piece.width) : 0;
  auto scanned = scan_bare_number(piece, text.substr(before));
  if (!scanned) return std::nullopt;
  const std::size_t needed = blanks_needed(piece, scanned->length);
  if (piece.padding == Padding::zeros && needed > 0) return std::nullopt;
  if (blanks_before && before != needed) return std::nullopt;
  if (piece.padding == Padding::blanks_behind) {
    if (count_blanks(text.substr(scanned->length), needed) < needed) return std::nullopt;
    scanned->length += needed;
  } else {
    scanned->length += before;
  }
  return scanned;
}

std::optional<Scanned> scan_pointer(std::string_view text) {
  if (text.starts_with("(null)")) return Scanned{std::uint64_t{0}, 6};
  // Early in the boot there is no secret yet to hash addresses with.
  for (const std::string_view unknown : {"(____ptrval____)", "(ptrval)"}) {
    if (text.starts_with(unknown)) return Scanned{text.substr(0, unknown.size()), unknown.size()};
  }
  const std::size_t digits = count_digits(text.substr(0, 16), 16);
  if (digits != 16 && digits != 8) return std::nullopt;
  return Scanned{parse_number<std::uint64_t>(text.substr(0, digits), 16).value(), digits};
}

bool is_symbol_char(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '$';
}

std::size_t count_symbol_chars(std::string_view text) {
  const auto* end = std::find_if_not(text.begin(), text.end(), is_symbol_char);
  return static_cast<std::size_t>(end - text.begin());
}

/// Bytes of "0x1f" at the start of `text`, 0 where there is none.
std::size_t hex_length(std::string_view text) {
  if (!text.starts_with("0x")) return 0;
  const std::size_t digits = count_digits(text.substr(2), 16);
  return digits > 0 ? digits + 2 : 0;
}

/// Bytes of "+0x12/0x80" at the start of `text`, 0 where there is none.
std::size_t offset_length(std::string_view text) {
  if (!text.starts_with('+')) return 0;
  const std::size_t offset = hex_length(text.substr(1));
  const auto rest = text.substr(1 + offset);
  if (offset == 0 || !rest.starts_with('/')) return 0;
  const std::size_t size = hex_length(rest.substr(1));
  return size > 0 ? 2 + offset + size : 0;
}

/// Bytes of " [module]" at the start of `text`, 0 where there is none.
std::size_t module_length(std::string_view text) {
  if (!text.starts_with(" [")) return 0;
  const std::size_t name = count_symbol_chars(text.substr(2));
  return name > 0 && text.substr(2 + name).starts_with(']') ? name + 3 : 0;
}

/// do_exit, do_exit+0x12/0x80, nf_hook [nf_tables], 0x4610d3
std::optional<Scanned> scan_symbol(std::string_view text) {
  std::size_t length = hex_length(text);
  if (length == 0) {
    length = count_symbol_chars(text);
    if (length == 0 || is_digit(text.front(), 10)) return std::nullopt;
    length += offset_length(text.substr(length));
    length += module_length(text.substr(length));
  }
  return Scanned{text.substr(0, length), length};
}

/// A word of a fixed width, "Normal  ", up to the next blank.
std::optional<Scanned> scan_padded_word(const PrintPiece& piece, std::string_view text) {
  const bool blanks_before = piece.padding != Padding::blanks_behind;
  const std::size_t before = blanks_before ? count_blanks(text, piece.width) : 0;
  const auto word = text.substr(before, text.substr(before).find_first_of(" \n"));
  const std::size_t needed = blanks_needed(piece, word.size());
  const std::size_t found = blanks_before ? before : count_blanks(text.substr(word.size()), needed);
  if (found != needed) return std::nullopt;
  return Scanned{word, word.size() + needed};
}

}  // namespace

std::optional<Scanned> scan_piece(const PrintPiece& piece, std::string_view text) {
  switch (piece.kind) {
    case Kind::signed_:
    case Kind::unsigned_:
    case Kind::hex:
    case Kind::octal:
      return scan_number(piece, text);
    case Kind::pointer:
      return scan_pointer(text);
    case Kind::symbol:
      return scan_symbol(text);
    case Kind::character:
      if (text.empty()) return std::nullopt;
      return Scanned{text.substr(0, 1), 1};
    case Kind::word:
      return scan_padded_word(piece, text);
    case Kind::literal:
    case Kind::string:
      break;
  }
  return std::nullopt;
}

}  // namespace ftracectl

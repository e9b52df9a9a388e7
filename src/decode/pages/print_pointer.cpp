#include "decode/pages/print_pointer.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ftracectl {

namespace {

unsigned byte_at(std::string_view bytes, std::size_t at) { return static_cast<unsigned char>(bytes[at]); }

std::uint32_t big_endian_word(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) << 8U | byte_at(bytes, at + 1);
}

void append_hex_number(std::uint32_t number, std::string& to) {
  constexpr std::string_view digits = "0123456789abcdef";
  unsigned shift = 12;
  while (shift > 0 && number >> shift == 0) shift -= 4;
  for (;; shift -= 4) {
    to += digits[number >> shift & 15U];
    if (shift == 0) return;
  }
}

void append_mac(std::string_view suffix, std::string_view bytes, std::string& to) {
  const bool is_reversed = suffix.ends_with('R');
  for (std::size_t i = 0; i < 6; ++i) {
    if (i > 0 && suffix.front() == 'M') to += suffix.ends_with('F') ? '-' : ':';
    append_hex_byte(static_cast<unsigned char>(bytes[is_reversed ? 5 - i : i]), to);
  }
}

/// %pI4, %pi4 with zeros in front; h and l: the other end first.
void append_ip4(std::string_view suffix, std::string_view bytes, std::string& to) {
  const bool is_little = suffix.ends_with('l') || suffix.ends_with('h');
  for (std::size_t i = 0; i < 4; ++i) {
    if (i > 0) to += '.';
    const std::string digits = std::to_string(byte_at(bytes, is_little ? 3 - i : i));
    if (suffix.starts_with('i')) to.append(3 - digits.size(), '0');
    to += digits;
  }
}

void append_ip6(std::string_view suffix, std::string_view bytes, std::string& to) {
  for (std::size_t i = 0; i < 16; i += 2) {
    if (i > 0 && suffix.starts_with('I')) to += ':';
    append_hex_byte(static_cast<unsigned char>(bytes[i]), to);
    append_hex_byte(static_cast<unsigned char>(bytes[i + 1]), to);
  }
}

/// The longest run of zero words, of at least two.
struct Run {
  std::size_t at = 8;
  std::size_t length = 0;
};

Run longest_zeros(std::string_view bytes, std::size_t words) {
  Run longest;
  for (std::size_t begin = 0; begin < words; ++begin) {
    std::size_t end = begin;
    while (end < words && big_endian_word(bytes, 2 * end) == 0) ++end;
    if (end - begin > longest.length) longest = {begin, end - begin};
  }
  return longest.length > 1 ? longest : Run();
}

void append_ip6_compressed(std::string_view bytes, std::string& to) {
  const auto words_are_zero = [&](std::size_t count) {
    return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(2 * count),
                       [](char c) { return c == 0; });
  };
  const bool is_mapped = words_are_zero(5) && big_endian_word(bytes, 10) == 0xffff;
  const bool is_isatap = (big_endian_word(bytes, 8) & 0xfdffU) == 0 && big_endian_word(bytes, 10) == 0x5efe;
  const bool has_ip4 = is_mapped || is_isatap;
  const std::size_t words = has_ip4 ? 6 : 8;
  const Run zeros = longest_zeros(bytes, words);
  bool needs_colon = false;
  for (std::size_t i = 0; i < words; ++i) {
    if (i == zeros.at) {
      if (needs_colon || i == 0) to += ':';
      to += ':';
      needs_colon = false;
      i += zeros.length - 1;
      continue;
    }
    if (needs_colon) to += ':';
    append_hex_number(big_endian_word(bytes, 2 * i), to);
    needs_colon = true;
  }
  if (!has_ip4) return;
  if (needs_colon) to += ':';
  append_ip4("I4", bytes.substr(12), to);
}

/// %pIS and %piS with any of p, f, s, c behind: a struct sockaddr.
bool append_sockaddr(std::string_view suffix, std::string_view bytes, std::string& to) {
  constexpr unsigned inet = 2;
  constexpr unsigned inet6 = 10;
  if (bytes.size() < 2) return false;
  const unsigned family = byte_at(bytes, 0) | byte_at(bytes, 1) << 8U;
  const auto options = suffix.substr(2);
  const bool has_port = options.find('p') != std::string_view::npos;
  const bool is_compressed = options.find('c') != std::string_view::npos;
  if (family == inet && bytes.size() >= 8) {
    append_ip4(suffix.starts_with('i') ? "i4" : "I4", bytes.substr(4), to);
    if (has_port) to += ":" + std::to_string(big_endian_word(bytes, 2));
    return true;
  }
  if (family == inet6 && bytes.size() >= 28) {
    const bool has_brackets = options.find_first_of("pfs") != std::string_view::npos;
    if (has_brackets) to += '[';
    if (suffix.starts_with('I') && is_compressed) {
      append_ip6_compressed(bytes.substr(8), to);
    } else {
      append_ip6(suffix, bytes.substr(8), to);
    }
    if (has_brackets) to += ']';
    if (has_port) to += ":" + std::to_string(big_endian_word(bytes, 2));
    return options.find_first_of("fs") == std::string_view::npos;
  }
  to += "(einval)";
  return true;
}

void append_uuid(std::string_view suffix, std::string_view bytes, std::string& to) {
  constexpr std::array<std::size_t, 16> little = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
  const char form = suffix.size() > 1 ? suffix[1] : 'b';
  const bool is_little = form == 'l' || form == 'L';
  const std::size_t begin = to.size();
  for (std::size_t i = 0; i < 16; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) to += '-';
    append_hex_byte(static_cast<unsigned char>(bytes[is_little ? little[i] : i]), to);
  }
  if (form != 'B' && form != 'L') return;
  for (std::size_t i = begin; i < to.size(); ++i) {
    if (to[i] >= 'a' && to[i] <= 'f') to[i] = static_cast<char>(to[i] - 'a' + 'A');
  }
}

}  // namespace

void append_hex_byte(unsigned char byte, std::string& to) {
  constexpr std::string_view digits = "0123456789abcdef";
  to += digits[byte >> 4U];
  to += digits[byte & 15U];
}

bool append_pointed(std::string_view suffix, std::string_view bytes, std::string& to) {
  if (suffix.starts_with("M") || suffix == "m" || suffix == "mR") {
    if (bytes.size() < 6) return false;
    append_mac(suffix, bytes, to);
    return true;
  }
  if (suffix.starts_with("I4") || suffix.starts_with("i4")) {
    if (bytes.size() < 4) return false;
    append_ip4(suffix, bytes, to);
    return true;
  }
  if (suffix.starts_with("I6") || suffix.starts_with("i6")) {
    if (bytes.size() < 16) return false;
    if (suffix == "I6c") {
      append_ip6_compressed(bytes, to);
    } else {
      append_ip6(suffix, bytes, to);
    }
    return true;
  }
  if (suffix.starts_with("IS") || suffix.starts_with("iS")) return append_sockaddr(suffix, bytes, to);
  if (!suffix.starts_with("U") || bytes.size() < 16) return false;
  append_uuid(suffix, bytes, to);
  return true;
}

void append_hex_bytes(std::string_view suffix, std::string_view bytes, std::string& to) {
  constexpr std::size_t most = 64;
  const char form = suffix.size() > 1 ? suffix[1] : ' ';
  bytes = bytes.substr(0, most);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && form != 'N') to += form == 'C' ? ':' : form == 'D' ? '-' : ' ';
    append_hex_byte(static_cast<unsigned char>(bytes[i]), to);
  }
}

void append_bitmap(std::string_view bytes, std::string& to) {
  for (std::size_t i = bytes.size(); i > 0; --i) {
    append_hex_byte(static_cast<unsigned char>(bytes[i - 1]), to);
    if (i > 1 && (i - 1) % 4 == 0) to += ',';
  }
}

}  // namespace ftracectl

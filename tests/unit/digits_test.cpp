#include "base/digits.hpp"

#include <doctest/doctest.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "base/short_text.hpp"

namespace ftracectl {

namespace {

constexpr unsigned most_digits_of_a_word = 8;
constexpr unsigned most_hex_digits = 16;

std::string text_of_number(std::uint64_t number, int base) {
  std::array<char, 24> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), number, base).ptr};
}

std::string decimal(std::uint64_t number) {
  std::array<char, digits_room> text{};
  return {text.data(), write_decimal(text.data(), number)};
}

std::string hex(std::uint64_t number) {
  std::array<char, digits_room> text{};
  return {text.data(), write_hex(text.data(), number)};
}

/// Numbers of all lengths, and those at which the length changes.
std::vector<std::uint64_t> many_numbers() {
  std::vector<std::uint64_t> numbers{UINT64_MAX};
  for (std::uint64_t power = 1; power <= UINT64_MAX / 10; power *= 10) {
    for (const std::uint64_t number : {power - 1, power, power + 1}) numbers.push_back(number);
  }
  for (unsigned bit = 0; bit < 64; ++bit) {
    const std::uint64_t power = std::uint64_t{1} << bit;
    for (const std::uint64_t number : {power - 1, power, power + 1}) numbers.push_back(number);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) numbers.push_back(random() >> random() % 64);
  return numbers;
}

/// What reading digit by digit finds.
HexDigits digits_one_by_one(std::string_view text, unsigned most, int base) {
  unsigned count = 0;
  std::uint64_t value = 0;
  for (; count < most && count < text.size(); ++count) {
    const auto digit =
        std::string_view("0123456789abcdef").substr(0, static_cast<std::size_t>(base)).find(text[count]);
    if (digit == std::string_view::npos) break;
    value = value * static_cast<std::uint64_t>(base) + digit;
  }
  return {count, value};
}

}  // namespace

TEST_CASE("digits: numbers are written as std::to_chars writes them") {
  for (const std::uint64_t number : many_numbers()) {
    REQUIRE(decimal(number) == text_of_number(number, 10));
    REQUIRE(hex(number) == text_of_number(number, 16));
  }
}

TEST_CASE("digits: what is written is read again") {
  for (const std::uint64_t number : many_numbers()) {
    const std::string text = hex(number) + ", argv: ";
    const HexDigits digits = read_hex(text);
    REQUIRE(digits.count == text.find(','));
    REQUIRE(digits.value == number);
  }
}

TEST_CASE("digits: any byte at any place ends a number, or is a digit of it") {
  for (std::size_t length = 0; length <= 20; ++length) {
    for (std::size_t at = 0; at < length; ++at) {
      for (unsigned byte = 0; byte < 256; ++byte) {
        std::string text = std::string("0918273645abcdef0123").substr(0, length);
        text[at] = static_cast<char>(byte);
        const HexDigits expected = digits_one_by_one(text, most_hex_digits, 16);
        // A text of its own: what stands behind its end must not be looked at.
        const std::vector<char> room(text.begin(), text.end());
        const HexDigits found = read_hex({room.data(), room.size()});
        REQUIRE(found.count == expected.count);
        REQUIRE(found.value == expected.value);
        if (length != most_digits_of_a_word) continue;
        const HexDigits decimals = digits_one_by_one(text, most_digits_of_a_word, 10);
        const DecimalDigits read = read_decimal_word(load_word(room.data()));
        REQUIRE(read.count == decimals.count);
        REQUIRE(read.value == decimals.value);
      }
    }
  }
}

TEST_CASE("short text: copied and compared as std::string_view does") {
  const std::string letters = "filename, argv and envp: 40 letters and more";
  for (std::size_t size = 0; size <= letters.size(); ++size) {
    const std::string begin = letters.substr(0, size);
    std::string copy(letters.size() + 1, '#');
    REQUIRE(copy_short(copy.data(), begin) == copy.data() + size);
    REQUIRE(copy == begin + std::string(letters.size() + 1 - size, '#'));
    REQUIRE(starts_with_short(letters, begin));
    REQUIRE_FALSE(starts_with_short(begin, letters + "?"));
    for (std::size_t at = 0; at < size; ++at) {
      std::string other = begin;
      other[at] = '?';
      REQUIRE_FALSE(starts_with_short(letters, other));
    }
  }
}

}  // namespace ftracectl

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ftracectl {

// Numbers to digits and back, eight or sixteen digits at a time in one register: half of what a trace is are
// digits. A word holds eight characters, the first of them in its lowest byte.

static_assert(std::endian::native == std::endian::little,
              "words are read and written in the machine's order");

/// What a number may take up; eight more than its digits, because words are written whole.
inline constexpr std::size_t digits_room = 24;

inline std::uint64_t load_word(const char* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof word);
  return word;
}

inline void store_word(char* at, std::uint64_t word) { std::memcpy(at, &word, sizeof word); }

namespace digits {

// Sixteen bytes in one register, as GCC and Clang offer them on all machines.
using Bytes = std::uint8_t __attribute__((vector_size(16)));
using Pairs = std::uint16_t __attribute__((vector_size(16)));
using Words = std::uint64_t __attribute__((vector_size(16)));
using HalfBytes = std::uint8_t __attribute__((vector_size(8)));

/// Turns a number into a word whose first byte is the highest, and back.
inline std::uint64_t first_byte_on_top(std::uint64_t number) { return __builtin_bswap64(number); }

inline Bytes bytes_of(std::uint64_t first, std::uint64_t second) {
  return reinterpret_cast<Bytes>(Words{first, second});
}

/// Up to 16 characters, and NULs behind them.
inline Bytes first_characters(std::string_view text) {
  const std::size_t size = text.size();
  if (size >= 16) {
    Bytes characters;
    std::memcpy(&characters, text.data(), sizeof characters);
    return characters;
  }
  if (size > 8)
    return bytes_of(load_word(text.data()), load_word(text.data() + size - 8) >> (128 - 8 * size));
  std::uint64_t word = 0;
  for (std::size_t i = size; i > 0; --i) word = word << 8U | static_cast<unsigned char>(text[i - 1]);
  return bytes_of(word, 0);
}

inline constexpr std::uint64_t each_byte = 0x0101010101010101;
inline constexpr std::uint64_t zeros = each_byte * '0';
inline constexpr std::uint64_t eight_digits = 100'000'000;

/// The eight decimal digits of a number below 10^8, as values: halved three times, all parts at once. As far
/// as the parts go, a division by 100 is one by 2^20 after a multiplication with 10486, and one by 10
/// likewise.
inline std::uint64_t decimal_word(std::uint64_t number) {
  const std::uint64_t fours = (number / 10'000) | (number % 10'000) << 32U;
  const std::uint64_t hundreds = ((fours * 10'486) >> 20U) & 0x0000007F'0000007F;
  const std::uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16U;
  const std::uint64_t tens = ((pairs * 103) >> 10U) & 0x000F'000F'000F'000F;
  return tens | (pairs - 10 * tens) << 8U;
}

/// Of a number that is not 0 and below 10^8, without zeros in front.
inline char* write_first(char* at, std::uint64_t number) {
  const std::uint64_t word = decimal_word(number);
  const auto skipped = static_cast<unsigned>(std::countr_zero(word)) / 8;
  store_word(at, (word | zeros) >> (8 * skipped));
  return at + 8 - skipped;
}

inline char* write_eight(char* at, std::uint64_t number) {
  store_word(at, decimal_word(number) | zeros);
  return at + 8;
}

}  // namespace digits

/// In decimal. There is digits_room at `at`; gives the end of what was written.
inline char* write_decimal(char* at, std::uint64_t number) {
  using digits::eight_digits;
  if (number < 10) {
    *at = static_cast<char>('0' + number);
    return at + 1;
  }
  if (number < eight_digits) return digits::write_first(at, number);
  std::uint64_t upper = number / eight_digits;
  if (upper < eight_digits) {
    at = digits::write_first(at, upper);
  } else {
    at = digits::write_first(at, upper / eight_digits);
    at = digits::write_eight(at, upper % eight_digits);
  }
  return digits::write_eight(at, number % eight_digits);
}

/// In lower-case hex, without zeros in front. There is digits_room at `at`; gives the end of what was
/// written.
inline char* write_hex(char* at, std::uint64_t number) {
  using digits::Bytes;
  const unsigned count = (static_cast<unsigned>(std::bit_width(number | 1U)) + 3) / 4;
  const auto bytes = digits::bytes_of(digits::first_byte_on_top(number << (64 - 4 * count)), 0);
  const Bytes upper = bytes >> 4;
  const Bytes lower = bytes & 0x0F;
  const Bytes values =
      __builtin_shufflevector(upper, lower, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const Bytes is_letter = values > 9;
  const Bytes text = values + '0' + (is_letter & ('a' - '0' - 10));
  std::memcpy(at, &text, sizeof text);
  return at + count;
}

/// How many of eight characters are decimal digits before the first that is none, and their number.
struct DecimalDigits {
  unsigned count;
  std::uint64_t value;
};

inline DecimalDigits read_decimal_word(std::uint64_t word) {
  using digits::each_byte;
  std::uint64_t values = word ^ digits::zeros;
  const std::uint64_t wrong = ((values + each_byte * 0x76) | values) & each_byte * 0x80;
  const auto count = static_cast<unsigned>(std::countr_zero(wrong)) / 8;  // 8 where nothing is wrong
  if (count == 0) return {0, 0};
  values <<= 64 - 8 * count;
  values = values * 10 + (values >> 8U);
  constexpr std::uint64_t mask = 0x000000FF'000000FF;
  values = ((values & mask) * (100 + (1'000'000ULL << 32U)) +
            ((values >> 16U) & mask) * (1 + (10'000ULL << 32U))) >>
           32U;
  return {count, values};
}

/// How many of up to 16 characters are lower-case hex digits before the first that is none, and their number.
struct HexDigits {
  unsigned count;
  std::uint64_t value;
};

inline HexDigits read_hex(std::string_view text) {
  using digits::Bytes;
  const Bytes characters = digits::first_characters(text);
  const Bytes decimals = characters - '0';
  const Bytes letters = characters - 'a';
  const Bytes is_decimal = decimals <= 9;
  const Bytes is_letter = letters <= 5;
  const auto wrong = reinterpret_cast<digits::Words>(~(is_decimal | is_letter));
  const auto count = static_cast<unsigned>(wrong[0] != 0   ? std::countr_zero(wrong[0]) / 8
                                           : wrong[1] != 0 ? 8 + std::countr_zero(wrong[1]) / 8
                                                           : 16);
  if (count == 0) return {0, 0};
  const Bytes values = (characters & 0x0F) + (is_letter & 9);
  const auto pairs = reinterpret_cast<digits::Pairs>(values);
  const auto bytes = __builtin_convertvector((pairs << 4 | pairs >> 8) & 0xFF, digits::HalfBytes);
  std::uint64_t word = 0;
  std::memcpy(&word, &bytes, sizeof word);
  return {count, digits::first_byte_on_top(word) >> (64 - 4 * count)};
}

}  // namespace ftracectl

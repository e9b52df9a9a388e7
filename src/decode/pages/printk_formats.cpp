#include "decode/pages/printk_formats.hpp"

#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <cstring>
#include <optional>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr int longest_width = 1024;  // nothing that fits a page is padded further

/// Undoes the escapes of string_escape_mem() and of the kernel's own newline and quote.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    constexpr std::string_view letters = "nrtvfae0";
    constexpr std::string_view meant("\n\r\t\v\f\a\033\0", 8);
    const auto at = letters.find(text[++i]);
    result += at != std::string_view::npos ? meant[at] : text[i];
  }
  return result;
}

/// One conversion: "%-08llx", "%.*s", "%pS".
struct Conversion {
  std::string flags;
  std::optional<int> width;
  std::optional<int> precision;
  std::size_t size = 4;
  char letter = '\0';
  char extension = '\0';  ///< of %p
};

/// How vbin_printf() stores a %hhd or %hd: in its own size until 6.13, as the int that it was passed as since
/// 6.14. A %c is one byte in both.
enum class SmallNumbers { packed, as_int };

/// Takes the arguments one by one.
class Arguments {
 public:
  Arguments(std::string_view buffer, std::size_t word, SmallNumbers small)
      : buffer_(buffer), word_(word), small_(small) {}

  std::size_t word() const { return word_; }

  /// Nothing is left but the padding of the last step, and on some machines one more.
  bool is_at_end() const { return at_ <= buffer_.size() && buffer_.size() - at_ < 2 * step; }

  /// Of a %d and its like.
  std::optional<std::uint64_t> integer(std::size_t size) {
    if (size >= step || small_ == SmallNumbers::packed) return number(size);
    const auto stored = number(step);
    if (!stored) return std::nullopt;
    // An int that is no char, or no short, was not stored as an int.
    const unsigned bits = 8 * static_cast<unsigned>(size);
    const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(*stored));
    if (value >= std::int32_t{1} << bits || value < -(std::int32_t{1} << (bits - 1))) return std::nullopt;
    return *stored & ((std::uint64_t{1} << bits) - 1);
  }

  std::optional<std::uint64_t> number(std::size_t size) {
    // A long long is two steps of four bytes: it is not aligned to eight.
    const std::size_t align = std::min(size, step);
    at_ = (at_ + align - 1) / align * align;
    if (at_ > buffer_.size() || buffer_.size() - at_ < size) return std::nullopt;
    std::uint64_t value = 0;
    std::memcpy(&value, buffer_.data() + at_, size);
    at_ += size;
    return value;
  }

  std::optional<std::string_view> string() {
    if (at_ > buffer_.size()) return std::nullopt;
    const auto end = buffer_.find('\0', at_);
    if (end == std::string_view::npos) return std::nullopt;
    const auto text = buffer_.substr(at_, end - at_);
    at_ = end + 1;
    return text;
  }

 private:
  static constexpr std::size_t step = 4;  ///< the buffer is one of u32

  std::string_view buffer_;
  std::size_t word_;
  SmallNumbers small_;
  std::size_t at_ = 0;
};

class Printer {
 public:
  Printer(std::string_view format, Arguments arguments, const SymbolNames& symbols, std::string& to)
      : rest_(format), arguments_(arguments), symbols_(symbols), to_(to) {}

  /// False unless the format takes just what is in the buffer.
  bool print() {
    while (!rest_.empty()) {
      const auto percent = std::min(rest_.find('%'), rest_.size());
      to_ += rest_.substr(0, percent);
      rest_.remove_prefix(percent);
      if (rest_.empty()) break;
      rest_.remove_prefix(1);
      if (!print_one()) return false;
    }
    return arguments_.is_at_end();
  }

 private:
  char take() {
    if (rest_.empty()) return '\0';
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  /// "12" or "*", whose number is an argument.
  bool read_number(std::optional<int>& to) {
    if (rest_.starts_with('*')) {
      rest_.remove_prefix(1);
      const auto number = arguments_.number(4);
      if (!number) return false;
      to = static_cast<std::int32_t>(*number);
      return true;
    }
    int value = 0;
    bool is_there = false;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      value = std::min(value * 10 + (take() - '0'), 100'000);
      is_there = true;
    }
    if (is_there) to = value;
    return true;
  }

  bool print_one() {
    Conversion one;
    while (!rest_.empty() && std::string_view("-+ #0").find(rest_.front()) != std::string_view::npos)
      one.flags += take();
    if (!read_number(one.width)) return false;
    if (one.width && *one.width < 0) {
      one.flags += '-';
      one.width = -*one.width;
    }
    if (rest_.starts_with('.')) {
      rest_.remove_prefix(1);
      one.precision = 0;
      if (!read_number(one.precision)) return false;
      if (*one.precision < 0) one.precision.reset();
    }
    if (one.width.value_or(0) > longest_width) return false;
    read_size(one);
    one.letter = take();
    return print_argument(one);
  }

  void read_size(Conversion& one) {
    const auto take_word = [&](std::string_view word, std::size_t size) {
      if (!rest_.starts_with(word)) return false;
      rest_.remove_prefix(word.size());
      one.size = size;
      return true;
    };
    const std::size_t word = arguments_.word();
    if (take_word("hh", 1) || take_word("h", 2) || take_word("ll", 8) || take_word("L", 8)) return;
    if (take_word("l", word) || take_word("z", word) || take_word("Z", word)) return;
    take_word("t", word);
  }

  bool print_argument(Conversion& one) {
    switch (one.letter) {
      case '%':
        to_ += '%';
        return true;
      case 'c': {
        const auto number = arguments_.number(1);
        if (number) put(std::string(1, static_cast<char>(*number)), one);
        return number.has_value();
      }
      case 's': {
        const auto text = arguments_.string();
        if (!text) return false;
        const auto most = static_cast<std::size_t>(one.precision.value_or(static_cast<int>(text->size())));
        put(std::string(text->substr(0, most)), one);
        return true;
      }
      case 'p':
        return print_pointer(one);
      case 'd':
      case 'i':
      case 'u':
      case 'x':
      case 'X':
      case 'o':
        return print_number(one);
      default:
        return false;
    }
  }

  bool print_number(const Conversion& one) {
    auto number = arguments_.integer(one.size);
    if (!number || one.precision.value_or(0) > longest_width) return false;
    const bool is_signed = one.letter == 'd' || one.letter == 'i';
    if (is_signed && one.size < 8) {
      const unsigned unused = 64 - 8 * static_cast<unsigned>(one.size);
      number = static_cast<std::uint64_t>(static_cast<std::int64_t>(*number << unused) >> unused);
    }
    // The kernel prints 0x0 for %#x of 0, where C prints 0.
    const bool is_prefixed_zero =
        *number == 0 && (one.letter | ' ') == 'x' && one.flags.find('#') != std::string::npos;
    if (is_prefixed_zero) number = 1;
    std::string format = "%" + one.flags;
    if (one.width) format += std::to_string(*one.width);
    if (one.precision) format += "." + std::to_string(std::max(*one.precision, 1));
    format += "ll";
    format += one.letter;
    std::array<char, 2 * longest_width + 64> text;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    const int length = std::snprintf(text.data(), text.size(), format.c_str(), *number);
#pragma GCC diagnostic pop
    if (length < 0) return false;
    std::string printed(text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1));
    if (is_prefixed_zero) printed[printed.rfind('1')] = '0';
    to_ += printed;
    return true;
  }

  /// Symbols and addresses are stored as they are; of what else %p prints the text is stored, since 4.16, padded to
  /// its width. (Before, all pointers are stored as they are: what one pointed to is gone, and does not fit.)
  bool print_pointer(Conversion& one) {
    while (!rest_.empty() && is_word(rest_.front())) {
      const char c = take();
      if (one.extension == '\0') one.extension = c;
    }
    const bool is_address = std::string_view("SsFfxKe").find(one.extension) != std::string_view::npos;
    if (one.extension != '\0' && !is_address) {
      const auto text = arguments_.string();
      if (text) to_ += *text;
      return text.has_value();
    }
    const auto address = arguments_.number(arguments_.word());
    if (!address) return false;
    const SymbolPlace place = symbols_ ? symbols_(*address) : SymbolPlace();
    std::array<char, 64> text;
    // A bare %p is hashed where the kernel prints it; here it is what it was.
    const bool is_symbol =
        one.extension != '\0' && one.extension != 'x' && one.extension != 'K' && one.extension != 'e';
    if (!is_symbol || place.name.empty()) {
      std::snprintf(text.data(), text.size(), is_symbol ? "0x%" PRIx64 : "%016" PRIx64, *address);
      put(text.data(), one);
      return true;
    }
    std::string name(place.name);
    if (one.extension == 'S' || one.extension == 'F') {
      std::snprintf(text.data(), text.size(), "+0x%" PRIx64 "/0x%" PRIx64, place.offset, place.size);
      name += text.data();
    }
    put(name, one);
    return true;
  }

  static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  void put(const std::string& text, const Conversion& one) {
    const auto width = static_cast<std::size_t>(one.width.value_or(0));
    const std::string blanks(width > text.size() ? width - text.size() : 0, ' ');
    const bool is_left = one.flags.find('-') != std::string::npos;
    to_ += is_left ? text + blanks : blanks + text;
  }

  std::string_view rest_;
  Arguments arguments_;
  const SymbolNames& symbols_;
  std::string& to_;
};

}  // namespace

PrintkFormats parse_printk_formats(std::string_view text) {
  PrintkFormats formats;
  for (const auto line : split_lines(text)) {
    const auto quote = line.find(" : \"");
    if (!line.starts_with("0x") || quote == std::string_view::npos || !line.ends_with('"')) continue;
    const auto address = parse_number<std::uint64_t>(line.substr(2, quote - 2), 16);
    const std::size_t begin = quote + 4;
    if (!address || line.size() <= begin) continue;
    formats[*address] = unescaped(line.substr(begin, line.size() - 1 - begin));
  }
  return formats;
}

bool print_bprintf(std::string_view format, std::string_view buffer, std::size_t word,
                   const SymbolNames& symbols, std::string& to) {
  if (word != 4 && word != 8) return false;
  const std::size_t before = to.size();
  for (const auto small : {SmallNumbers::as_int, SmallNumbers::packed}) {
    if (Printer(format, Arguments(buffer, word, small), symbols, to).print()) return true;
    to.resize(before);
  }
  return false;
}

}  // namespace ftracectl

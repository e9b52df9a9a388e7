#include "decode/fetched_exec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/exec_probe.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t words_in_argument = fetched_argument_size / 8;
using Words = std::array<std::uint64_t, words_in_argument>;

/// Takes one expected piece after the other off the front of a message.
class Scanner {
 public:
  explicit Scanner(std::string_view rest) : rest_(rest) {}

  bool literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }

  /// "0x55bc6509"
  bool number(std::uint64_t& value) {
    if (!literal("0x")) return false;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value, 16);
    if (error != std::errc{}) return false;
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return true;
  }

  /// " p0=0x55bc6509"
  bool named_number(char letter, std::size_t index, std::uint64_t& value) {
    return name(letter, index) && number(value);
  }

  /// " a0={0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8}"
  bool named_words(char letter, std::size_t index, Words& words) {
    if (!name(letter, index) || !literal("{")) return false;
    for (std::size_t i = 0; i < words.size(); ++i) {
      if ((i > 0 && !literal(",")) || !number(words[i])) return false;
    }
    return literal("}");
  }

  bool at_end() const { return rest_.empty(); }

 private:
  bool name(char letter, std::size_t index) {
    const std::string text = {' ', letter};
    return literal(text) && literal(std::to_string(index)) && literal("=");
  }

  std::string_view rest_;
};

/// Appends the bytes, least significant first, up to a zero. False when there is none: the string goes on.
bool append_string(std::string& text, const Words& words) {
  for (std::uint64_t word : words) {
    for (int i = 0; i < 8; ++i, word >>= 8) {
      if ((word & 0xff) == 0) return true;
      text += static_cast<char>(word & 0xff);
    }
  }
  return false;
}

bool all_zero(const Words& words) {
  return std::all_of(words.begin(), words.end(), [](std::uint64_t word) { return word == 0; });
}

bool scan_filename(Scanner& scanner, FetchedExec& call) {
  call.filename.address = call.filename_addr;
  bool ended = false;
  for (std::size_t i = 0; i < fetched_name_parts; ++i) {
    Words words{};
    if (!scanner.named_words('n', i, words)) return false;
    if (i == 0) call.filename.is_missing = all_zero(words);
    if (!ended) ended = append_string(call.filename.text, words);
  }
  call.filename.is_cut = !ended;
  return true;
}

bool scan_arguments(Scanner& scanner, FetchedExec& call) {
  bool ended = false;
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    FetchedExec::Argument argument;
    Words words{};
    if (!scanner.named_number('p', i, argument.address) || !scanner.named_words('a', i, words)) return false;
    ended = ended || argument.address == 0;
    if (ended) continue;
    argument.is_cut = !append_string(argument.text, words);
    argument.is_missing = all_zero(words);
    call.arguments.push_back(std::move(argument));
  }
  call.has_more = !ended;
  return true;
}

}  // namespace

std::optional<FetchedExec> parse_fetched_exec(std::string_view message) {
  const auto begin = message.find(": (");
  if (begin == std::string_view::npos) return std::nullopt;
  Scanner scanner(message.substr(begin + 3));
  FetchedExec call;
  std::uint64_t instruction = 0;
  const bool fits = scanner.number(instruction) && scanner.literal(") file=") &&
                    scanner.number(call.filename_addr) && scanner.literal(" argv=") &&
                    scanner.number(call.argv_addr) && scan_filename(scanner, call) &&
                    scan_arguments(scanner, call) && scanner.at_end();
  return fits ? std::optional(std::move(call)) : std::nullopt;
}

}  // namespace ftracectl

#include "records/fetched_exec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "model/tracefs/exec_probe.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t words_in_argument = fetched_argument_size / 8;
/// The kernel's bound for a string, its end included, is 4,096 bytes.
constexpr std::size_t longest_ustring = 4095;
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

  /// " s0=\"any text\" z0=0x7f…" or " s0=(fault) z0=0x7f…": what stands before the mark is the string.
  bool marked_string(const std::string& name, const std::string& mark, FetchedExec::Argument& argument) {
    const std::string end = " z" + name.substr(name == "n" ? 0 : 1) + mark;
    if (!literal(" " + name + "=")) return false;
    const auto at = rest_.find(end);
    if (at == std::string_view::npos) return false;
    std::string_view text = rest_.substr(0, at);
    rest_.remove_prefix(at + end.size());
    argument.is_missing = text == "(fault)";
    if (argument.is_missing) return true;
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    argument.text = text.substr(1, text.size() - 2);
    argument.is_cut = argument.text.size() >= longest_ustring;
    return true;
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

/// Whether the pointer at `index` of the array is what was there: its page was read from, since one before it
/// led to a string. Of a page that cannot be read the kernel leaves any number.
bool is_pointer_read(const FetchedExec& call, std::size_t index) {
  constexpr std::uint64_t page = 4096;
  for (std::size_t i = 0; i < index; ++i) {
    const bool is_same_page = (call.argv_addr + i * 8) / page == (call.argv_addr + index * 8) / page;
    if (is_same_page && !call.arguments[i].is_missing) return true;
  }
  return false;
}

/// The arguments up to the null that ends them, if all of them could be read.
void take_marked_arguments(FetchedExec& call, std::vector<FetchedExec::Argument> fetched) {
  for (std::size_t i = 0; i < fetched.size(); ++i) {
    if (fetched[i].address == 0 || fetched[i].is_missing) {
      call.arguments_are_known = fetched[i].address == 0 && is_pointer_read(call, i);
      if (!call.arguments_are_known) call.arguments.clear();
      return;
    }
    call.arguments.push_back(std::move(fetched[i]));
  }
  call.has_more = true;
}

}  // namespace

std::optional<FetchedExec> parse_eprobe_exec(std::string_view message, std::uint64_t nonce) {
  const auto begin = message.find(") file=");
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string mark = exec_eprobe_mark(nonce);
  Scanner scanner(message.substr(begin + 1));
  FetchedExec call;
  call.source = ValueSource::eprobe;
  std::vector<FetchedExec::Argument> fetched(fetched_arguments);
  bool fits = scanner.literal(" file=") && scanner.number(call.filename_addr) && scanner.literal(" argv=") &&
              scanner.number(call.argv_addr);
  for (std::size_t i = 0; fits && i < fetched.size(); ++i) {
    fits = scanner.named_number('p', i, fetched[i].address);
  }
  fits = fits && scanner.marked_string("n", mark, call.filename);
  for (std::size_t i = 0; fits && i < fetched.size(); ++i) {
    fits = scanner.marked_string("s" + std::to_string(i), mark, fetched[i]);
  }
  if (!fits || !scanner.at_end()) return std::nullopt;
  call.filename.address = call.filename_addr;
  take_marked_arguments(call, std::move(fetched));
  return call;
}

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

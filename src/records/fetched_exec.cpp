#include "records/fetched_exec.hpp"

#include <algorithm>

#include "model/tracefs/exec_probe.hpp"
#include "records/probe_scanner.hpp"

namespace ftracectl {

namespace {

using Words = ProbeScanner::Words;

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

bool scan_filename(ProbeScanner& scanner, FetchedExec& call) {
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

bool scan_arguments(ProbeScanner& scanner, FetchedExec& call) {
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
  ProbeScanner scanner(message.substr(begin + 1));
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
  ProbeScanner scanner(message.substr(begin + 3));
  FetchedExec call;
  std::uint64_t instruction = 0;
  const bool fits = scanner.number(instruction) && scanner.literal(") file=") &&
                    scanner.number(call.filename_addr) && scanner.literal(" argv=") &&
                    scanner.number(call.argv_addr) && scan_filename(scanner, call) &&
                    scan_arguments(scanner, call) && scanner.at_end();
  return fits ? std::optional(std::move(call)) : std::nullopt;
}

}  // namespace ftracectl

#include "records/scrub_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "decode/text/line_header.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "records/probe_scanner.hpp"

namespace ftracectl {

namespace {

using Words = ProbeScanner::Words;

/// No entry's text is longer than this.
constexpr std::size_t longest_entry = 8192 + 256;

constexpr std::string_view uprobe_begin = "execve: (0x";
constexpr std::string_view eprobe_place = ": (syscalls.sys_enter_";
constexpr std::string_view word_characters = "0123456789abcdefx,";

void append_number(std::string& to, std::uint64_t number) {
  std::array<char, 16> digits;
  to += "0x";
  to.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number, 16).ptr);
}

void append_name(std::string& to, char letter, std::size_t index) {
  to += ' ';
  to += letter;
  to += std::to_string(index);
  to += '=';
}

/// Takes an array, and puts it down without what is behind the string's end: without all of it where `ended`.
/// False where it is torn: what is left of the last word is not known to be before the end.
bool scrub_array(ProbeScanner& scanner, char letter, std::size_t index, bool& ended, std::string& to) {
  ProbeScanner look = scanner;
  if (!look.name(letter, index) || !look.literal("{")) return false;
  Words words{};
  std::size_t count = 0;
  bool fits = true;
  while (fits && count < words.size() && (count == 0 || look.literal(",")))
    fits = look.number(words[count++]);
  const bool is_whole = fits && count == words.size() && look.literal("}");
  if (!is_whole && count > 0) words[count - 1] = 0;
  if (!fits && look.rest() == "0") look.literal("0");  // of the "0x" of a word
  if (ended) {
    words.fill(0);
  } else {
    ended = forget_behind_end(words);
  }
  append_name(to, letter, index);
  for (std::size_t i = 0; i < count; ++i) {
    to += i == 0 ? '{' : ',';
    append_number(to, words[i]);
  }
  if (is_whole) to += '}';
  scanner = look;
  return is_whole;
}

/// All behind the instruction's address. False where it is torn.
bool scrub_arrays(ProbeScanner& scanner, std::string& to) {
  bool name_ended = false;
  for (std::size_t i = 0; i < fetched_name_parts; ++i) {
    if (!scrub_array(scanner, 'n', i, name_ended, to)) return false;
  }
  bool at_null = false;
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    std::uint64_t pointer = 0;
    if (!scanner.named_number('p', i, pointer)) return false;
    append_name(to, 'p', i);
    append_number(to, at_null ? 0 : pointer);
    at_null = at_null || pointer == 0;
    bool nothing_of_it = at_null;
    if (!scrub_array(scanner, 'a', i, nothing_of_it, to)) return false;
  }
  return true;
}

void append_string(std::string& to, const std::string& name, bool is_used,
                   const FetchedExec::Argument& string, const std::string& mark) {
  to += " " + name + "=";
  to += is_used && !string.is_missing ? "\"" + string.text + "\"" : "(fault)";
  to += " z" + name.substr(name == "n" ? 0 : 1) + mark;
}

/// What stands in the place of a piece of an array.
std::string without_words(std::string_view line) {
  std::string text;
  bool is_inside = false;
  while (!line.empty()) {
    const auto end = std::min(line.find_first_not_of(word_characters), line.size());
    const bool is_list = (is_inside && line.starts_with("0x")) ||
                         line.substr(0, end).find(",0x") != std::string_view::npos ||
                         (end > 2 && end < line.size() && line[end] == '}');
    text += is_list ? std::string_view("0x0") : line.substr(0, end);
    const auto next = std::min(line.find_first_of("{,", end), line.size());
    text += line.substr(end, next - end);
    line.remove_prefix(next);
    if (line.empty()) break;
    is_inside = line.front() == '{';
    text += line.front();
    line.remove_prefix(1);
  }
  return text;
}

/// The mark behind a string: what stands before it, and behind, is of no use without its beginning.
bool has_string_mark(std::string_view line) {
  constexpr std::size_t mark_size = 19;  // "=0x" and 16 digits
  for (auto at = line.find(" z"); at != std::string_view::npos; at = line.find(" z", at + 1)) {
    const auto rest = line.substr(at + 2);
    const auto sign = std::min(rest.find("=0x"), rest.size());
    const auto mark = rest.substr(sign, mark_size);
    if (sign <= 2 && mark.size() == mark_size &&
        mark.find_first_not_of("0123456789abcdef", 3) == std::string_view::npos)
      return true;
  }
  return false;
}

/// " a12={0x", or nothing but a part of such an array.
bool has_array_of_ours(std::string_view line) {
  constexpr std::string_view begin = "={0x";
  for (auto at = line.find(begin); at != std::string_view::npos; at = line.find(begin, at + 1)) {
    const auto letter = line.substr(0, at).find_last_not_of("0123456789");
    if (letter == std::string_view::npos) return true;  // the line begins in the name
    if (letter + 1 < at && (line[letter] == 'a' || line[letter] == 'n')) return true;
  }
  const auto end = std::min(line.find_first_not_of(word_characters), line.size());
  const auto behind = line.substr(end);
  const bool is_end_of_array = behind == "}" || behind.starts_with("} p") || behind.starts_with("} n");
  const bool is_in_array = behind.empty() && line.find(",0x") != std::string_view::npos;
  return (end > 0 && is_end_of_array) || is_in_array || line.starts_with("{0x");
}

}  // namespace

std::optional<std::string> scrub_uprobe_text(std::string_view text) {
  const auto begin = text.find(uprobe_begin);
  if (begin == std::string_view::npos) return std::nullopt;
  ProbeScanner scanner(text.substr(begin + uprobe_begin.size() - 2));
  std::uint64_t number = 0;
  const bool fits = scanner.number(number) && scanner.literal(") file=") && scanner.number(number) &&
                    scanner.literal(" argv=") && scanner.number(number) &&
                    scanner.rest().starts_with(" n0={");
  if (!fits) return std::nullopt;
  std::string scrubbed(text.substr(0, text.size() - scanner.rest().size()));
  scrub_arrays(scanner, scrubbed);
  scrubbed += scanner.rest();
  return scrubbed;
}

std::optional<std::string> scrub_eprobe_text(std::string_view text, std::uint64_t nonce) {
  const auto place = text.find(eprobe_place);
  const auto begin = place == std::string_view::npos ? place : text.find(')', place);
  if (begin == std::string_view::npos) return std::nullopt;
  const std::string mark = exec_eprobe_mark(nonce);
  ProbeScanner scanner(text.substr(begin + 1));
  FetchedExec call;
  const bool fits = scanner.literal(" file=") && scanner.number(call.filename_addr) &&
                    scanner.literal(" argv=") && scanner.number(call.argv_addr);
  std::string scrubbed(text.substr(0, fits ? text.size() - scanner.rest().size() : begin + 1));
  std::array<std::uint64_t, fetched_arguments> pointers{};
  std::size_t told = 0;
  while (fits && told < pointers.size() && scanner.named_number('p', told, pointers[told])) ++told;
  bool goes_on = told == pointers.size() && scanner.marked_string("n", mark, call.filename);
  std::vector<FetchedExec::Argument> strings;
  for (std::size_t i = 0; goes_on && i < fetched_arguments; ++i) {
    goes_on = scanner.marked_string("s" + std::to_string(i), mark, strings.emplace_back());
    if (!goes_on) strings.pop_back();
  }
  const bool has_name = told == pointers.size() && (goes_on || !strings.empty());
  std::size_t used = 0;
  while (used < told && pointers[used] != 0 && (used >= strings.size() || !strings[used].is_missing)) ++used;
  for (std::size_t i = 0; i < told; ++i) {
    append_name(scrubbed, 'p', i);
    // A pointer that could not be followed, or was left by another call, is told from the null.
    append_number(scrubbed, i < used ? pointers[i] : i == used && pointers[i] != 0 ? 1 : 0);
  }
  if (has_name) append_string(scrubbed, "n", true, call.filename, mark);
  for (std::size_t i = 0; i < strings.size(); ++i) {
    append_string(scrubbed, "s" + std::to_string(i), i < used, strings[i], mark);
  }
  return scrubbed;
}

std::optional<std::string> scrub_message(std::string_view message) {
  const auto place = message.find(eprobe_place);
  const auto function = message.substr(0, place).rfind("execve");
  if (place != std::string_view::npos && function != std::string_view::npos) {
    const auto nonce = exec_eprobe_nonce(message.substr(function, place - function));
    if (nonce) return scrub_eprobe_text(message, *nonce);
  }
  return scrub_uprobe_text(message);
}

std::optional<std::string> scrub_piece(std::string_view line) {
  if (auto whole = scrub_message(line)) return whole;
  if (has_string_mark(line)) return "";
  return has_array_of_ours(line) ? std::optional(without_words(line)) : std::nullopt;
}

TextScrubber::TextScrubber(const EventTable& events) {
  for (const auto& event : events.all()) {
    if (!is_exec_probe_group(event->schema.system)) continue;
    is_needed_ = true;
    const std::string& name = event->schema.name;
    if (const auto nonce = exec_eprobe_nonce(name)) {
      eprobes_.push_back({name + ": (syscalls.", *nonce, exec_eprobe_end(*nonce)});
    }
  }
}

std::string_view TextScrubber::scrub(std::string_view bytes) {
  rest_ += bytes;
  return take(More::of_the_entry);
}

/// Whether the line is taken for one of the lines of a torn entry: up to the next that has a header.
bool TextScrubber::drop(std::string_view line) {
  if (to_drop_ == 0) return false;
  const bool is_entry =
      line.starts_with("CPU:") ||
      parse_line_header(line, {TextLayout::plain, TextLayout::latency, TextLayout::verbose}).fit ==
          LineHeader::Fit::yes;
  to_drop_ = is_entry ? 0 : to_drop_ - std::min(to_drop_, line.size());
  return !is_entry;
}

std::string_view TextScrubber::take(More more) {
  out_.clear();
  std::size_t at = 0;
  while (at < rest_.size()) {
    const auto rest = std::string_view(rest_).substr(at);
    const auto end = std::min(rest.find('\n'), rest.size());
    const bool is_torn = end == rest.size();
    if (is_torn && more != More::none && rest.size() < longest_entry) break;
    std::size_t length = std::min(end + 1, rest.size());
    if (drop(rest.substr(0, length))) {
      at += length;
      continue;
    }
    const Eprobe* eprobe = nullptr;
    std::size_t begin = std::string_view::npos;
    for (const auto& candidate : eprobes_) {
      begin = rest.substr(0, end).find(candidate.begin);
      if (begin == std::string_view::npos) continue;
      eprobe = &candidate;
      break;
    }
    length = eprobe == nullptr ? take_line(rest, end) : take_entry(rest, end, begin, *eprobe, more);
    if (length == 0) break;
    at += length;
  }
  rest_.erase(0, at);
  return out_;
}

/// Puts the line down, which ends at `end`. Gives how many bytes were taken.
std::size_t TextScrubber::take_line(std::string_view rest, std::size_t end) {
  const auto line = rest.substr(0, end);
  const bool has_newline = end < rest.size();
  const auto scrubbed = scrub_uprobe_text(line);
  out_ += scrubbed ? std::string_view(*scrubbed) : line;
  if (has_newline) out_ += '\n';
  return end + (has_newline ? 1 : 0);
}

/// The same for an eprobe's entry, which may have more lines than the one that ends at `end`. 0 where its end
/// is not here yet.
std::size_t TextScrubber::take_entry(std::string_view rest, std::size_t end, std::size_t begin,
                                     const Eprobe& eprobe, More more) {
  auto last = end;
  while (last < rest.size() && last - begin <= longest_entry) {
    if (!rest.substr(begin, last - begin).ends_with(eprobe.end)) {
      last = std::min(rest.find('\n', last + 1), rest.size());
      continue;
    }
    out_ += rest.substr(0, begin);
    out_ += scrub_eprobe_text(rest.substr(begin, last - begin), eprobe.nonce).value_or("");
    if (!out_.ends_with(eprobe.end)) out_ += eprobe.end;  // one that was torn when it was scrubbed before
    out_ += '\n';
    return last + 1;
  }
  if (more == More::of_the_entry && rest.size() - begin <= longest_entry) return 0;
  out_ += rest.substr(0, begin);
  out_ += scrub_eprobe_text(rest.substr(begin, end - begin), eprobe.nonce).value_or("");
  if (end == rest.size()) return end;  // torn at the end of all
  out_ += eprobe.end;                  // or nothing would tell that it ends here
  out_ += '\n';
  to_drop_ = longest_entry;
  return end + 1;
}

}  // namespace ftracectl

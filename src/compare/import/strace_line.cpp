#include "compare/import/strace_line.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl::compare {

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::size_t longest_extra = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

void skip_blanks(std::string_view& rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
}

std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  skip_blanks(rest);
  return word;
}

/// "31028", with -Y "31028<a name>", with --decode-pids=pidns "31028 /* 7 in strace's PID NS */".
std::optional<std::int32_t> take_task(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_not_of(digits), rest.size());
  const auto tid = parse_number<std::int32_t>(rest.substr(0, end));
  if (!tid) return std::nullopt;
  rest.remove_prefix(end);
  if (rest.starts_with('<')) {
    // A name has 15 bytes at most, and may hold '>' itself.
    constexpr std::size_t longest = 16;
    std::size_t close = rest.substr(0, longest + 1).rfind("> ");
    if (close == rest.npos) close = rest.substr(0, longest + 2).rfind(">]");
    if (close == rest.npos) return std::nullopt;
    rest.remove_prefix(close + 1);
  }
  if (rest.starts_with(" /* ")) {
    const std::size_t close = rest.substr(0, longest_extra).find(" */");
    if (close != rest.npos) rest.remove_prefix(close + 3);
  }
  return tid;
}

bool is_fraction(std::string_view text) {
  return (text.size() == 3 || text.size() == 6 || text.size() == 9) &&
         text.find_first_not_of(digits) == text.npos;
}

std::int64_t fraction_ns(std::string_view text) {
  std::int64_t ns = parse_number<std::int64_t>(text).value_or(0);
  for (std::size_t size = text.size(); size < 9; ++size) ns *= 10;
  return ns;
}

/// "1795360851.429412", "0.000041", "1795360851".
bool take_seconds(StraceLine& line, std::string_view word) {
  constexpr std::int64_t earliest = 100'000'000;  // March 1973: what is less is no time of a day of ours
  constexpr std::int64_t latest = 9'000'000'000;
  const std::size_t point = word.find('.');
  const auto seconds = parse_number<std::int64_t>(word.substr(0, point));
  if (!seconds || *seconds < 0 || *seconds > latest) return false;
  if (point == word.npos) {
    if (*seconds < earliest) return false;
    line.is_whole_second = true;
  } else if (!is_fraction(word.substr(point + 1))) {
    return false;
  }
  line.clock = *seconds < earliest ? StraceLine::Clock::relative : StraceLine::Clock::unix_time;
  line.ts_ns = *seconds * 1'000'000'000 + (point == word.npos ? 0 : fraction_ns(word.substr(point + 1)));
  return true;
}

/// "08:36:38", "08:36:38.305583".
bool take_time_of_day(StraceLine& line, std::string_view word) {
  if (word.size() < 8 || word[2] != ':' || word[5] != ':') return false;
  const auto hours = parse_number<std::uint8_t>(word.substr(0, 2));
  const auto minutes = parse_number<std::uint8_t>(word.substr(3, 2));
  const auto seconds = parse_number<std::uint8_t>(word.substr(6, 2));
  if (!hours || !minutes || !seconds || *hours > 23 || *minutes > 59 || *seconds > 60) return false;
  line.is_whole_second = word.size() == 8;
  if (!line.is_whole_second && (word[8] != '.' || !is_fraction(word.substr(9)))) return false;
  line.clock = StraceLine::Clock::time_of_day;
  line.ts_ns = ((*hours * 60 + *minutes) * 60 + *seconds) * std::int64_t{1'000'000'000};
  if (!line.is_whole_second) line.ts_ns += fraction_ns(word.substr(9));
  return true;
}

/// "(+     0.000013) ", "[00007f2c84c9bad7] ", "[  59] ", "[????????????????] ".
void skip_extras(std::string_view& rest) {
  if (rest.starts_with("(+")) {
    const std::size_t close = rest.substr(0, longest_extra).find(") ");
    if (close != rest.npos) rest.remove_prefix(close + 2);
  }
  while (rest.starts_with('[')) {
    const std::size_t close = rest.substr(0, longest_extra).find("] ");
    if (close == rest.npos || rest.substr(1, close - 1).find_first_not_of("0123456789abcdef? ") != rest.npos)
      return;
    rest.remove_prefix(close + 2);
  }
}

}  // namespace

std::optional<StraceLine> parse_strace_line(std::string_view text) {
  StraceLine line;
  std::string_view rest = text;
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  if (rest.starts_with("[pid ")) {
    rest.remove_prefix(5);
    skip_blanks(rest);
    const auto tid = take_task(rest);
    if (!tid || !rest.starts_with(']')) return std::nullopt;
    line.tid = *tid;
    rest.remove_prefix(1);
    skip_blanks(rest);
  } else {
    skip_blanks(rest);
    std::string_view behind = rest;
    const auto tid = take_task(behind);
    // A time has a point or a colon behind its digits.
    if (tid && behind.starts_with(' ')) {
      line.tid = *tid;
      rest = behind;
      skip_blanks(rest);
    }
  }
  std::string_view behind = rest;
  const auto word = take_word(behind);
  if (take_seconds(line, word) || take_time_of_day(line, word)) rest = behind;
  skip_extras(rest);
  if (rest.empty()) return std::nullopt;
  line.rest = rest;
  // Without a time, any text would do.
  if (line.clock == StraceLine::Clock::none && !is_strace_event(rest)) return std::nullopt;
  return line;
}

bool is_strace_event(std::string_view rest) {
  if (rest.starts_with("+++ ") || rest.starts_with("--- ") || rest.starts_with("<... ")) return true;
  const std::size_t end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_");
  return end != rest.npos && end > 0 && rest[end] == '(';
}

std::size_t find_strace_line_within(std::string_view rest) {
  constexpr std::string_view attached = "strace: Process ";
  constexpr std::size_t longest_head = 200;  // so that a long line takes no longer than its length
  bool in_string = false;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    const char c = rest[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') {
      in_string = true;
      continue;
    }
    if (i == 0) continue;
    const bool may_begin = (is_digit(c) && !is_digit(rest[i - 1])) || c == '[';
    if (!may_begin) {
      if (c == 's' && rest.substr(i).starts_with(attached)) return i;
      continue;
    }
    if (c != '[' && rest.find(' ', i) == rest.npos) return rest.npos;
    const auto line = parse_strace_line(rest.substr(i, longest_head));
    if (line && line->tid >= 0 && line->clock != StraceLine::Clock::none && is_strace_event(line->rest))
      return i;
  }
  return rest.npos;
}

std::int32_t leading_task(std::string_view text) {
  const std::size_t end = std::min(text.find_first_not_of(digits), text.size());
  return parse_number<std::int32_t>(text.substr(0, end)).value_or(-1);
}

}  // namespace ftracectl::compare

#include "compare/import/execsnoop_bt.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "compare/import/bpftrace_records.hpp"

namespace ftracectl::compare {

namespace {

/// A number left in a column of at least `width`, and the blank behind.
std::optional<std::int64_t> take_column(std::string_view& rest, std::size_t width) {
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::size_t end = std::max(digits, width);
  if (digits == 0 || end >= rest.size() ||
      rest.substr(digits, end - digits + 1).find_first_not_of(' ') != rest.npos)
    return std::nullopt;
  const auto number = parse_number<std::int64_t>(rest.substr(0, digits));
  rest.remove_prefix(end + 1);
  return number;
}

}  // namespace

ExecsnoopBt::ExecsnoopBt(Side& side) : side_(side) {
  side_.tool = "execsnoop.bt";
  side_.tells_tids = false;
  side_.events_of_failure = side_.events_of_success = 2;
  side_.resolution_ns = 1'000'000;
  side_.string_limit = 1023;
  side_.joined_ends_at_empty = true;
  side_.shows = [](const Attempt& attempt) {
    // It sees calls where they enter: what entered by another way (32-bit programs) it does not.
    if (attempt.kind == Attempt::Kind::end) return Shown::never;
    return attempt.stages != 0 && (attempt.stages & Attempt::enter) == 0 ? Shown::never : Shown::yes;
  };
}

bool ExecsnoopBt::is_heading(std::string_view line) { return line == "TIME(ms)   PID   ARGS"; }

bool ExecsnoopBt::begins(std::string_view line) {
  return take_column(line, 10) && (line.empty() || take_column(line, 5));
}

bool ExecsnoopBt::take_head(std::string_view& rest, std::uint64_t number) {
  std::string_view behind = rest;
  const auto ms = take_column(behind, 10);
  const auto pid = ms ? take_column(behind, 5) : std::nullopt;
  if (!pid) return false;
  rest = behind;
  Attempt& attempt = side_.attempts.emplace_back();
  attempt.stages = Attempt::enter;
  attempt.ts_ns = *ms * 1'000'000;
  attempt.pid = static_cast<std::int32_t>(*pid);
  attempt.line = number;
  side_.saw(*attempt.ts_ns);
  return true;
}

void ExecsnoopBt::set_arguments(std::string_view text) {
  Attempt& attempt = side_.attempts.back();
  wants_arguments_ = false;
  // "7221       32573 Lost 1 events": the head came through, the arguments did not.
  if (const auto count = lost_by_bpftrace(text)) {
    side_.losses.push_back({*count, -1, {}, {}});
    attempt.argv = side_.texts.keep("");
    attempt.argv_is_lost = true;
    return;
  }
  attempt.argv = side_.texts.keep(text);
  attempt.argv_is_joined = true;
  // join() takes 16 arguments and does not say that there were more.
  attempt.argv_is_cut = std::count(text.begin(), text.end(), ' ') >= 15;
}

void ExecsnoopBt::line(std::string_view line, std::uint64_t number) {
  if (is_heading(line)) return;
  std::string_view rest = line;
  std::size_t heads = 0;
  while (take_head(rest, number)) ++heads;
  if (heads == 0) {
    if (side_.attempts.empty()) bad_line(number, "no line of execsnoop.bt", line);
    if (waiting_ > 0) {  // the arguments of heads that stood together: whose they are is not known
      --waiting_;
      return;
    }
    Attempt& attempt = side_.attempts.back();  // an argument with a newline
    constexpr std::size_t longest = 32768;     // it joins 16 arguments of a kilobyte
    if (!attempt.argv || attempt.argv->size() > longest) bad_line(number, "no line of execsnoop.bt", line);
    attempt.argv = side_.texts.keep(std::string(*attempt.argv) + "\n" + std::string(line));
    return;
  }
  waiting_ = heads - 1;
  if (waiting_ == 0) set_arguments(rest);
}

void ExecsnoopBt::piece(bool is_join, std::string_view text, std::uint64_t number) {
  if (is_join) {
    if (wants_arguments_) set_arguments(text);
    return;
  }
  if (is_heading(trim(text))) return;
  if (!take_head(text, number)) bad_line(number, "no line of execsnoop.bt", text);
  // Two heads in a row: whose the next arguments are is not known.
  wants_arguments_ = side_.attempts.size() < 2 || !wants_arguments_;
}

}  // namespace ftracectl::compare

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
  side_.last_losses_are_untold = true;
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

bool ExecsnoopBt::is_heading(std::string_view line) {
  line = trim(line);
  return line.starts_with("TIME") && line.find(" PID ") != line.npos && line.ends_with(" ARGS") &&
         line.find("COMM") == line.npos;
}

/// The columns are as wide as the heading has them.
void ExecsnoopBt::learn_heading(std::string_view line) {
  line = trim(line);
  const std::size_t pid = line.find("PID ");
  const std::size_t next = std::min(line.find("PPID ", pid + 1), line.rfind("ARGS"));
  is_time_of_day_ = !line.starts_with("TIME(ms)");
  has_parent_ = line.find("PPID ", pid + 1) != line.npos;
  time_width_ = pid - 1;
  pid_width_ = next - pid - 1;
  if (is_time_of_day_) side_.resolution_ns = 0;
}

/// "7221       " as milliseconds, or "08:57:52.430193 ".
std::optional<std::int64_t> ExecsnoopBt::take_time(std::string_view& rest) const {
  if (!is_time_of_day_) {
    const auto ms = take_column(rest, time_width_);
    constexpr std::int64_t most = 1'000'000'000'000;
    return ms && *ms < most ? std::optional(*ms * 1'000'000) : std::nullopt;
  }
  if (rest.size() < 16 || rest[2] != ':' || rest[5] != ':' || rest[8] != '.') return std::nullopt;
  const auto hours = parse_number<std::uint8_t>(rest.substr(0, 2));
  const auto minutes = parse_number<std::uint8_t>(rest.substr(3, 2));
  const auto seconds = parse_number<std::uint8_t>(rest.substr(6, 2));
  const std::size_t end = rest.find(' ');
  if (!hours || !minutes || !seconds || end != 15) return std::nullopt;
  const auto us = parse_number<std::uint32_t>(rest.substr(9, 6));
  if (!us) return std::nullopt;
  rest.remove_prefix(end + 1);
  return ((*hours * 60 + *minutes) * 60 + *seconds) * std::int64_t{1'000'000'000} + *us * std::int64_t{1000};
}

bool ExecsnoopBt::begins(std::string_view line) {
  return take_column(line, 10) && (line.empty() || take_column(line, 5));
}

bool ExecsnoopBt::take_head(std::string_view& rest, std::uint64_t number) {
  std::string_view behind = rest;
  const auto ts_ns = take_time(behind);
  const auto pid = ts_ns ? take_column(behind, pid_width_) : std::nullopt;
  const auto ppid = pid && has_parent_ ? take_column(behind, pid_width_) : std::nullopt;
  if (!pid || (has_parent_ && !ppid)) return false;
  rest = behind;
  Attempt& attempt = side_.attempts.emplace_back();
  attempt.stages = Attempt::enter;
  attempt.ts_ns = *ts_ns;
  attempt.pid = static_cast<std::int32_t>(*pid);
  if (ppid) attempt.ppid = static_cast<std::int32_t>(*ppid);
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
  if (side_.attempts.empty() && is_heading(line)) return learn_heading(line);
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
  if (side_.attempts.empty() && is_heading(text)) return learn_heading(text);
  if (!take_head(text, number)) bad_line(number, "no line of execsnoop.bt", text);
  // Two heads in a row: whose the next arguments are is not known.
  wants_arguments_ = side_.attempts.size() < 2 || !wants_arguments_;
}

}  // namespace ftracectl::compare

// libbpf-tools' execsnoop: a line for each call that has returned, of thread groups, successes only unless
// -x.
//
//     TIME     TIME(s)  UID    PCOMM            PID    PPID   RET ARGS
//     15:27:45 7.971    0     grep             32580  32530    0 /usr/bin/grep -q attached /tmp/file
//     PCOMM            PID    PPID   RET ARGS
//     true             30725  30722    0 "/bin/true" "two words" "new\nline"
//
// PCOMM is the name as the call returned. The first of ARGS is the file's name. Unless -q asked for quotes,
// newlines stand as they are, in ARGS and in PCOMM.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

namespace {

constexpr std::size_t comm_width = 16;
constexpr std::size_t argument_limit = 127;

/// What stands in front of PCOMM.
struct Layout {
  bool time = false;
  bool timestamp = false;
  bool uid = false;
  std::size_t pid_width = 6;   ///< 7 in bcc since 2021
  std::size_t ppid_width = 6;  ///< 0: no such column, bcc until October 2016
  bool is_bcc = false;         ///< for sure: it writes a newline of an argument as \\n
};

std::optional<Layout> layout_of(std::string_view line) {
  while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
  // "PCOMM            PID    PPID   RET ARGS"; COMM in bcc since 2026.
  const std::size_t comm = line.find("COMM ");
  const std::size_t pid = line.find("PID ", comm);
  const std::size_t ppid = line.find("PPID ", pid == line.npos ? pid : pid + 1);
  const std::size_t ret = line.rfind("RET ARGS");
  if (comm == line.npos || pid == line.npos || ret == line.npos || !line.ends_with("RET ARGS"))
    return std::nullopt;
  Layout layout;
  layout.pid_width = std::min(ppid, ret) - pid - 1;
  layout.ppid_width = ppid == line.npos ? 0 : ret - ppid - 1;
  layout.is_bcc = layout.pid_width > 6 || layout.ppid_width == 0 || comm == 0 || line[comm - 1] != 'P';
  line = line.substr(0, comm > 0 && line[comm - 1] == 'P' ? comm - 1 : comm);
  const auto take = [&](std::string_view name) {
    if (!line.starts_with(name)) return false;
    line.remove_prefix(std::min(line.find_first_not_of(' ', name.size()), line.size()));
    return true;
  };
  layout.time = take("TIME ");
  layout.timestamp = take("TIME(s)");
  layout.uid = take("UID");
  return line.empty() ? std::optional(layout) : std::nullopt;
}

/// "-2 " with blanks in front, or behind up to a width.
std::optional<std::int64_t> take_number(std::string_view& rest, std::size_t width) {
  const std::size_t begin = std::min(rest.find_first_not_of(' '), rest.size());
  const std::size_t end = std::min(rest.find(' ', begin), rest.size());
  const auto number = parse_number<std::int64_t>(rest.substr(begin, end - begin));
  const std::size_t next = std::max(end, width);
  if (!number || begin > width || next >= rest.size()) return std::nullopt;
  if (rest.substr(end, next - end + 1).find_first_not_of(' ') != rest.npos) return std::nullopt;
  rest.remove_prefix(next + 1);
  return number;
}

class ExecsnoopReader : public Reader {
 public:
  ExecsnoopReader(Side& side, const ImportOptions& options)
      : side_(side), arguments_(options.tool_arguments) {
    side_.tool = "execsnoop";
    side_.last_losses_are_untold = true;
    side_.tells_tids = false;
    side_.events_of_failure = side_.events_of_success = 1;
    side_.string_limit = argument_limit;
  }

  void line(std::string_view line, std::uint64_t number) override {
    if (const auto count = lost_by_libbpf_tool(line)) return side_.losses.push_back({*count, -1, {}, {}});
    if (!layout_) return begin(line, number);
    if (held_.empty()) {
      if (take_record(line, number)) return;
    } else {
      const std::string held = std::move(held_);
      held_.clear();
      // It went before a line that is whole by itself: then it was the end of the one before.
      const std::size_t before = side_.attempts.size();
      const bool blank_before = had_blank_;
      if (take_record(line, number)) {
        const bool blank_behind = std::exchange(had_blank_, blank_before);
        continue_last(held, held_at_, before);
        had_blank_ = blank_behind;
        return;
      }
      const std::string both = held + "\n" + std::string(line);
      if (take_record(both, held_at_) || hold(both, held_at_)) return;
      continue_last(held, held_at_, before);
    }
    if (hold(line, number)) return;
    continue_last(line, number, side_.attempts.size());
  }

  void finish() override {
    if (!held_.empty()) continue_last(held_, held_at_, side_.attempts.size());
    const bool shows_failures = has_switch(arguments_, 'x', "--fails") ||
                                std::any_of(side_.attempts.begin(), side_.attempts.end(),
                                            [](const Attempt& a) { return a.is_failure(); });
    const auto name = option_value(arguments_, "-n", "--name");
    const auto line = option_value(arguments_, "-l", "--line");
    const bool is_selected =
        option_value(arguments_, "-u", "--uid") || option_value(arguments_, "-c", "--cgroup");
    side_.shows = [=](const Attempt& attempt) {
      if (attempt.kind == Attempt::Kind::end || attempt.is_execveat || attempt.by_thread) return Shown::never;
      if (attempt.stages != 0 && (attempt.stages & Attempt::enter) == 0) return Shown::never;
      if (!shows_failures && !attempt.is_success()) return Shown::never;
      if (is_selected) return Shown::filtered;
      const auto comm = attempt.is_success() ? attempt.new_comm : attempt.comm;
      const auto lacks = [&](const std::optional<std::string>& text) {
        return text && (!comm || comm->find(*text) == std::string_view::npos);
      };
      return lacks(name) || lacks(line) ? Shown::filtered : Shown::yes;
    };
    if (!shows_failures) side_.notes.emplace_back("it shows no failed calls: assuming it ran without -x");
  }

 private:
  void begin(std::string_view line, std::uint64_t number) {
    layout_ = layout_of(line);
    if (!layout_ && !line.empty() && !line.starts_with("libbpf: "))
      bad_line(number, "no heading of execsnoop", line);
    side_.joined_escapes_newline = layout_ && layout_->is_bcc;
    if (layout_ && layout_->timestamp) side_.resolution_ns = 1'000'000;
    if (layout_ && layout_->time && !layout_->timestamp) side_.resolution_ns = 1'000'000'000;
  }

  /// "15:27:45 " as nanoseconds of the day.
  static std::optional<std::int64_t> take_time(std::string_view& rest) {
    if (rest.size() < 9 || rest[2] != ':' || rest[5] != ':' || rest[8] != ' ') return std::nullopt;
    const auto hours = parse_number<std::int64_t>(rest.substr(0, 2));
    const auto minutes = parse_number<std::int64_t>(rest.substr(3, 2));
    const auto seconds = parse_number<std::int64_t>(rest.substr(6, 2));
    if (!hours || !minutes || !seconds) return std::nullopt;
    rest.remove_prefix(9);
    return ((*hours * 60 + *minutes) * 60 + *seconds) * 1'000'000'000;
  }

  /// "2.469   ", at least 8 wide: seconds since the start, three digits behind the point.
  static std::optional<std::int64_t> take_seconds(std::string_view& rest) {
    const std::size_t point = rest.find('.');
    if (point == rest.npos || point + 4 > rest.size()) return std::nullopt;
    const auto seconds = parse_number<std::int64_t>(rest.substr(0, point));
    const auto thousandths = parse_number<std::int64_t>(rest.substr(point + 1, 3));
    const std::size_t end = std::max<std::size_t>(point + 4, 8);
    if (!seconds || !thousandths || end > rest.size()) return std::nullopt;
    if (rest.substr(point + 4, end - point - 4).find_first_not_of(' ') != rest.npos) return std::nullopt;
    rest.remove_prefix(end);
    return believed_ns(*seconds, 1'000'000'000, *thousandths * 1'000'000);
  }

  bool take_record(std::string_view rest, std::uint64_t number) {
    Attempt attempt;
    if (layout_->time && !(attempt.ts_ns = take_time(rest))) return false;
    if (layout_->timestamp && !(attempt.ts_ns = take_seconds(rest))) return false;
    if (layout_->uid) {  // "0     ", six wide without a blank behind
      const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
      if (digits == 0 || rest.size() < std::max<std::size_t>(digits, 6)) return false;
      rest.remove_prefix(std::max<std::size_t>(digits, 6));
    }
    if (rest.size() <= comm_width) return false;
    std::string_view comm = rest.substr(0, comm_width);
    if (rest[comm_width] != ' ') return false;
    rest.remove_prefix(comm_width + 1);
    std::string known;
    const auto pid = take_number(rest, layout_->pid_width);
    if (pid && rest.starts_with("? ")) {
      known = "-1" + std::string(rest.substr(2));  // bcc does not know its parent
      rest = known;
    }
    const bool has_ppid = layout_->ppid_width > 0;
    const auto ppid = pid && has_ppid ? take_number(rest, layout_->ppid_width) : std::nullopt;
    const auto ret = pid && (ppid || !has_ppid) ? take_number(rest, 3) : std::nullopt;
    if (!ret) return false;
    comm.remove_suffix(comm_width - 1 - std::min(comm.find_last_not_of(' '), comm_width - 1));
    attempt.pid = static_cast<std::int32_t>(*pid);
    attempt.ppid = static_cast<std::int32_t>(ppid.value_or(-1));
    attempt.ret = *ret;
    attempt.line = number;
    (*ret == 0 ? attempt.new_comm : attempt.comm) =
        side_.texts.keep(comm.find_first_not_of(' ') == comm.npos ? "" : comm);
    if (attempt.ts_ns) side_.saw(*attempt.ts_ns);
    set_arguments(attempt, rest);
    side_.attempts.push_back(attempt);
    return true;
  }

  /// Behind the last argument that it shows: there were more.
  static void take_more_mark(Attempt& attempt, std::string_view& text) {
    constexpr std::string_view more = " ...";
    if (!text.ends_with(more)) return;
    attempt.argv_is_cut = true;
    text.remove_suffix(more.size());
  }

  void set_arguments(Attempt& attempt, std::string_view text) {
    attempt.argv_has_name = true;
    take_more_mark(attempt, text);
    had_blank_ = text.ends_with(' ');
    is_quoted_ = is_quoted_ || (side_.attempts.empty() && text.starts_with('"') && text.ends_with("\" "));
    if (is_quoted_ && set_quoted(attempt, text)) return;
    if (text.ends_with(' ')) text.remove_suffix(1);
    attempt.argv = side_.texts.keep(text);
    attempt.argv_is_joined = true;
  }

  bool set_quoted(Attempt& attempt, std::string_view text) {
    std::string argv;
    // Behind the last of many it has opened a quote: "arg18" "arg19" " ...
    while (text.starts_with('"') && !(attempt.argv_is_cut && text.size() == 1)) {
      std::size_t i = 1;
      for (; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
          argv += text[i];
          continue;
        }
        // It writes \" and \n and \t, and a backslash of the text's own as it is.
        const char c = text[i + 1];
        const bool is_escape = c == 'n' || c == 't' || c == '"';
        argv += c == 'n' ? '\n' : c == 't' ? '\t' : is_escape ? c : '\\';
        if (is_escape) ++i;
      }
      if (i >= text.size()) return false;
      argv += '\0';
      text.remove_prefix(std::min(i + 2, text.size()));
    }
    if (text.size() > 1) return false;
    attempt.argv = side_.texts.keep(argv);
    attempt.filename = side_.texts.keep(std::string_view(argv).substr(0, argv.find('\0')));
    return true;
  }

  /// A line that could be the beginning of one whose PCOMM has a newline.
  bool hold(std::string_view line, std::uint64_t number) {
    const std::size_t front =
        (layout_->time ? 9U : 0U) + (layout_->timestamp ? 8U : 0U) + (layout_->uid ? 6U : 0U);
    std::string_view rest = line;
    if (layout_->time && !take_time(rest)) return false;
    if (layout_->timestamp && !take_seconds(rest)) return false;
    if (line.size() >= front + comm_width + 2) return false;
    held_ = line;
    held_at_ = number;
    return true;
  }

  /// What is no record of its own belongs to the arguments of the one before: the last of so many.
  void continue_last(std::string_view text, std::uint64_t number, std::size_t count) {
    if (count == 0) bad_line(number, "no line of execsnoop", text);
    Attempt& last = side_.attempts[count - 1];
    if (!last.argv_is_joined) bad_line(number, "no line of execsnoop -q", text);
    std::string argv(*last.argv);
    if (argv.size() + text.size() > longest) bad_line(number, "no line of execsnoop", text);
    take_more_mark(last, text);
    if (had_blank_) argv += ' ';  // an argument that begins with a newline
    had_blank_ = text.ends_with(' ');
    if (text.ends_with(' ')) text.remove_suffix(1);
    argv.append(1, '\n').append(text);
    last.argv = side_.texts.keep(argv);
  }

  static constexpr std::size_t longest = 16384;  ///< it keeps 7,680 bytes of arguments

  Side& side_;
  std::vector<std::string> arguments_;
  std::optional<Layout> layout_;
  bool is_quoted_ = false;
  bool had_blank_ = false;  ///< behind the last argument of the last line
  std::string held_;
  std::uint64_t held_at_ = 0;
};

bool recognises(std::string_view beginning) { return layout_of(first_line(beginning)).has_value(); }

}  // namespace

const Importer execsnoop_importer = {"execsnoop", "libbpf-tools execsnoop, any columns", recognises,
                                     [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                       return std::make_unique<ExecsnoopReader>(side, options);
                                     }};

}  // namespace ftracectl::compare

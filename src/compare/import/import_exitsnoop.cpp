// libbpf-tools' exitsnoop: the ends of processes.
//
//     TIME(s)  PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE
//     15:20:42 cc1plus          30799   30798   30799   5.91    0
//     15:20:43 true             30920   30798   30920   0.16    code 2
//     15:20:43 strace           32583   32579   32583   0.00    signal 9 (Killed)
#include "base/text.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

constexpr std::string_view heading = "PCOMM            PID     PPID    TID     AGE(s)  EXIT_CODE";
constexpr std::string_view heading_2026 =
    "COMM             PID     PPID    TID     AGE(s)  EXIT_CODE";  // of bcc
static_assert(heading.size() == heading_2026.size());
constexpr std::size_t comm_width = 16;

/// bcc's heading ends with blanks.
std::string_view trimmed(std::string_view line) {
  while (line.ends_with(' ') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

class ExitsnoopReader : public Reader {
 public:
  ExitsnoopReader(Side& side, const ImportOptions& options) : side_(side) {
    side_.tool = "exitsnoop";
    side_.last_losses_are_untold = true;
    side_.has_ends = true;
    side_.has_execs = false;
    side_.events_of_failure = side_.events_of_success = 1;
    const bool is_failed_only = has_switch(options.tool_arguments, 'x', "--failed");
    const bool is_selected = option_value(options.tool_arguments, "-p", "--pid") ||
                             option_value(options.tool_arguments, "-c", "--cgroup");
    side_.shows = [=](const Attempt& attempt) {
      if (attempt.kind == Attempt::Kind::exec) return Shown::never;
      return is_selected || (is_failed_only && attempt.ret == 0) ? Shown::filtered : Shown::yes;
    };
    is_by_thread_ = has_switch(options.tool_arguments, 'T', "--threaded");
  }

  void line(std::string_view line, std::uint64_t number) override {
    if (const auto count = lost_by_libbpf_tool(line)) return side_.losses.push_back({*count, -1, {}, {}});
    if (!has_heading_) return begin(line, number);
    if (held_.empty()) {
      held_ = line;
      held_at_ = number;
    } else {
      held_.append(1, '\n').append(line);  // a name with a newline
    }
    if (take_record(held_)) {
      held_.clear();
    } else if (held_.size() > comm_width + 10) {
      bad_line(held_at_, "no line of exitsnoop", held_);
    }
  }

  void finish() override {
    if (!held_.empty()) bad_line(held_at_, "no line of exitsnoop", held_);
  }

 private:
  void begin(std::string_view line, std::uint64_t number) {
    line = trimmed(line);
    has_time_ = line.starts_with("TIME");
    has_heading_ = line.ends_with(heading) || line.ends_with(heading_2026);
    // bcc has TIME-UTC, 13 wide, and LABEL; libbpf-tools' time is 9 wide whatever the heading says.
    constexpr std::size_t narrow = 9;
    front_ = line.starts_with("TIME(s)") ? narrow : line.size() - std::min(line.size(), heading.size());
    if (!has_heading_ && !line.empty()) bad_line(number, "no heading of exitsnoop", line);
    if (has_time_) side_.resolution_ns = 1'000'000'000;
  }

  static std::string_view word(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto found = rest.substr(0, rest.find(' '));
    rest.remove_prefix(found.size());
    return found;
  }

  bool take_record(std::string_view rest) {
    Attempt attempt;
    attempt.kind = Attempt::Kind::end;
    attempt.line = held_at_;
    if (has_time_) {
      const auto hours = parse_number<std::int64_t>(rest.substr(0, 2));
      const auto minutes = rest.size() > 9 ? parse_number<std::int64_t>(rest.substr(3, 2)) : std::nullopt;
      const auto seconds = minutes ? parse_number<std::int64_t>(rest.substr(6, 2)) : std::nullopt;
      if (!hours || !seconds) return false;
      attempt.ts_ns = ((*hours * 60 + *minutes) * 60 + *seconds) * 1'000'000'000;
    }
    if (rest.size() < front_) return false;
    rest.remove_prefix(front_);
    if (rest.size() <= comm_width) return false;
    std::string_view comm = rest.substr(0, comm_width);
    rest.remove_prefix(comm_width);
    const auto pid = parse_number<std::int32_t>(word(rest));
    const auto ppid = parse_number<std::int32_t>(word(rest));
    const auto tid = parse_number<std::int32_t>(word(rest));
    const std::string_view age = word(rest);
    const auto how = end_of(rest);
    if (!pid || !ppid || !tid || !how || age.find('.') == age.npos) return false;
    while (comm.ends_with(' ')) comm.remove_suffix(1);
    attempt.comm = side_.texts.keep(comm);
    attempt.pid = *pid;
    attempt.ppid = *ppid;
    attempt.tid = *tid;
    attempt.ret = *how;
    if (attempt.ts_ns) side_.saw(*attempt.ts_ns);
    if (!is_by_thread_ || *pid == *tid) side_.attempts.push_back(attempt);
    return true;
  }

  /// "0", "code 2", "signal 9 (Killed)", with ", core dumped" behind it.
  static std::optional<std::int64_t> end_of(std::string_view rest) {
    const std::string_view kind = word(rest);
    if (kind == "0") return 0;
    const auto number = parse_number<std::int64_t>(word(rest));
    if (!number) return std::nullopt;
    if (kind == "code") return *number;
    return kind == "signal" ? std::optional(-*number) : std::nullopt;
  }

  Side& side_;
  bool has_heading_ = false;
  bool has_time_ = false;
  std::size_t front_ = 0;  ///< bytes in front of the name
  bool is_by_thread_ = false;
  std::string held_;
  std::uint64_t held_at_ = 0;
};

bool recognises(std::string_view beginning) {
  const auto line = trimmed(first_line(beginning));
  return line == heading || line == heading_2026 ||
         ((line.starts_with("TIME") || line.starts_with("LABEL")) &&
          (line.ends_with(heading) || line.ends_with(heading_2026)));
}

}  // namespace

const Importer exitsnoop_importer = {"exitsnoop", "libbpf-tools exitsnoop: ends of processes", recognises,
                                     [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                       return std::make_unique<ExitsnoopReader>(side, options);
                                     }};

}  // namespace ftracectl::compare

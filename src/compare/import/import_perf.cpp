// perf script, with or without --ns and -F comm,pid,tid,cpu,time,event,trace:
//
//             true 30975 [001] 22308.341109:    sched:sched_process_exec: filename=/bin/true pid=30975
//             old_pid=30975
//        perf-exec 30971/30971 [000] 22308.312115610:   syscalls:sys_enter_execve: filename: 0x7ffc7ed55780,
//        argv: ...
//               sh 30971 [000] 22308.313122:    syscalls:sys_exit_execve: 0x0
//
// perf knows a task's name from its own events, at the time of the line.
#include <array>

#include "base/text.hpp"
#include "compare/import/attempt_builder.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

namespace {

/// What stands in front of an event's own text.
struct Head {
  std::optional<std::string_view> comm;  ///< nothing where the column is not there
  std::int32_t pid = -1;                 ///< -1 where only one number stands there
  std::int32_t tid = -1;
  std::int32_t cpu = -1;
  std::optional<std::int64_t> ts_ns;
  std::string_view event;
  std::string_view message;
};

/// "22308.312115" or "22308.312115610", in nanoseconds.
std::optional<std::int64_t> parse_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == text.npos || text.size() - point - 1 > 9 || text.size() == point + 1) return std::nullopt;
  const auto seconds = parse_number<std::int64_t>(text.substr(0, point));
  auto fraction = parse_number<std::int64_t>(text.substr(point + 1));
  if (!seconds || !fraction || *fraction < 0) return std::nullopt;
  for (std::size_t digits = text.size() - point - 1; digits < 9; ++digits) *fraction *= 10;
  return believed_ns(*seconds, 1'000'000'000, *fraction);
}

/// The tasks in front of " [001]": "30975" or "30971/30971", and the name in front of those.
bool read_task(Head& head, std::string_view front) {
  while (front.ends_with(' ')) front.remove_suffix(1);
  const std::size_t at = front.find_last_not_of("0123456789/") + 1;
  if (at == 0 || at == front.size() || front[at - 1] != ' ') return false;
  const std::string_view task = front.substr(at);
  const std::size_t slash = task.find('/');
  const auto tid = parse_number<std::int32_t>(slash == task.npos ? task : task.substr(slash + 1));
  if (!tid) return false;
  head.tid = *tid;
  if (slash != task.npos) head.pid = parse_number<std::int32_t>(task.substr(0, slash)).value_or(-1);
  head.comm = trim(front.substr(0, at - 1));  // both columns are filled up with blanks
  return true;
}

void set_event(Head& head, std::string_view rest) {
  std::size_t end = rest.find(": ");
  if (end == rest.npos && rest.ends_with(':')) end = rest.size() - 1;
  head.event = rest.substr(0, std::min(end, rest.find(' ')));
  head.message = rest.substr(std::min(end == rest.npos ? head.event.size() : end + 2, rest.size()));
  while (head.message.starts_with(' ')) head.message.remove_prefix(1);
}

/// With -F some of the columns: "bash 7 12.345678: sched:sched_process_exec: filename=...", "7/7 syscalls:...".
/// The names of the events are longer than a task's can be.
std::optional<Head> read_some_columns(std::string_view line) {
  constexpr std::array names = {
      std::string_view("syscalls:sys_enter_execve"), std::string_view("syscalls:sys_exit_execve"),
      std::string_view("sched:sched_process_exec:"), std::string_view("task:task_newtask:")};
  std::size_t at = line.npos;
  for (const auto name : names) at = std::min(at, line.find(name));
  if (at == line.npos) return std::nullopt;
  Head head;
  std::string_view front = line.substr(0, at);
  const auto trim_end = [&] {
    while (front.ends_with(' ')) front.remove_suffix(1);
  };
  const auto last_word = [&] { return front.substr(front.find_last_of(' ') + 1); };
  trim_end();
  if (last_word().ends_with(':')) {
    head.ts_ns = parse_seconds(last_word().substr(0, last_word().size() - 1));
    if (head.ts_ns) front.remove_suffix(last_word().size());
    trim_end();
  }
  if (last_word().starts_with('[') && last_word().ends_with(']')) {
    const auto cpu = parse_number<std::int32_t>(last_word().substr(1, last_word().size() - 2));
    if (cpu) {
      head.cpu = *cpu;
      front.remove_suffix(last_word().size());
    }
    trim_end();
  }
  const std::string padded = " " + std::string(front);
  Head task;
  if (read_task(task, padded)) {
    head.pid = task.pid;
    head.tid = task.tid;
    const std::string_view name = trim(front.substr(0, front.size() - last_word().size()));
    if (!name.empty()) head.comm = name;
  } else if (front.find_first_not_of(' ') != front.npos) {
    head.comm = trim(front);
  }
  set_event(head, line.substr(at));
  return head;
}

/// A name has 15 bytes at most, not enough to imitate all of this: the first place where it fits is the one.
std::optional<Head> read_head(std::string_view line) {
  for (std::size_t open = line.find(" ["); open != line.npos; open = line.find(" [", open + 1)) {
    const std::size_t close = line.find("] ", open);
    if (close == line.npos) break;
    const auto cpu = parse_number<std::int32_t>(line.substr(open + 2, close - open - 2));
    std::string_view rest = line.substr(close + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const std::size_t colon = rest.find(':');
    if (!cpu || colon == rest.npos) continue;
    const auto ts = parse_seconds(rest.substr(0, colon));
    rest.remove_prefix(colon + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    Head head;
    if (!ts || !read_task(head, line.substr(0, open))) continue;
    head.cpu = *cpu;
    head.ts_ns = *ts;
    set_event(head, rest);
    return head;
  }
  return read_some_columns(line);
}

/// "\t    7f3c _start+0x0 (/usr/lib/ld.so)": a frame of a call chain.
bool is_frame(std::string_view line) {
  if (!line.starts_with(' ') && !line.starts_with('\t')) return false;
  const std::string_view frame = trim(line);
  const std::size_t end = frame.find_first_not_of("0123456789abcdef");
  return end != 0 && (end == frame.npos || frame[end] == ' ') && !read_head(line);
}

/// "pid=12" near the end of a message that begins with a file's name.
std::optional<std::int64_t> number_behind(std::string_view message, std::string_view key) {
  const std::size_t at = message.rfind(key);
  if (at == message.npos) return std::nullopt;
  const std::string_view rest = message.substr(at + key.size());
  return parse_number<std::int64_t>(rest.substr(0, rest.find(' ')));
}

std::optional<std::uint64_t> parse_hex(std::string_view text) {
  if (text.starts_with("0x")) text.remove_prefix(2);
  return parse_number<std::uint64_t>(text.substr(0, text.find_first_of(" ,")), 16);
}

class PerfReader : public Reader {
 public:
  explicit PerfReader(Side& side) : side_(side), builder_(side) {
    side_.tool = "perf";
    side_.last_losses_are_untold = true;
  }

  void line(std::string_view line, std::uint64_t number) override {
    if (held_.empty()) {
      if (line.starts_with('#') || trim(line).empty() || is_note(line) || is_frame(line)) return;
      held_at_ = number;
      held_ = line;
    } else {
      held_.append(1, '\n').append(line);
    }
    const auto head = read_head(held_);
    if (head && is_whole(*head)) {
      take(*head);
      held_.clear();
    } else if (held_.size() > (head ? longest_name : longest_comm)) {
      bad_line(held_at_, "no line of perf script", held_);
    }
  }

  void finish() override {
    if (!held_.empty()) bad_line(held_at_, "no line of perf script, or cut off", held_);
    builder_.finish();
    side_.shows = [calls = saw_calls_](const Attempt& attempt) {
      if (attempt.kind == Attempt::Kind::end) return Shown::never;
      return calls || attempt.is_success() ? Shown::yes : Shown::never;
    };
    if (!saw_calls_) side_.notes.emplace_back("it has no syscall events, so it shows successes only");
  }

 private:
  static constexpr std::size_t longest_comm = 64;
  static constexpr std::size_t longest_name = 8192;

  bool is_note(std::string_view line) {
    if (line.starts_with("'trace' not valid for") || line.starts_with("Check IO/CPU overload")) return true;
    constexpr std::string_view chunks = "Processed ";
    if (!line.starts_with(chunks) || line.find(" lost ") == line.npos) return false;
    std::string_view rest = line.substr(line.find(" lost ") + 6);
    const auto lost = parse_number<std::uint64_t>(rest.substr(0, rest.find(' ')));
    // "lost 3 chunks": how many events were in them it does not say.
    if (lost) side_.losses.push_back({*lost * 1000, -1, {}, {}});
    return true;
  }

  /// A file's name may have more lines.
  static bool is_whole(const Head& head) {
    if (head.event != "sched:sched_process_exec") return true;
    return number_behind(head.message, " pid=") && number_behind(head.message, " old_pid=");
  }

  void take(const Head& head) {
    // The first of all is 0 where each is told since the first (--reltime), or since the one before (--deltatime).
    if (!is_any_seen_ && head.ts_ns == 0)
      bad_file(held_at_, "its times are relative: run perf script without --reltime and --deltatime", held_);
    is_any_seen_ = true;
    Sighting sighting;
    sighting.ts_ns = head.ts_ns;
    sighting.tid = head.tid;
    sighting.pid = head.pid;
    sighting.cpu = head.cpu;
    sighting.line = held_at_;
    if (head.comm) sighting.comm = side_.texts.keep(*head.comm);
    if (head.tid < 0 && head.event.find("execve") != head.event.npos)
      bad_file(held_at_, "it does not name the tasks: run perf script with -F +pid,+tid", held_);
    if (head.event == "PERF_RECORD_LOST") return on_lost(head);
    if (head.event.starts_with("syscalls:sys_enter_execve")) return on_enter(head, sighting);
    if (head.event.starts_with("syscalls:sys_exit_execve")) return on_exit(head, sighting);
    if (head.event == "sched:sched_process_exec") return on_exec(head, sighting);
    if (head.event == "task:task_newtask") on_newtask(head);
  }

  void on_lost(const Head& head) {
    const auto count = number_behind(head.message, "lost ");
    side_.losses.push_back({static_cast<std::uint64_t>(count.value_or(1)), -1, {}, {}});
  }

  void on_enter(const Head& head, Sighting& sighting) {
    sighting.what = Sighting::What::enter;
    saw_calls_ = true;
    sighting.is_execveat = head.event.ends_with("execveat");
    const std::string_view message = head.message;
    // 7.x: filename: 0x4912a9 "/nonexistent/prog", argv: ...
    const std::size_t begin = message.find(" \"");
    const std::size_t end = message.rfind("\", argv: ");
    if (begin != message.npos && end != message.npos && begin < end)
      sighting.text = side_.texts.keep(message.substr(begin + 2, end - begin - 2));
    builder_.add(sighting);
  }

  void on_exit(const Head& head, Sighting& sighting) {
    sighting.what = Sighting::What::exit;
    saw_calls_ = true;
    const auto value = parse_hex(head.message);
    if (!value) bad_line(held_at_, "an exit of execve without what it returned", held_);
    sighting.number = static_cast<std::int64_t>(*value);
    builder_.add(sighting);
  }

  void on_exec(const Head& head, Sighting& sighting) {
    sighting.what = Sighting::What::exec;
    const std::string_view message = head.message;
    sighting.tid = static_cast<std::int32_t>(*number_behind(message, " pid="));
    sighting.old_tid = static_cast<std::int32_t>(*number_behind(message, " old_pid="));
    constexpr std::string_view key = "filename=";
    if (message.starts_with(key))
      sighting.text = side_.texts.keep(message.substr(key.size(), message.rfind(" pid=") - key.size()));
    builder_.add(sighting);
  }

  void on_newtask(const Head& head) {
    constexpr std::uint64_t clone_thread = 0x10000;
    const auto child = number_behind(head.message, "pid=");
    const std::size_t at = head.message.rfind("clone_flags=");
    const auto flags = at == head.message.npos ? std::nullopt : parse_hex(head.message.substr(at + 12));
    if (!child || !flags || (*flags & clone_thread) != 0) return;
    side_.tells_forks = true;
    side_.forks.push_back({head.pid >= 0 ? head.pid : head.tid, static_cast<std::int32_t>(*child)});
  }

  Side& side_;
  AttemptBuilder builder_;
  bool saw_calls_ = false;
  bool is_any_seen_ = false;
  std::string held_;  ///< a line that may have more
  std::uint64_t held_at_ = 0;
};

bool recognises(std::string_view beginning) {
  for (int lines = 0; lines < 200 && !beginning.empty(); ++lines) {
    const auto line = beginning.substr(0, beginning.find('\n'));
    const auto head = read_head(line);
    if (head && (head->event.find(':') != head->event.npos)) return true;
    beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer perf_importer = {"perf", "perf script of the events of execs", recognises,
                                [](Side& side, const ImportOptions&) -> std::unique_ptr<Reader> {
                                  return std::make_unique<PerfReader>(side);
                                }};

}  // namespace ftracectl::compare

// strace -f -ttt, or --timestamps=unix,ns, to a file (-o), to a file for each task (-ff -o), or to a terminal:
//
//     31014 1795360851.429412 execve("/bin/true", ["/bin/true", "two words"], 0x55ed33782d48 /* 37 vars */) = 0
//     [pid 31028] 1795360851.540649574 execve("/bin/true", ["x"], 0x55e7447 /* 37 vars */ <unfinished ...>
//     [pid 31028] 1795360851.541107910 <... execve resumed>) = 0
//     31017 1795360851.440973 execve("/nonexistent/x", ["x"...], 0x55 /* 1 var */) = -1 ENOENT (No such file ...)
//
// An exec by a thread: its number changes to its leader's. The first half ends in one of two ways, the second one
// where the line of another task cuts it:
//
//     32621 1795361266.758457 execve("/t/ok", ["ok"], 0x564ca9c2f5e0 /* 1 var */ <pid changed to 32620 ...>
//     32621 1795361266.758457 execve("/t/ok", ["ok"], 0x5 /* 1 var */32622 1795361266.758501 +++ exited with 0 +++
//     32620 1795361266.759756 +++ superseded by execve in pid 32621 +++
//     32620 1795361266.759817 <... execve resumed>) = 0
#include <algorithm>
#include <ftracectl/error.hpp>
#include <unordered_set>

#include "base/text.hpp"
#include "compare/import/attempt_builder.hpp"
#include "compare/import/importers.hpp"
#include "compare/import/strace_call.hpp"
#include "compare/import/strace_line.hpp"

namespace ftracectl::compare {

namespace {

using Clock = StraceLine::Clock;

bool is_chatter(std::string_view line) {
  // " > /usr/lib/libc.so.6(execve+0x7) [0xd4ad7]": a frame, with -k.
  return line.starts_with("strace: ") || trim(line).empty() || line.starts_with(" <unfinished") ||
         line.starts_with(" > ");
}

std::optional<int> errno_of(std::string_view name) {
  constexpr int last = 134;
  for (int number = 1; number < last; ++number) {
    if (errno_name(number) == name) return number;
  }
  return std::nullopt;
}

/// The number at the end of "out.31014": strace -ff -o out writes a file for each task. 0 where there is none.
std::int32_t task_in_name(std::string_view name) {
  const std::size_t point = name.rfind('.');
  if (point == name.npos) return 0;
  return std::max(parse_number<std::int32_t>(name.substr(point + 1)).value_or(0), 0);
}

class StraceReader : public Reader {
 public:
  StraceReader(Side& side, const ImportOptions&) : side_(side), builder_(side) {
    side_.tool = "strace";
    side_.is_scoped = true;
    side_.events_of_failure = side_.events_of_success = 1;
  }

  void first_file(std::string_view name) override {
    constexpr std::int32_t init = 1;  // nobody traces that: it is a number of another kind
    const std::int32_t task = task_in_name(name);
    file_tid_ = task > init ? task : -1;
  }

  void next_file(std::string_view name) override {
    first_file(name);
    first_tid_ = -1;
    last_ns_ = day_ns_ = 0;
  }

  void line(std::string_view text, std::uint64_t number) override {
    note_attached(text);
    if (is_chatter(text)) return;
    const auto line = parse_strace_line(text);
    if (!line) {
      // Written to a terminal, strace's lines stand among those of what it traced.
      if (is_output_possible_ && (number <= 50 || saw_event_)) return;
      bad_line(number, "no line of strace -f -ttt", text);
    }
    if (line->tid >= 0 && !text.starts_with('[')) is_output_possible_ = false;
    take_line(*line, number, text);
  }

  void finish() override {
    for (Sighting& sighting : before_) builder_.add(sighting);  // one process alone, whose number nobody says
    before_.clear();
    std::stable_sort(held_.begin(), held_.end(), [](const Sighting& a, const Sighting& b) {
      return a.ts_ns.value_or(0) < b.ts_ns.value_or(0);
    });
    for (const Sighting& sighting : held_) builder_.add(sighting);
    builder_.finish();
    for (Attempt& attempt : side_.attempts) {
      const auto group = group_of_.find(attempt.tid);
      if (attempt.pid < 0 && group != group_of_.end()) attempt.pid = group->second;
    }
  }

 private:
  void note_attached(std::string_view text) {
    constexpr std::string_view attached = "strace: Process ";
    const std::size_t at = text.find(attached);
    if (at != text.npos && text.ends_with(" attached"))
      attached_.insert(leading_task(text.substr(at + attached.size())));
  }

  /// A line may hold the beginning of a call, and behind it, without a newline, one of another task.
  void take_line(const StraceLine& line, std::uint64_t number, std::string_view text) {
    if (line.clock == Clock::relative)
      bad_file(number, "relative times (strace -r): when something was, they do not tell; -ttt does", text);
    StraceLine part = line;
    part.rest = line.rest.substr(0, find_strace_line_within(line.rest));
    if (part.tid < 0) part.tid = file_tid_;
    saw_event_ = saw_event_ || is_strace_event(part.rest);
    take_clock(part);
    learn_first_task(part.tid);
    if (part.clock != Clock::none) side_.saw(part.ts_ns);
    const bool is_two = part.rest.size() < line.rest.size();
    std::exception_ptr fault;  // of the first, which does not keep the second one from being read
    try {
      take(part, number, text);
    } catch (const BadLine&) {
      if (!is_two) throw;
      fault = std::current_exception();
    }
    if (is_two) {
      const auto next = parse_strace_line(line.rest.substr(part.rest.size()));
      if (next) take_line(*next, number, text);
    }
    if (fault) std::rethrow_exception(fault);
  }

  /// A time of day begins again at midnight.
  void take_clock(StraceLine& line) {
    if (line.is_whole_second) side_.resolution_ns = 1'000'000'000;
    if (line.clock != Clock::time_of_day) return;
    constexpr std::int64_t day = std::int64_t{24} * 3600 * 1'000'000'000;
    if (line.ts_ns + day_ns_ < last_ns_ - day / 2) day_ns_ += day;
    line.ts_ns += day_ns_;
    last_ns_ = line.ts_ns;
  }

  /// The first process has no number until there is a second one: it is the one that nobody announced.
  void learn_first_task(std::int32_t tid) {
    if (tid < 0 || first_tid_ >= 0 || attached_.count(tid) > 0) return;
    first_tid_ = tid;
    for (Sighting& sighting : before_) {
      sighting.tid = tid;
      add(sighting);
    }
    before_.clear();
  }

  void take(const StraceLine& line, std::uint64_t number, std::string_view text) {
    if (line.rest.starts_with("execve(") || line.rest.starts_with("execveat("))
      return on_call(line, number, text);
    if (line.rest.starts_with("<... execve")) return on_resumed(line, number, text);
    constexpr std::string_view superseded = "+++ superseded by execve in pid ";
    if (line.rest.starts_with(superseded))
      return on_thread_exec(leading_task(line.rest.substr(superseded.size())), line, number);
    on_clone(line);
  }

  Sighting sighting_of(const StraceLine& line, Sighting::What what, std::uint64_t number) {
    Sighting sighting;
    sighting.what = what;
    if (line.clock != Clock::none) sighting.ts_ns = line.ts_ns;
    sighting.tid = line.tid >= 0 ? line.tid : first_tid_;
    sighting.line = number;
    return sighting;
  }

  void add(const Sighting& sighting) {
    if (sighting.tid < 0) {
      before_.push_back(sighting);
    } else if (file_tid_ >= 0) {
      held_.push_back(sighting);
    } else {
      builder_.add(sighting);
    }
  }

  void on_call(const StraceLine& line, std::uint64_t number, std::string_view text) {
    const StraceCall call = parse_strace_call(line.rest);
    if (call.state == StraceCall::State::broken || (call.state == StraceCall::State::half && !call.filename))
      bad_line(number, "the arguments of an exec are cut off or mixed up", text);
    Sighting sighting = sighting_of(line, Sighting::What::enter, number);
    sighting.is_execveat = call.is_execveat;
    sighting.is_cut = call.filename_is_cut;
    sighting.is_argv_cut = call.argv_is_cut;
    sighting.cut_arguments = call.cut_arguments;
    if (call.filename) sighting.text = side_.texts.keep(*call.filename);
    if (call.argv) sighting.argv = side_.texts.keep(*call.argv);
    add(sighting);
    in_exec_.insert(sighting.tid);
    on_rest_of_call(line, call.rest, number, text);
  }

  void on_rest_of_call(const StraceLine& line, std::string_view rest, std::uint64_t number,
                       std::string_view text) {
    constexpr std::string_view changed = " <pid changed to ";
    if (rest.starts_with(changed)) {
      StraceLine leader = line;
      leader.tid = leading_task(rest.substr(changed.size()));
      on_thread_exec(line.tid, leader, number);
    } else if (!rest.empty() && !rest.starts_with(" <unfinished ...>")) {
      on_result(line, rest, number, text);
    }
  }

  void on_resumed(const StraceLine& line, std::uint64_t number, std::string_view text) {
    if (line.rest.find(" resumed>") == line.rest.npos) bad_line(number, "no line of strace -f -ttt", text);
    if (in_exec_.count(line.tid) == 0) find_thread(line, number);
    on_result(line, line.rest, number, text);
  }

  /// A call ends that this task did not begin: a thread of its did, and it is not said which.
  void find_thread(const StraceLine& line, std::uint64_t number) {
    std::int32_t found = -1;
    int count = 0;
    for (const std::int32_t tid : in_exec_) {
      const auto group = group_of_.find(tid);
      if (group != group_of_.end() && group->second != line.tid) continue;
      found = tid;
      ++count;
    }
    if (count == 1) on_thread_exec(found, line, number);
  }

  /// ") = 0", ") = -1 ENOENT (No such file or directory)", ") = ?".
  void on_result(const StraceLine& line, std::string_view rest, std::uint64_t number, std::string_view text) {
    std::size_t at = rest.find(") = ");
    // "<... execve resumed>)                  = 0": with -a it is aligned.
    const std::size_t close = rest.find(')');
    if (at == rest.npos && close != rest.npos) {
      const std::size_t equals = rest.find_first_not_of(' ', close + 1);
      if (equals != rest.npos && rest.substr(equals).starts_with("= ")) at = equals - 2;
    }
    if (at == rest.npos)
      bad_line(number, "an exec without what it returned: cut off, or two lines mixed up", text);
    rest.remove_prefix(at + 4);
    in_exec_.erase(line.tid >= 0 ? line.tid : first_tid_);
    if (rest.starts_with('?')) return;
    Sighting sighting = sighting_of(line, Sighting::What::exit, number);
    const auto value = parse_number<std::int64_t>(rest.substr(0, rest.find(' ')));
    if (!value) bad_line(number, "an exec that returned no number", text);
    sighting.number = *value;
    if (sighting.number == -1) {
      const std::string_view name = trim(rest.substr(std::min<std::size_t>(3, rest.size())));
      const auto found = errno_of(name.substr(0, name.find(' ')));
      if (!found) bad_line(number, "an exec failed for no known reason", text);
      sighting.number = -*found;
    }
    add(sighting);
  }

  /// A thread's exec makes it the leader, whose line says so.
  void on_thread_exec(std::int32_t thread, const StraceLine& line, std::uint64_t number) {
    if (thread < 0 || line.tid < 0 || thread == line.tid) return;
    group_of_[thread] = line.tid;
    if (in_exec_.erase(thread) == 0) return;  // said already
    in_exec_.insert(line.tid);
    Sighting sighting = sighting_of(line, Sighting::What::exec, number);
    sighting.pid = sighting.tid;
    sighting.old_tid = thread;
    add(sighting);
  }

  /// clone(..., flags=...) = CHILD, fork() = CHILD, "<... vfork resumed>) = CHILD".
  void on_clone(const StraceLine& line) {
    const std::size_t name = line.rest.starts_with("<... ") ? 5 : 0;
    const std::string_view call = line.rest.substr(name, line.rest.find_first_of("( ", name) - name);
    if (call != "clone" && call != "clone3" && call != "fork" && call != "vfork") return;
    const std::int32_t tid = line.tid >= 0 ? line.tid : first_tid_;
    if (line.rest.find("CLONE_THREAD") != line.rest.npos) makes_thread_.insert(tid);
    const std::size_t at = line.rest.rfind(" = ");
    if (at == line.rest.npos || line.rest.ends_with("<unfinished ...>")) return;
    const bool is_thread = makes_thread_.erase(tid) > 0;
    const std::int32_t child = leading_task(line.rest.substr(at + 3));
    if (child <= 0) return;
    const auto group = group_of_.find(tid);
    const std::int32_t parent = group == group_of_.end() ? tid : group->second;
    group_of_[child] = is_thread ? parent : child;
    if (is_thread) return;
    side_.tells_forks = true;
    side_.forks.push_back({parent, child});
  }

  Side& side_;
  AttemptBuilder builder_;
  std::unordered_set<std::int32_t> attached_;
  std::unordered_set<std::int32_t> makes_thread_;            ///< tasks in a clone with CLONE_THREAD
  std::unordered_map<std::int32_t, std::int32_t> group_of_;  ///< tid to pid, where it was said
  std::unordered_set<std::int32_t> in_exec_;                 ///< tasks in a call that has not ended
  std::int32_t file_tid_ = -1;  ///< the task of the whole file, where its name tells it
  std::int32_t first_tid_ = -1;
  std::vector<Sighting> before_;  ///< of the first process, as long as its number is not known
  std::vector<Sighting> held_;    ///< of several files, which stand one behind the other
  std::int64_t last_ns_ = 0;
  std::int64_t day_ns_ = 0;  ///< midnights that have passed
  bool is_output_possible_ = true;
  bool saw_event_ = false;
};

bool is_told_apart(const StraceLine& line) {
  if (line.clock == Clock::none && line.tid < 0) return false;
  if (line.rest.ends_with("<unfinished ...>") || line.rest.starts_with("+++ ") ||
      line.rest.starts_with("--- SIG"))
    return true;
  if (!is_strace_event(line.rest)) return false;
  return line.rest.find(") = ") != line.rest.npos || line.rest.starts_with("execve") ||
         (line.rest.find(") ") != line.rest.npos && line.rest.find("  = ") != line.rest.npos);
}

bool recognises(std::string_view beginning) {
  for (int lines = 0; lines < 50 && !beginning.empty(); ++lines) {
    const auto text = beginning.substr(0, beginning.find('\n'));
    const auto line = parse_strace_line(text);
    if (line && is_told_apart(*line)) return true;
    beginning.remove_prefix(std::min(text.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer strace_importer = {"strace", "strace -f with -ttt, -tt or --timestamps=unix,ns", recognises,
                                  [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                    return std::make_unique<StraceReader>(side, options);
                                  }};

}  // namespace ftracectl::compare

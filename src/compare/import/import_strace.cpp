// strace -f -ttt, or --timestamps=unix,ns, to a file (-o) or to a terminal:
//
//     31014 1795360851.429412 execve("/bin/true", ["/bin/true", "two words"], 0x55ed33782d48 /* 37 vars */) =
//     0 [pid 31028] 1795360851.540649574 execve("/bin/true", ["x"], 0x55e74475bb38 /* 37 vars */ <unfinished
//     ...> [pid 31028] 1795360851.541107910 <... execve resumed>) = 0 31017 1795360851.440973
//     execve("/nonexistent/x", ["x"...], 0x55 /* 1 var */) = -1 ENOENT (No such file or directory)
//
// An exec by a thread: its number changes to its leader's.
//
//     32621 1795361266.758457 execve("/t/ok", ["ok"], 0x564ca9c2f5e0 /* 1 var */ <pid changed to 32620 ...>
//     32620 1795361266.759756 +++ superseded by execve in pid 32621 +++
//     32620 1795361266.759817 <... execve resumed>) = 0
#include <ftracectl/error.hpp>
#include <unordered_set>

#include "base/text.hpp"
#include "compare/import/attempt_builder.hpp"
#include "compare/import/c_string.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

struct Line {
  std::int32_t tid = -1;  ///< -1: strace has one process only so far, and does not say which
  std::int64_t ts_ns = 0;
  std::string_view rest;
};

std::optional<std::int64_t> parse_unix_time(std::string_view text) {
  const std::size_t point = text.find('.');
  if (point == text.npos || (text.size() - point != 7 && text.size() - point != 10)) return std::nullopt;
  const auto seconds = parse_number<std::int64_t>(text.substr(0, point));
  const auto fraction = parse_number<std::int64_t>(text.substr(point + 1));
  if (!seconds || !fraction) return std::nullopt;
  return *seconds * 1'000'000'000 + *fraction * (text.size() - point == 7 ? 1000 : 1);
}

std::string_view take_word(std::string_view& rest) {
  const auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(std::min(word.size() + 1, rest.size()));
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  return word;
}

std::optional<Line> parse_line(std::string_view text) {
  Line line;
  line.rest = text;
  if (text.starts_with("[pid ")) {
    const std::size_t close = text.find("] ");
    if (close == text.npos) return std::nullopt;
    const auto tid = parse_number<std::int32_t>(trim(text.substr(5, close - 5)));
    if (!tid) return std::nullopt;
    line.tid = *tid;
    line.rest = text.substr(close + 2);
  } else if (text.find('.') != text.npos && text.find(' ') < text.find('.')) {
    const auto tid = parse_number<std::int32_t>(take_word(line.rest));
    if (!tid) return std::nullopt;
    line.tid = *tid;
  }
  const auto ts = parse_unix_time(take_word(line.rest));
  if (!ts || line.rest.empty()) return std::nullopt;
  line.ts_ns = *ts;
  return line;
}

bool is_chatter(std::string_view line) {
  return line.starts_with("strace: ") || trim(line).empty() || line.starts_with(" <unfinished");
}

class StraceReader : public Reader {
 public:
  StraceReader(Side& side, const ImportOptions&) : side_(side), builder_(side) {
    side_.tool = "strace";
    side_.is_scoped = true;
    side_.events_of_failure = side_.events_of_success = 1;
  }

  void line(std::string_view text, std::uint64_t number) override {
    constexpr std::string_view attached = "strace: Process ";
    if (const std::size_t at = text.find(attached); at != text.npos && text.ends_with(" attached")) {
      const std::string_view rest = text.substr(at + attached.size());
      attached_.insert(parse_number<std::int32_t>(rest.substr(0, rest.find(' '))).value_or(-1));
    }
    if (is_chatter(text)) return;
    const auto line = parse_line(text);
    if (!line) {
      if (is_output_possible_ && side_.attempts.empty() && number > 50)
        bad_line(number, "no line of strace -f -ttt", text);
      // Written to a terminal, strace's lines stand among those of what it traced.
      if (is_output_possible_) return;
      bad_line(number, "no line of strace -f -ttt", text);
    }
    if (line->tid >= 0 && !text.starts_with('[')) is_output_possible_ = false;
    learn_first_task(line->tid);
    side_.saw(line->ts_ns);
    take(*line, number, text);
  }

  void finish() override {
    builder_.finish();
    for (Attempt& attempt : side_.attempts) {
      const auto group = group_of_.find(attempt.tid);
      if (attempt.pid < 0 && group != group_of_.end()) attempt.pid = group->second;
    }
  }

 private:
  /// The first process has no number until there is a second one: it is the one that nobody announced.
  void learn_first_task(std::int32_t tid) {
    if (tid < 0 || first_tid_ >= 0 || attached_.count(tid) > 0) return;
    first_tid_ = tid;
    for (Sighting& sighting : before_) {
      sighting.tid = tid;
      builder_.add(sighting);
    }
    before_.clear();
  }

  void take(const Line& line, std::uint64_t number, std::string_view text) {
    if (line.rest.starts_with("execve(") || line.rest.starts_with("execveat("))
      return on_call(line, number, text);
    if (line.rest.starts_with("<... execve")) return on_resumed(line, number, text);
    constexpr std::string_view superseded = "+++ superseded by execve in pid ";
    if (line.rest.starts_with(superseded)) {
      std::string_view rest = line.rest.substr(superseded.size());
      on_superseded(line, parse_number<std::int32_t>(rest.substr(0, rest.find(' '))).value_or(-1), number);
    } else {
      on_clone(line);
    }
  }

  Sighting sighting_of(const Line& line, Sighting::What what, std::uint64_t number) {
    Sighting sighting;
    sighting.what = what;
    sighting.ts_ns = line.ts_ns;
    sighting.tid = line.tid >= 0 ? line.tid : first_tid_;
    sighting.line = number;
    return sighting;
  }

  void add(const Sighting& sighting) {
    if (sighting.tid >= 0) return builder_.add(sighting);
    before_.push_back(sighting);
  }

  void on_call(const Line& line, std::uint64_t number, std::string_view text) {
    Sighting sighting = sighting_of(line, Sighting::What::enter, number);
    std::string_view rest = line.rest;
    sighting.is_execveat = rest.starts_with("execveat(");
    rest.remove_prefix(rest.find('(') + 1);
    if (sighting.is_execveat) {  // the folder: 3, 3</path>, AT_FDCWD
      const std::size_t end = rest.find(", ");
      if (end == rest.npos) bad_line(number, "an execveat is cut off", text);
      rest.remove_prefix(end + 2);
    }
    if (!take_filename(rest, sighting) || !take_argv(rest, sighting, sighting.is_argv_cut) ||
        !is_environment(rest))
      bad_line(number, "the arguments of an exec are cut off or mixed up", text);
    add(sighting);
    on_rest_of_call(line, rest, number, text);
  }

  void on_rest_of_call(const Line& line, std::string_view rest, std::uint64_t number, std::string_view text) {
    if (rest.ends_with(" <unfinished ...>") ||
        (rest.ends_with(" ...>") && rest.find("<pid changed to ") != rest.npos))
      return;
    on_result(line, rest, number, text);
  }

  void on_resumed(const Line& line, std::uint64_t number, std::string_view text) {
    if (line.rest.find(" resumed>") == line.rest.npos) bad_line(number, "no line of strace -f -ttt", text);
    on_result(line, line.rest, number, text);
  }

  /// ") = 0", ") = -1 ENOENT (No such file or directory)", ") = ?".
  void on_result(const Line& line, std::string_view rest, std::uint64_t number, std::string_view text) {
    const std::size_t at = rest.rfind(") = ");
    if (at == rest.npos)
      bad_line(number, "an exec without what it returned: cut off, or two lines mixed up", text);
    rest.remove_prefix(at + 4);
    if (rest.starts_with('?')) return;
    Sighting sighting = sighting_of(line, Sighting::What::exit, number);
    if (const auto value = parse_number<std::int64_t>(rest.substr(0, rest.find(' '))))
      sighting.number = *value;
    if (sighting.number == -1) {
      const std::string_view name = trim(rest.substr(std::min<std::size_t>(3, rest.size())));
      const auto found = errno_of(name.substr(0, name.find(' ')));
      if (!found) bad_line(number, "an exec failed for no known reason", text);
      sighting.number = -*found;
    }
    add(sighting);
  }

  static std::optional<int> errno_of(std::string_view name) {
    constexpr int last = 134;
    for (int number = 1; number < last; ++number) {
      if (errno_name(number) == name) return number;
    }
    return std::nullopt;
  }

  void on_superseded(const Line& line, std::int32_t thread, std::uint64_t number) {
    Sighting sighting = sighting_of(line, Sighting::What::exec, number);
    sighting.pid = sighting.tid;
    sighting.old_tid = thread;
    add(sighting);
  }

  /// clone(..., flags=...) = CHILD, fork() = CHILD, "<... vfork resumed>) = CHILD".
  void on_clone(const Line& line) {
    const std::size_t name = line.rest.starts_with("<... ") ? 5 : 0;
    const std::string_view call = line.rest.substr(name, line.rest.find_first_of("( ", name) - name);
    if (call != "clone" && call != "clone3" && call != "fork" && call != "vfork") return;
    if (line.rest.find("CLONE_THREAD") != line.rest.npos) makes_thread_.insert(line.tid);
    const std::size_t at = line.rest.rfind(" = ");
    if (at == line.rest.npos || line.rest.ends_with("<unfinished ...>")) return;
    const bool is_thread = makes_thread_.erase(line.tid) > 0;
    std::string_view rest = line.rest.substr(at + 3);
    const auto child = parse_number<std::int32_t>(rest.substr(0, rest.find(' ')));
    if (!child || *child <= 0) return;
    const auto group = group_of_.find(line.tid);
    const std::int32_t parent = group == group_of_.end() ? line.tid : group->second;
    group_of_[*child] = is_thread ? parent : *child;
    if (is_thread) return;
    side_.tells_forks = true;
    side_.forks.push_back({parent, *child});
  }

  /// What follows argv: a pointer, or with -v a list.
  static bool is_environment(std::string_view rest) {
    return rest.starts_with(", 0x") || rest.starts_with(", NULL") || rest.starts_with(", [");
  }

  bool take_filename(std::string_view& rest, Sighting& sighting) {
    if (rest.starts_with('"')) {
      std::string name;
      if (!take_c_string(rest, name, sighting.is_cut)) return false;
      sighting.text = side_.texts.keep(name);
    } else {  // a pointer to nothing
      const std::size_t end = rest.find(',');
      if (end == rest.npos) return false;
      rest.remove_prefix(end);
    }
    if (!rest.starts_with(", ")) return false;
    rest.remove_prefix(2);
    return true;
  }

  bool take_argv(std::string_view& rest, Sighting& sighting, bool& is_cut) {
    if (!rest.starts_with('[')) {  // NULL, 0x8
      if (rest.starts_with("NULL")) sighting.argv = side_.texts.keep("");
      const std::size_t end = rest.find(',');
      if (end == rest.npos) return false;
      rest.remove_prefix(end);
      return true;
    }
    rest.remove_prefix(1);
    std::string argv;
    while (!rest.starts_with(']')) {
      if (rest.starts_with("...")) {
        is_cut = true;
        rest.remove_prefix(3);
      } else if (!rest.starts_with('"')) {  // 0x8: one of its pointers leads nowhere
        const std::size_t end = rest.find_first_of(",]");
        if (end == rest.npos) return false;
        is_cut = true;
        rest.remove_prefix(end);
      } else {
        if (!take_c_string(rest, argv, is_cut)) return false;
        argv += '\0';
      }
      if (rest.starts_with(", ")) rest.remove_prefix(2);
      if (rest.empty()) return false;
      if (!rest.starts_with('"') && !rest.starts_with(']') && !rest.starts_with("...") &&
          !rest.starts_with("0x") && !rest.starts_with("/*"))
        return false;
      if (rest.starts_with("/*")) return false;
    }
    rest.remove_prefix(1);
    sighting.argv = side_.texts.keep(argv);
    return true;
  }

  Side& side_;
  AttemptBuilder builder_;
  std::unordered_set<std::int32_t> attached_;
  std::unordered_set<std::int32_t> makes_thread_;            ///< tasks in a clone with CLONE_THREAD
  std::unordered_map<std::int32_t, std::int32_t> group_of_;  ///< tid to pid, where a clone told it
  std::int32_t first_tid_ = -1;
  std::vector<Sighting> before_;  ///< of the first process, as long as its number is not known
  bool is_output_possible_ = true;
};

bool recognises(std::string_view beginning) {
  for (int lines = 0; lines < 50 && !beginning.empty(); ++lines) {
    const auto text = beginning.substr(0, beginning.find('\n'));
    const auto line = parse_line(text);
    if (line && line->rest.find('(') != line->rest.npos && line->rest.find(") = ") != line->rest.npos)
      return true;
    if (line && (line->rest.ends_with("<unfinished ...>") || line->rest.starts_with("+++ ") ||
                 line->rest.starts_with("--- SIG")))
      return true;
    beginning.remove_prefix(std::min(text.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer strace_importer = {"strace", "strace -f -ttt, or --timestamps=unix,ns", recognises,
                                  [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                    return std::make_unique<StraceReader>(side, options);
                                  }};

}  // namespace ftracectl::compare

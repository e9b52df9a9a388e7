#include "report/text_tree.hpp"

#include <algorithm>
#include <vector>

#include "report/words.hpp"

namespace ftracectl::report {

namespace {

/// A line below a process: a child, or an attempt of its own.
struct Item {
  std::int64_t at_ns;
  std::uint32_t number;
  bool is_process;
};

/// A process whose items are being printed.
struct Level {
  std::vector<Item> items;
  std::size_t next = 0;
};

class TreeWriter {
 public:
  TreeWriter(const Run& run, const Screen& screen, const Writer& out)
      : run_(run), screen_(screen), out_(out), width_(std::max<std::size_t>(screen.width, 60)) {}

  void write() {
    text_ = "       START    LASTED  END         PID  COMMAND\n";
    Level top;
    for (const std::uint32_t root : run_.roots)
      top.items.push_back({run_.processes[root].begin_ns, root, true});
    levels_.push_back(std::move(top));
    while (!levels_.empty()) {
      Level& level = levels_.back();
      if (level.next == level.items.size()) {
        levels_.pop_back();
        continue;
      }
      const Item item = level.items[level.next++];
      if (item.is_process) {
        put_process(item.number);
      } else {
        put_attempt(item.number);
      }
      if (text_.size() > 65536) flush();
    }
    flush();
  }

 private:
  void flush() {
    out_(text_);
    text_.clear();
  }

  /// The attempt that stands on the process' own line: its first success, or the only thing that it did.
  std::uint32_t headline(const Process& process) const {
    std::uint32_t only = none;
    std::size_t shown = 0;
    for (std::uint32_t number = process.first_attempt; number != none; number = run_.attempts[number].next) {
      const Attempt& attempt = run_.attempts[number];
      if (attempt.status == ExecRecord::Status::ok) return number;
      if (attempt.is_superseded) continue;
      only = number;
      ++shown;
    }
    return shown == 1 ? only : none;
  }

  void put_process(std::uint32_t number) {
    const Process& process = run_.processes[number];
    const std::uint32_t head = headline(process);
    put_times(process.begin_ns, process.is_seen, lasted(process), end_words(process), process.pid);
    put_branch();
    put_clipped(head == none ? process_words(run_, process) : attempt_words(run_.attempts[head], ""));
    Level level;
    for (std::uint32_t attempt = process.first_attempt; attempt != none;
         attempt = run_.attempts[attempt].next)
      if (attempt != head && !run_.attempts[attempt].is_superseded)
        level.items.push_back({run_.attempts[attempt].begin_ns, attempt, false});
    for (std::uint32_t i = 0; i < process.child_count; ++i) {
      const std::uint32_t child = run_.children[process.first_child + i];
      level.items.push_back({run_.processes[child].begin_ns, child, true});
    }
    if (level.items.empty()) return;
    std::stable_sort(level.items.begin(), level.items.end(),
                     [](const Item& a, const Item& b) { return a.at_ns < b.at_ns; });
    levels_.push_back(std::move(level));
  }

  void put_attempt(std::uint32_t number) {
    const Attempt& attempt = run_.attempts[number];
    put_times(attempt.begin_ns, true, "", "", run_.processes[attempt.process].pid);
    put_branch();
    put_clipped(attempt_words(attempt, "then "));
  }

  /// "ENOENT: /sbin/x (after 2 of PATH)"; a success begins with `begin`.
  std::string attempt_words(const Attempt& attempt, const std::string& begin) const {
    Attempt alone = attempt;
    alone.searched = 0;
    std::string words = attempt.status == ExecRecord::Status::ok ? begin : result_words(alone) + ": ";
    words += command_words(run_, attempt);
    if (attempt.searched > 0) words += " (after " + std::to_string(attempt.searched) + " of PATH)";
    return words;
  }

  std::string lasted(const Process& process) const {
    if (!run_.is_time) return "";
    if (const auto lifetime = process.lifetime_ns()) return duration_words(*lifetime);
    return "";
  }

  void put_times(std::int64_t begin_ns, bool is_seen, const std::string& lasted, const std::string& end,
                 std::int32_t pid) {
    text_ += right(is_seen ? offset_seconds(run_, begin_ns) : "", 12) + right(lasted, 10) + "  " +
             left(screen_, end, 9) + right(std::to_string(pid), 6) + "  ";
    column_ = 41;
  }

  /// Deep trees would leave no room for what is in them: below so many levels, the depth stands there as a number.
  void put_branch() {
    const std::size_t depth = levels_.size() - 1;
    if (depth == 0) return;
    const std::size_t most = std::max<std::size_t>((width_ - column_) / 4, 3);
    if (depth > most) {
      const std::string text = "[" + std::to_string(depth) + "] ";
      text_ += text;
      column_ += text.size();
      return;
    }
    for (std::size_t i = 1; i < depth; ++i) {
      const bool goes_on = levels_[i].next < levels_[i].items.size();
      text_ += goes_on ? (screen_.is_utf8 ? "│ " : "| ") : "  ";
    }
    const bool is_last = levels_[depth].next == levels_[depth].items.size();
    text_ += screen_.is_utf8 ? (is_last ? "└─" : "├─") : (is_last ? "`-" : "|-");
    column_ += 2 * depth;
  }

  void put_clipped(const std::string& what) {
    text_ += clipped(screen_, what, width_ > column_ + 10 ? width_ - column_ : 10);
    text_ += '\n';
  }

  const Run& run_;
  Screen screen_;
  const Writer& out_;
  std::size_t width_;
  std::string text_;
  std::size_t column_ = 0;
  std::vector<Level> levels_;
};

}  // namespace

void write_tree(const Run& run, const Screen& screen, const Writer& out) {
  TreeWriter(run, screen, out).write();
}

}  // namespace ftracectl::report

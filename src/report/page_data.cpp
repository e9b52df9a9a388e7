#include "report/page_data.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <functional>
#include <set>
#include <string>
#include <unordered_map>

#include "base/printable.hpp"
#include "report/exports.hpp"
#include "report/json_words.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

/// More of one text nobody looks at in a page; the records have all of it.
constexpr std::size_t longest_text = 20'000;

/// Texts as the page shows them: what steers a terminal, or the direction of a line, is visible in them.
class PageTexts {
 public:
  long keep(std::string_view text) {
    const std::size_t before = texts_.size();
    std::string shown = printable(text.substr(0, longest_text));
    if (text.size() > longest_text) shown += "…";
    const TextId id = texts_.keep(shown);
    if (texts_.size() > before) order_.push_back(id);
    return static_cast<long>(id);
  }
  void write(const Writer& out) const {
    std::string text = "[";
    for (const TextId id : order_) {
      if (id > 0) text += ',';
      append_json(text, texts_.at(id));
      if (text.size() < 65536) continue;
      out(text);
      text.clear();
    }
    out(text + "]");
  }

 private:
  Texts texts_;
  std::vector<TextId> order_;
};

class PageData {
 public:
  PageData(const Run& run, const PageExtent& extent, const Writer& out)
      : run_(run), extent_(extent), out_(out) {}

  void write() {
    number_attempts();
    out_("{\"length\":" + std::to_string(length()) + ",\"processes\":{");
    write_processes();
    out_("},\"attempts\":{");
    write_attempts();
    out_("},\"events\":{");
    write_happenings();
    out_("},\"losses\":[");
    write_losses();
    out_("],\"errors\":{");
    write_errors();
    out_("},\"stacks\":[");
    write_stacks();
    out_("],\"texts\":");
    texts_.write(out_);
    out_("}");
  }

 private:
  /// Attempts that a PATH search went on from are not in the page: the last one has their number.
  void number_attempts() {
    place_.assign(extent_.attempts, -1);
    for (std::uint32_t number = 0; number < extent_.attempts; ++number)
      if (!run_.attempts[number].is_superseded) {
        place_[number] = static_cast<long>(attempts_.size());
        attempts_.push_back(number);
      }
  }

  std::int64_t length() const {
    if (extent_.processes == run_.processes.size()) return run_.end_ns - run_.begin_ns;
    return extent_.processes == 0 ? 1 : run_.processes[extent_.processes - 1].begin_ns - run_.begin_ns;
  }

  void column(std::string_view name, std::size_t size, const std::function<long long(std::size_t)>& value) {
    std::string text = is_first_ ? "\"" : ",\"";
    is_first_ = false;
    text.append(name).append("\":[");
    for (std::size_t i = 0; i < size; ++i) {
      if (i > 0) text += ',';
      text += std::to_string(value(i));
      if (text.size() < 65536) continue;
      out_(text);
      text.clear();
    }
    out_(text + "]");
  }
  void begin_columns() { is_first_ = true; }

  long keep(TextId id) { return id == no_text ? -1 : texts_.keep(run_.texts.at(id)); }

  void write_processes() {
    begin_columns();
    const auto put = [&](std::string_view name, const std::function<long long(const Process&)>& value) {
      column(name, extent_.processes, [&](std::size_t i) { return value(run_.processes[i]); });
    };
    put("pid", [](const Process& p) { return p.pid; });
    put("ppid", [](const Process& p) { return p.ppid; });
    put("parent", [](const Process& p) { return p.parent == none ? -1LL : p.parent; });
    put("begin", [&](const Process& p) { return p.begin_ns - run_.begin_ns; });
    put("end", [&](const Process& p) { return std::min(p.end_ns - run_.begin_ns, length()); });
    put("comm", [&](const Process& p) { return keep(p.last_comm); });
    put("program", [&](const Process& p) { return p.program >= extent_.attempts ? -1 : place_[p.program]; });
    put("exit", [](const Process& p) { return p.exit_code; });
    put("signal", [](const Process& p) { return p.signal; });
    put("flags", [](const Process& p) {
      return (p.is_seen ? 1 : 0) | (p.begin_known ? 2 : 0) | (p.end_known ? 4 : 0);
    });
    put("hue", [&](const Process& p) {
      const Attempt* program = run_.program_of(p);
      return static_cast<long long>(program == nullptr ? 0 : program->filename & 1U);
    });
  }

  void write_attempts() {
    begin_columns();
    const auto put = [&](std::string_view name, const std::function<long long(const Attempt&)>& value) {
      column(name, attempts_.size(), [&](std::size_t i) { return value(run_.attempts[attempts_[i]]); });
    };
    put("at", [&](const Attempt& a) { return a.begin_ns - run_.begin_ns; });
    put("took", [](const Attempt& a) {
      return a.duration_ns == unknown_ns ? -1LL : static_cast<long long>(a.duration_ns);
    });
    put("process", [](const Attempt& a) { return a.process; });
    put("error", [](const Attempt& a) { return a.error; });
    put("status", [](const Attempt& a) {
      return a.status == ExecRecord::Status::ok ? 0 : a.is_failed() ? 1 : 2;
    });
    put("uid", [](const Attempt& a) { return a.uid == none ? -1LL : a.uid; });
    put("searched", [](const Attempt& a) { return a.searched; });
    put("comm", [&](const Attempt& a) { return keep(a.comm); });
    put("file", [&](const Attempt& a) { return keep(a.filename); });
    put("command", [&](const Attempt& a) { return texts_.keep(command_words(run_, a)); });
  }

  void write_happenings() {
    begin_columns();
    const auto put = [&](std::string_view name, const std::function<long long(const Happening&)>& value) {
      column(name, extent_.happenings, [&](std::size_t i) { return value(run_.happenings[i]); });
    };
    put("at", [&](const Happening& h) { return h.begin_ns - run_.begin_ns; });
    put("process", [&](const Happening& h) { return h.process >= extent_.processes ? -1LL : h.process; });
    put("tid", [](const Happening& h) { return h.tid; });
    put("name", [&](const Happening& h) { return keep(h.name); });
    put("text", [&](const Happening& h) { return keep(h.text); });
  }

  void write_losses() {
    std::string text;
    for (const auto& loss : run_.losses) {
      if (text.size() > 1) text += ',';
      text += "[" + std::to_string(loss.at_ns - run_.begin_ns) + "," + std::to_string(loss.cpu) + "," +
              (loss.count ? std::to_string(*loss.count) : "-1") + "]";
    }
    out_(text);
  }

  void write_errors() {
    std::set<std::int32_t> errors;
    for (const auto& attempt : run_.attempts)
      if (attempt.error != 0) errors.insert(attempt.error);
    std::string text;
    for (const std::int32_t error : errors) {
      if (!text.empty()) text += ',';
      text += "\"" + std::to_string(error) + "\":";
      append_json(text, result_error_name(-error));
    }
    out_(text);
  }

  void write_stacks() {
    std::string text;
    for (const auto& stack : run_.stacks) {
      if (!text.empty()) text += ',';
      text += "[[";
      bool is_first = true;
      for (const auto& frame : graph_frames(run_, stack)) {
        if (!is_first) text += ',';
        is_first = false;
        text += std::to_string(texts_.keep(frame));
      }
      text += "]," + std::to_string(stack.count) + "]";
    }
    out_(text);
  }

  const Run& run_;
  PageExtent extent_;
  const Writer& out_;
  PageTexts texts_;
  std::vector<long> place_;  ///< in the page, of an attempt of the run
  std::vector<std::uint32_t> attempts_;
  bool is_first_ = true;
};

}  // namespace

PageExtent page_extent(const Run& run) {
  PageExtent extent;
  extent.attempts =
      static_cast<std::uint32_t>(std::min<std::size_t>(run.attempts.size(), PageExtent::most_attempts));
  extent.happenings =
      static_cast<std::uint32_t>(std::min<std::size_t>(run.happenings.size(), PageExtent::most_happenings));
  extent.processes = static_cast<std::uint32_t>(run.processes.size());
  if (extent.attempts == run.attempts.size() || extent.attempts == 0) return extent;
  // Processes that began until then; a parent stands before its children, so that none of theirs is missing.
  const std::int64_t until = run.attempts[extent.attempts - 1].begin_ns;
  const auto end = std::partition_point(run.processes.begin(), run.processes.end(),
                                        [&](const Process& process) { return process.begin_ns <= until; });
  extent.processes = static_cast<std::uint32_t>(end - run.processes.begin());
  return extent;
}

void write_page_data(const Run& run, const PageExtent& extent, const Writer& out) {
  PageData(run, extent, out).write();
}

}  // namespace ftracectl::report

// Chrome's trace event format: one object with "traceEvents". Times are microseconds of the trace's own clock.
// https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
#include <unordered_set>

#include "report/exports.hpp"
#include "report/json_words.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

std::string microseconds(std::int64_t ns) {
  // A million records need it ten times each: without printf.
  std::string text = std::to_string(ns / 1000);
  const auto rest = static_cast<int>(ns % 1000);
  text += '.';
  for (const int unit : {100, 10, 1}) text += static_cast<char>('0' + rest / unit % 10);
  return text;
}

std::string_view last_part(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos || slash + 1 == path.size() ? path : path.substr(slash + 1);
}

class TraceEvents {
 public:
  TraceEvents(const Run& run, const Writer& out) : run_(run), out_(out) { number_tracks(); }

  void write() {
    text_ = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[";
    for (std::uint32_t number = 0; number < run_.processes.size(); ++number) put_process(number);
    for (const auto& attempt : run_.attempts) put_attempt(attempt);
    for (const auto& happening : run_.happenings) put_happening(happening);
    for (const auto& loss : run_.losses) put_loss(loss);
    text_ += "\n]}\n";
    out_(text_);
  }

 private:
  /// A pid that is used again has a track for each of its processes: the number of a later one begins beyond all pids.
  void number_tracks() {
    std::unordered_set<std::int32_t> used;
    for (std::size_t number = 0; number < run_.processes.size(); ++number) {
      const std::int32_t pid = run_.processes[number].pid;
      tracks_.push_back(used.insert(pid).second ? pid : static_cast<std::int64_t>(10'000'000 + number));
    }
  }

  void begin(std::string_view name, std::string_view phase, std::int64_t track, std::int64_t tid,
             std::int64_t at_ns) {
    if (text_.size() > 65536) {
      out_(text_);
      text_.clear();
    }
    text_ += is_first_ ? "\n{\"name\":" : ",\n{\"name\":";
    is_first_ = false;
    append_json(text_, name);
    text_.append(",\"ph\":\"").append(phase).append("\",\"pid\":").append(std::to_string(track));
    text_.append(",\"tid\":").append(std::to_string(tid)).append(",\"ts\":").append(microseconds(at_ns));
  }

  /// A slice for each program that the process ran, and one for the time before.
  void put_process(std::uint32_t number) {
    const Process& process = run_.processes[number];
    const std::int64_t track = tracks_[number];
    begin("process_name", "M", track, process.pid, 0);
    text_ += ",\"args\":{\"name\":";
    const Attempt* program = run_.program_of(process);
    append_json(text_, std::string(program == nullptr ? run_.texts.at(process.last_comm)
                                                      : last_part(run_.texts.at(program->filename))) +
                           " " + std::to_string(process.pid));
    text_ += "}}";
    begin("process_sort_index", "M", track, process.pid, 0);
    text_ += ",\"args\":{\"sort_index\":" + std::to_string(number) + "}}";
    std::string name = "[" + std::string(run_.texts.at(process.comm)) + "]";
    std::string command;
    std::int64_t since = process.begin_ns;
    for (std::uint32_t at = process.first_attempt; at != none; at = run_.attempts[at].next) {
      const Attempt& attempt = run_.attempts[at];
      if (attempt.status != ExecRecord::Status::ok) continue;
      if (attempt.end_ns() > since) put_slice(process, track, name, command, since, attempt.end_ns());
      name = last_part(run_.texts.at(attempt.filename));
      command = command_words(run_, attempt);
      since = attempt.end_ns();
    }
    put_slice(process, track, name, command, since, process.end_ns);
    if (process.parent != none) put_flow(number);
  }

  void put_slice(const Process& process, std::int64_t track, const std::string& name,
                 const std::string& command, std::int64_t from, std::int64_t to) {
    begin(name, "X", track, process.pid, from);
    text_ += ",\"cat\":\"process\",\"dur\":" + microseconds(std::max<std::int64_t>(to - from, 0)) +
             ",\"args\":{\"command\":";
    append_json(text_, command);
    if (const std::string end = end_words(process); !end.empty() && to == process.end_ns) {
      text_ += ",\"end\":";
      append_json(text_, end);
    }
    text_ += "}}";
  }

  void put_flow(std::uint32_t number) {
    const Process& child = run_.processes[number];
    const Process& parent = run_.processes[child.parent];
    begin("starts", "s", tracks_[child.parent], parent.pid, child.begin_ns);
    text_ += ",\"cat\":\"start\",\"id\":" + std::to_string(number) + "}";
    begin("starts", "f", tracks_[number], child.pid, child.begin_ns);
    text_ += ",\"cat\":\"start\",\"bp\":\"e\",\"id\":" + std::to_string(number) + "}";
  }

  void put_attempt(const Attempt& attempt) {
    const std::int64_t track = tracks_[attempt.process];
    begin("exec " + std::string(last_part(run_.texts.at(attempt.filename))), "X", track, attempt.tid,
          attempt.begin_ns);
    text_ += ",\"cat\":\"exec\",\"dur\":" + microseconds(attempt.end_ns() - attempt.begin_ns);
    if (attempt.is_failed()) text_ += ",\"cname\":\"terrible\"";
    text_ += ",\"args\":{\"command\":";
    append_json(text_, command_words(run_, attempt));
    text_ += ",\"result\":";
    append_json(text_, result_words(attempt));
    text_ += "}}";
  }

  void put_happening(const Happening& happening) {
    const std::int64_t track = happening.process == none ? happening.tid : tracks_[happening.process];
    begin(run_.texts.at(happening.name), happening.is_call ? "X" : "i", track, happening.tid,
          happening.begin_ns);
    if (happening.is_call) {
      const std::uint64_t duration = happening.duration_ns == unknown_ns ? 0 : happening.duration_ns;
      text_ += ",\"cat\":\"call\",\"dur\":" + microseconds(static_cast<std::int64_t>(duration));
    } else {
      text_ += ",\"cat\":\"event\",\"s\":\"t\"";
    }
    text_ += ",\"args\":{\"text\":";
    append_json(text_, run_.texts.at(happening.text));
    text_ += "}}";
  }

  void put_loss(const LossSpan& loss) {
    begin("lost " + (loss.count ? std::to_string(*loss.count) : std::string("?")) + " events", "i", 0, 0,
          loss.at_ns);
    text_ += ",\"cat\":\"lost\",\"s\":\"g\",\"args\":{\"cpu\":" + std::to_string(loss.cpu) + "}}";
  }

  const Run& run_;
  const Writer& out_;
  std::vector<std::int64_t> tracks_;
  std::string text_;
  bool is_first_ = true;
};

}  // namespace

std::vector<std::string> write_trace_event(const Run& run, const std::string& /*title*/, const Writer& out) {
  TraceEvents(run, out).write();
  return {};
}

}  // namespace ftracectl::report

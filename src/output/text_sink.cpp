#include <algorithm>
#include <array>
#include <cstdio>
#include <ftracectl/error.hpp>
#include <utility>

#include "base/digits.hpp"
#include "base/printable.hpp"
#include "base/user_frame.hpp"
#include "output/call_text.hpp"
#include "output/formats.hpp"
#include "output/json_text.hpp"
#include "output/other_text.hpp"
#include "output/path_searches.hpp"
#include "output/text_parts.hpp"
#include "output/time_column.hpp"
#include "records/tracer_frames.hpp"

namespace ftracectl {

namespace {

/// TIME             PID    PPID RESULT  MS       COMM             COMMAND
constexpr std::size_t result_width = 10;
constexpr std::size_t duration_width = 8;
constexpr std::size_t comm_width = 15;

/// CALLS, FAILED, and five durations.
constexpr std::size_t totals_width = 13;

/// A number of -1 is one that the line did not say.
std::string told(int number) { return number < 0 ? "-" : std::to_string(number); }

std::string duration_text(const std::optional<std::uint64_t>& duration_ns) {
  if (!duration_ns) return "-";
  return decimal_text((*duration_ns + 500) / 1000, 3);
}

/// "exit 3", "signal 9".
std::string end_text(const ExitRecord& record) {
  if (record.signal) return "signal " + std::to_string(*record.signal);
  return record.exit_code ? "exit " + std::to_string(*record.exit_code) : "?";
}

std::string result_text(const ExecRecord& record) {
  if (record.status == ExecRecord::Status::failed && record.ret) {
    return result_error_name(*record.ret);
  }
  return status_name(record.status);
}

/// The file name, then the arguments behind argv[0]; "?" for arguments that are not known.
void append_command(ByteBuffer& to, const ExecRecord& record) {
  if (record.filename) {
    append_argument(to, *record.filename);
  } else if (record.filename_addr) {
    std::array<char, 40> address;
    std::snprintf(address.data(), address.size(), "(name at 0x%llx)",
                  static_cast<unsigned long long>(*record.filename_addr));
    to += std::string_view(address.data());
  } else {
    to += '?';
  }
  if (!record.argv) {
    if (record.status == ExecRecord::Status::ok) to += " ?";
    return;
  }
  for (std::size_t i = 1; i < record.argv->size(); ++i) {
    to += ' ';
    append_argument(to, (*record.argv)[i]);
  }
  const bool is_cut =
      std::find(record.truncated.begin(), record.truncated.end(), "argv") != record.truncated.end();
  if (is_cut) to += " ...";
}

template <typename Frames>
void append_frames(ByteBuffer& to, const Frames& frames, std::size_t skipped = 0) {
  for (const auto& frame : frames) {
    if (skipped > 0) {
      --skipped;
      continue;
    }
    to.append(TimeColumn::clock_width + 2, ' ');
    append_printable(to, frame.starts_with("_Z") ? readable_frame(frame) : frame);
    to += '\n';
  }
}

/// How many bytes of a line are shown in so many columns.
std::size_t length_of_columns(std::string_view line, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t taken = 0; at < line.size() && taken < width; ++taken)
    at += std::max<std::size_t>(utf8_length(line.substr(at)), 1);
  return at;
}

class TextSink : public Sink {
 public:
  explicit TextSink(const SinkOptions& options) : time_(options.time) {}

  void record(const Record& record) override {
    visit_record(record, [this](const auto& kind) { put(kind); });
  }
  void idle() override { searches_.let_go(); }
  void look(const TextLook& look) override {
    constexpr std::size_t wide = 110;
    look_ = look;
    is_narrow_ = look.width > 0 && look.width < wide - TimeColumn::clock_width + time_.width();
  }

 private:
  void put(const ExecRecord& record) {
    if (look_.each_attempt) {
      print(record, 0);
    } else {
      searches_.add(record);
    }
  }

  void print(const ExecRecord& record, unsigned searched) {
    print_exec_header_once();
    const std::size_t begin = buffer_.size();
    append_right(buffer_, time_.text(record.time), time_.width());
    append_right(buffer_, std::to_string(record.pid), pid_width + 1);
    if (!is_narrow_) append_right(buffer_, record.ppid ? std::to_string(*record.ppid) : "-", pid_width + 1);
    buffer_ += ' ';
    append_left(buffer_, result_text(record), result_width);
    append_right(buffer_, duration_text(record.duration_ns), duration_width);
    buffer_ += ' ';
    if (!is_narrow_) append_left(buffer_, record.comm ? printable(*record.comm) : "-", comm_width);
    if (!is_narrow_) buffer_ += ' ';
    append_command(buffer_, record);
    const std::string note = searched == 0 ? "" : " (after " + std::to_string(searched) + " of PATH)";
    if (look_.width > 0) cut_line(begin, note.size());
    buffer_ += note + '\n';
    if (record.place_keys.any()) append_place(record);
    append_stack(record.kernel_stack);
    append_frames(buffer_, record.user_stack);
  }

  void put(const ExitRecord& record) {
    searches_.let_go_of(record.pid);
    print_exec_header_once();
    append_right(buffer_, time_.text(record.time), time_.width());
    append_right(buffer_, std::to_string(record.pid), pid_width + 1);
    if (!is_narrow_) append_right(buffer_, record.ppid ? std::to_string(*record.ppid) : "-", pid_width + 1);
    buffer_ += ' ';
    append_left(buffer_, "ended", result_width);
    append_right(buffer_, duration_text(record.lifetime_ns), duration_width);
    buffer_ += ' ';
    if (is_narrow_) {
      buffer_ += end_text(record) + " " + (record.comm ? printable(*record.comm) : "-") + '\n';
      return;
    }
    append_left(buffer_, record.comm ? printable(*record.comm) : "-", comm_width);
    buffer_ += ' ' + end_text(record) + '\n';
  }

  /// As strace -f -T has it.
  void put(const CallRecord& call) {
    append_right(buffer_, time_.text(call.time), time_.width());
    append_right(buffer_, std::to_string(call.tid), pid_width + 1);
    buffer_ += ' ';
    append_left(buffer_, call.comm ? printable(*call.comm) : "-", comm_width);
    buffer_ += ' ' + call_text(call);
    if (call.duration_ns) buffer_ += " <" + decimal_text(*call.duration_ns / 1000, 6) + ">";
    buffer_ += '\n';
    append_stack(call.kernel_stack);
    append_frames(buffer_, call.user_stack);
  }

  void put(const CallTotals& totals) {
    if (!std::exchange(totals_header_printed_, true)) {
      for (const char* title : {"CALLS", "FAILED", "TOTAL MS", "AVG US", "P50 US", "P99 US", "MAX US"})
        append_right(buffer_, title, totals_width);
      buffer_ += "  SYSCALL\n";
    }
    const auto in_us = [](std::optional<std::uint64_t> ns) { return ns ? decimal_text(*ns, 3) : "-"; };
    append_right(buffer_, std::to_string(totals.calls), totals_width);
    append_right(buffer_, std::to_string(totals.failed), totals_width);
    append_right(buffer_, decimal_text(totals.durations.total() / 1000, 3), totals_width);
    append_right(buffer_, in_us(totals.durations.average()), totals_width);
    append_right(buffer_, in_us(totals.durations.quantile(0.5)), totals_width);
    append_right(buffer_, in_us(totals.durations.quantile(0.99)), totals_width);
    append_right(buffer_, in_us(totals.durations.max()), totals_width);
    buffer_ += "  " + printable(totals.syscall);
    for (const auto& [result, count] : totals.errors)
      buffer_ += "  " + result_error_name(result) + ' ' + std::to_string(count);
    if (totals.unfinished > 0) buffer_ += "  unfinished " + std::to_string(totals.unfinished);
    buffer_ += '\n';
  }

  void put(const OtherRecord& record) {
    TextTaker taker(buffer_, time_);
    record.visit(taker);
    buffer_ += '\n';
  }

  void put(const Event& event) {
    append_right(buffer_, time_.text(event.time), time_.width());
    append_right(buffer_, told(event.tid), pid_width + 1);
    buffer_ += " [" + told(event.cpu) + "] ";
    append_left(buffer_, event.has_comm() ? printable(event.comm) : "<...>", comm_width);
    buffer_ += ' ';
    append_event_text(event);
    buffer_ += '\n';
    append_stack(event.kernel_stack);
    append_frames(buffer_, event.user_stack);
  }

  void put(const Lost& lost) {
    const std::string count = lost.count ? std::to_string(*lost.count) : "an unknown number of";
    buffer_ += "-- lost " + count + " events";
    if (lost.cpu >= 0) buffer_ += " on cpu " + std::to_string(lost.cpu);
    buffer_ += '\n';
  }

  void put(const Malformed& malformed) {
    buffer_ += "-- malformed (" + std::string(malformed.why) + "): ";
    append_printable(buffer_, malformed.line);
    buffer_ += '\n';
  }

  void put(const Disturbance& disturbance) {
    buffer_ += "-- disturbed: ";
    append_printable(buffer_, disturbance.file + " " + disturbance.what);
    buffer_ += '\n';
  }

  void put(const Summary& /*summary*/) {
    searches_.let_go();
  }  // goes to standard error, from whoever counted

  /// The line that is under way, to leave room for so much behind it in the width.
  void cut_line(std::size_t begin, std::size_t behind) {
    constexpr std::size_t least = 60;
    const std::size_t width = std::max(look_.width, least + behind) - behind;
    const auto line = buffer_.view().substr(begin);
    if (display_width(line) <= width) return;
    const std::string shown(line.substr(0, length_of_columns(line, width - 1)));
    buffer_.took_until(buffer_.view().data() + begin);
    buffer_ += shown + "…";
  }

  template <typename Frames>
  void append_stack(const Frames& frames) {
    append_frames(buffer_, frames, look_.whole_stacks ? 0 : tracer_frames(frames));
  }

  void put(const Start& start) { time_.start(start.wall); }

  void put(const ClockStep& step) {
    time_.step(step);
    buffer_ += "-- " + step_text(step) + '\n';
  }

  void put(const Unwritten& unwritten) {
    buffer_ += "-- " + std::to_string(unwritten.count) + " lines found no room on the disk\n";
  }

  void print_exec_header_once() {
    if (header_printed_) return;
    header_printed_ = true;
    if (time_.width() > 0) append_right(buffer_, "TIME", time_.width());
    append_right(buffer_, "PID", pid_width + 1);
    if (!is_narrow_) append_right(buffer_, "PPID", pid_width + 1);
    buffer_ += ' ';
    append_left(buffer_, "RESULT", result_width);
    append_right(buffer_, "MS", duration_width);
    buffer_ += ' ';
    if (!is_narrow_) append_left(buffer_, "COMM ", comm_width + 1);
    buffer_ += "COMMAND\n";
  }

  /// A line below the command's: "cwd /work  cgroup /init.scope  container -"
  void append_place(const ExecRecord& record) {
    buffer_.append(TimeColumn::clock_width, ' ');
    const auto put = [&](const char* key, const std::optional<std::string>& value) {
      buffer_ += std::string("  ") + key + ' ';
      if (value) {
        append_argument(buffer_, *value);
      } else {
        buffer_ += '-';
      }
    };
    if (record.place_keys.cwd) put("cwd", record.place.cwd);
    if (record.place_keys.cgroup) put("cgroup", record.place.cgroup);
    if (record.place_keys.container) put("container", record.place.container);
    buffer_ += '\n';
  }

  /// What the kernel prints. An event whose print format calls a function of the kernel's is shown by its fields.
  void append_event_text(const Event& event) {
    if (const auto text = kernel_text(event)) return append_printable(buffer_, *text);
    append_printable(buffer_, event.name);
    buffer_ += ':';
    for (const auto& [name, value] : event.fields) {
      buffer_ += ' ';
      buffer_ += name;
      buffer_ += '=';
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        append_number(buffer_, *number);
      } else if (const auto* bits = std::get_if<std::uint64_t>(&value)) {
        append_number(buffer_, *bits);
      } else if (const auto* text = std::get_if<std::string_view>(&value)) {
        append_argument(buffer_, *text);
      } else if (const auto* address = std::get_if<Address>(&value)) {
        append_hex(buffer_, address->value);
      } else {
        buffer_ += '?';
      }
    }
  }

  TimeColumn time_;
  bool header_printed_ = false;
  TextLook look_;
  bool is_narrow_ = false;  ///< there is no room for PPID and COMM
  PathSearches searches_{[this](const ExecRecord& record, unsigned searched) { print(record, searched); }};
  bool totals_header_printed_ = false;
};

}  // namespace

std::unique_ptr<Sink> make_text_sink(const SinkOptions& options) {
  return std::make_unique<TextSink>(options);
}

}  // namespace ftracectl

// Elastic Common Schema: each record an object with the names that Elasticsearch, Kibana and their like know. What has
// no name there is below "ftracectl", which is ours.

#include <array>
#include <ftracectl/error.hpp>

#include "base/wall_time.hpp"
#include "output/formats.hpp"
#include "output/json_fields.hpp"
#include "output/json_line.hpp"
#include "output/json_taker.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view ecs_version = "9.4.0";

template <FieldName key>
void put_text(JsonLine& line, JsonBytes& bytes, std::string_view text) {
  if (!line.text<key>(text)) bytes.keep(key.view(), text);
}

/// "/bin/echo a b": the arguments as they are, a blank between each.
std::string command_line_of(const std::vector<std::string>& argv) {
  std::string text;
  for (const auto& argument : argv) (text += text.empty() ? "" : " ") += argument;
  return text;
}

/// Where a line's own keys begin. `line.end_object()` ends it.
template <FieldName type>
void begin_process_event(JsonLine& line) {
  line.begin_object<"event">();
  line.plain<"kind">("event");
  line.array<"category">(std::array{std::string_view("process")});
  line.array<"type">(std::array{type.view()});
}

void put_module(JsonLine& line) {
  line.plain<"module">("ftracectl");
  line.plain<"dataset">("ftracectl.records");
}

void put_thread(JsonLine& line, std::int32_t tid) {
  line.begin_object<"thread">();
  line.number<"id">(std::int64_t{tid});
  line.end_object();
}

void put_parent(JsonLine& line, std::optional<std::int32_t> ppid) {
  if (!ppid) return;
  line.begin_object<"parent">();
  line.number<"pid">(std::int64_t{*ppid});
  line.end_object();
}

void put_user(JsonLine& line, std::optional<std::uint32_t> uid) {
  if (!uid) return;
  line.begin_object<"user">();
  line.plain<"id">(std::to_string(*uid));
  line.end_object();
}

/// `ret` is what the system call returned.
void put_error(JsonLine& line, std::optional<std::int64_t> ret) {
  if (ret.value_or(0) >= 0) return;
  line.begin_object<"error">();
  line.plain<"code">(result_error_name(*ret));
  line.text<"message">(errno_text(static_cast<int>(-*ret)));
  line.end_object();
}

template <typename Status>
std::string_view outcome_of(Status status) {
  if (status == Status::ok) return "success";
  return status == Status::failed ? "failure" : "unknown";
}

void put_process(JsonLine& line, JsonBytes& bytes, const ExecRecord& record) {
  line.begin_object<"process">();
  line.number<"pid">(std::int64_t{record.pid});
  put_thread(line, record.tid);
  const auto& name = record.new_comm ? record.new_comm : record.comm;
  if (name) put_text<"name">(line, bytes, *name);
  if (record.filename) put_text<"executable">(line, bytes, *record.filename);
  if (record.argv) {
    if (!line.array<"args">(*record.argv)) bytes.keep_argv(*record.argv);
    line.number<"args_count">(std::uint64_t{record.argv->size()});
    line.text<"command_line">(command_line_of(*record.argv));
  }
  if (record.place.cwd) put_text<"working_directory">(line, bytes, *record.place.cwd);
  put_parent(line, record.ppid);
  line.end_object();
}

/// What a record of another kind is called, and when it was.
struct Headings final : FieldTaker {
  std::string word;
  Timestamp time = {0, true, false, false};

  void kind(std::string_view name) override { word = name; }
  void field(std::string_view /*name*/, const AnyValue& value) override {
    if (const auto* found = std::get_if<Timestamp>(&value); found != nullptr && !time.is_known) time = *found;
  }
};

class EcsSink : public Sink {
 public:
  void record(const Record& record) override {
    visit_record(record, [this](const auto& kind) { put(kind); });
  }

 private:
  void put(const Start& start) {
    host_ = start.host;
    boot_id_ = start.boot_id;
    wall_.start(start.wall);
    latest_.clear();
    if (start.started_ns) look_at({*start.started_ns, true});
  }

  void put(const ClockStep& step) {
    wall_.step(step);
    look_at({step.noticed_ns, true});
    put_note("event", "clock_step", step_text(step));
  }

  void put(const ExecRecord& record) {
    JsonLine line(buffer_);
    JsonBytes bytes;
    put_time(line, record.time);
    if (record.status == ExecRecord::Status::failed) {
      begin_process_event<"info">(line);
    } else {
      begin_process_event<"start">(line);
    }
    line.plain<"action">("exec");
    line.plain<"outcome">(outcome_of(record.status));
    if (record.duration_ns) line.number<"duration">(*record.duration_ns);
    put_module(line);
    line.end_object();
    put_process(line, bytes, record);
    put_user(line, record.uid);
    put_error(line, record.ret);
    if (record.place.container) {
      line.begin_object<"container">();
      put_text<"id">(line, bytes, *record.place.container);
      line.end_object();
    }
    put_host(line);
    begin_own(line, record.time);
    line.number<"cpu">(std::int64_t{record.cpu});
    if (record.comm) put_text<"caller">(line, bytes, *record.comm);
    if (record.place.cgroup) put_text<"cgroup">(line, bytes, *record.place.cgroup);
    put_stacks(line, record.kernel_stack, record.user_stack);
    if (!record.truncated.empty()) line.array<"truncated">(record.truncated);
    bytes.put(line);
    bytes.put_argv<"args_hex">(line);
    end(line);
  }

  void put(const ExitRecord& record) {
    JsonLine line(buffer_);
    JsonBytes bytes;
    put_time(line, record.time);
    begin_process_event<"end">(line);
    line.plain<"action">("exit");
    if (record.lifetime_ns) line.number<"duration">(*record.lifetime_ns);
    put_module(line);
    line.end_object();
    line.begin_object<"process">();
    line.number<"pid">(std::int64_t{record.pid});
    put_thread(line, record.tid);
    if (record.comm) put_text<"name">(line, bytes, *record.comm);
    if (record.exit_code) line.number<"exit_code">(std::int64_t{*record.exit_code});
    put_parent(line, record.ppid);
    line.end_object();
    put_host(line);
    begin_own(line, record.time);
    line.number<"cpu">(std::int64_t{record.cpu});
    if (record.signal) line.number<"signal">(std::int64_t{*record.signal});
    bytes.put(line);
    end(line);
  }

  void put(const CallRecord& call) {
    JsonLine line(buffer_);
    JsonBytes bytes;
    put_time(line, call.time);
    begin_process_event<"info">(line);
    line.text<"action">(call.syscall);
    line.plain<"outcome">(outcome_of(call.status));
    if (call.duration_ns) line.number<"duration">(*call.duration_ns);
    put_module(line);
    line.end_object();
    line.begin_object<"process">();
    line.number<"pid">(std::int64_t{call.pid});
    put_thread(line, call.tid);
    if (call.comm) put_text<"name">(line, bytes, *call.comm);
    line.end_object();
    put_user(line, call.uid);
    put_error(line, call.status == CallRecord::Status::failed ? call.ret : std::nullopt);
    put_host(line);
    begin_own(line, call.time);
    line.number<"cpu">(std::int64_t{call.cpu});
    if (call.ret) line.number<"ret">(*call.ret);
    JsonFields(line, bytes, {}, nullptr)(field<"call_args">, CallArguments{call});
    put_stacks(line, call.kernel_stack, call.user_stack);
    bytes.put(line);
    end(line);
  }

  void put(const CallTotals& totals) {
    put_note("metric", "totals",
             totals.syscall + ": " + std::to_string(totals.calls) + " calls, " +
                 std::to_string(totals.failed) + " failed, " + std::to_string(totals.durations.total()) +
                 " ns");
  }

  void put(const Event& event) {
    JsonLine line(buffer_);
    JsonBytes bytes;
    put_time(line, event.time);
    line.begin_object<"event">();
    line.plain<"kind">("event");
    if (event.schema != nullptr) {
      line.text_pair<"action">(event.schema->system, ':', event.schema->name);
    } else {
      line.text<"action">(event.name);
    }
    put_module(line);
    line.end_object();
    const auto text = kernel_text(event);
    put_text<"message">(line, bytes, text ? std::string_view(*text) : event.message);
    if (event.tid >= 0) {
      line.begin_object<"process">();
      put_thread(line, event.tid);
      if (event.has_comm()) put_text<"name">(line, bytes, event.comm);
      line.end_object();
    }
    put_host(line);
    begin_own(line, event.time);
    if (event.cpu >= 0) line.number<"cpu">(std::int64_t{event.cpu});
    put_stacks(line, event.kernel_stack, event.user_stack);
    bytes.put(line);
    end(line);
  }

  void put(const OtherRecord& record) {
    Headings headings;
    record.visit(headings);
    JsonLine line(buffer_);
    put_time(line, headings.time);
    line.begin_object<"event">();
    line.plain<"kind">("event");
    line.text<"action">(headings.word);
    put_module(line);
    line.end_object();
    put_host(line);
    line.begin_object<"ftracectl">();
    JsonTaker taker(line, nullptr);
    record.visit(taker);
    end(line);
  }

  void put(const Lost& lost) {
    look_at(lost.time);
    put_note(
        "pipeline_error", "lost",
        "the kernel lost " + (lost.count ? std::to_string(*lost.count) : "an unknown number of") + " events");
  }

  void put(const Malformed& malformed) {
    put_note("pipeline_error", "malformed", std::string(malformed.why) + ": " + std::string(malformed.line));
  }

  void put(const Disturbance& disturbance) {
    look_at({disturbance.noticed_ns, true});
    put_note("pipeline_error", "disturbed", disturbance.file + " " + disturbance.what);
  }

  void put(const Unwritten& unwritten) {
    if (unwritten.noticed_ns) look_at({*unwritten.noticed_ns, true});
    put_note("pipeline_error", "unwritten",
             std::to_string(unwritten.count) + " lines found no room on the disk");
  }

  void put(const Summary& summary) {
    put_note("metric", "summary",
             std::to_string(summary.records) + " records, " + std::to_string(summary.lost) + " lost, " +
                 std::to_string(summary.malformed) + " malformed");
  }

  void look_at(const Timestamp& time) {
    if (!time.is_known || !time.is_time || time.from_start) return;
    const auto wall = wall_.at(time.value);
    if (wall) latest_ = rfc3339_.text(*wall);
  }

  /// Elasticsearch takes nothing without it. What has no time of its own happened after the record before.
  void put_time(JsonLine& line, const Timestamp& time) {
    look_at(time);
    put_latest(line);
  }

  void put_latest(JsonLine& line) const {
    if (!latest_.empty()) line.plain<"@timestamp">(latest_);
  }

  void put_host(JsonLine& line) const {
    if (host_.empty()) return;
    line.begin_object<"host">();
    line.text<"name">(host_);
    if (!boot_id_.empty()) {
      line.begin_object<"boot">();
      line.text<"id">(boot_id_);
      line.end_object();
    }
    line.end_object();
  }

  static void begin_own(JsonLine& line, const Timestamp& time) {
    line.begin_object<"ftracectl">();
    if (time.is_known && time.is_time && !time.from_start) line.number<"ts_ns">(time.value);
  }

  template <typename Frames>
  static void put_stacks(JsonLine& line, const Frames& kernel, const Frames& user) {
    if (!kernel.empty()) line.array<"stack">(kernel);
    if (!user.empty()) line.array<"user_stack">(user);
  }

  /// Of begin_own(), and the line.
  static void end(JsonLine& line) {
    line.end_object();
    put_version(line);
  }

  static void put_version(JsonLine& line) {
    line.begin_object<"ecs">();
    line.plain<"version">(ecs_version);
    line.end_object();
  }

  /// Of what is no event of a process.
  void put_note(std::string_view kind, std::string_view action, const std::string& message) {
    JsonLine line(buffer_);
    put_latest(line);
    line.begin_object<"event">();
    line.plain<"kind">(kind);
    line.plain<"action">(action);
    put_module(line);
    line.end_object();
    line.text<"message">(message);
    put_host(line);
    put_version(line);
  }

  std::string host_;
  std::string boot_id_;
  std::string latest_;  ///< the time of the record before
  WallTimes wall_;
  Rfc3339 rfc3339_;
};

}  // namespace

std::unique_ptr<Sink> make_ecs_sink(const SinkOptions& /*options*/) { return std::make_unique<EcsSink>(); }

}  // namespace ftracectl

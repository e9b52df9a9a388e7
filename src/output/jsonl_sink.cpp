#include <array>
#include <ftracectl/error.hpp>
#include <memory>
#include <vector>

#include "output/formats.hpp"
#include "output/json_line.hpp"

namespace ftracectl {

namespace {

[[gnu::always_inline]] inline void put_time(JsonLine& line, const Timestamp& time) {
  const bool is_clocks = time.is_known && !time.from_start;
  if (is_clocks && time.is_time) return line.number<"ts_ns">(time.value);
  line.null<"ts_ns">();
  if (!time.is_known) return;
  if (is_clocks) {
    line.number<"ts">(time.value);
  } else {
    line.number(std::string_view(time.is_time ? "ts_from_start_ns" : "ts_from_start"), time.value);
  }
}

/// A number of -1 is one that the line did not say.
template <JsonKey key>
[[gnu::always_inline]] inline void put_if_told(JsonLine& line, std::int64_t number) {
  if (number < 0) {
    line.null<key>();
  } else {
    line.number<key>(number);
  }
}

/// Optional texts of a record: after the fixed keys stand the bytes of those that were not UTF-8, which
/// hardly any record has.
class Texts {
 public:
  template <JsonKey key>
  [[gnu::always_inline]] void put(JsonLine& line, const std::optional<std::string>& value) {
    if (!value) return line.null<key>();
    if (!line.text<key>(*value)) keep_bytes(key.view(), *value);
  }
  [[gnu::always_inline]] void put_argv(JsonLine& line, const std::optional<std::vector<std::string>>& argv) {
    if (!argv) return line.null<"argv">();
    if (!line.array<"argv">(*argv)) argv_bytes_ = &*argv;
  }
  [[gnu::always_inline]] void put_bytes(JsonLine& line) const {
    if (bytes_) {
      for (const auto& [key, value] : *bytes_) line.hex(std::string(key) + "_hex", value);
    }
    if (argv_bytes_ != nullptr) line.hex_array<"argv_hex">(*argv_bytes_);
  }

 private:
  /// The line must not be reached from here: its place would leave the register that it is in.
  [[gnu::noinline]] void keep_bytes(std::string_view key, std::string_view value) {
    if (!bytes_) bytes_ = std::make_unique<Bytes>();
    bytes_->emplace_back(key, value);
  }

  using Bytes = std::vector<std::pair<std::string_view, std::string_view>>;

  std::unique_ptr<Bytes> bytes_;
  const std::vector<std::string>* argv_bytes_ = nullptr;
};

class JsonlSink : public Sink {
 public:
  explicit JsonlSink(std::string_view clock) : clock_(escaped(clock)) {}

  void exec(const ExecRecord& record) override {
    JsonLine line(buffer_);
    line.fixed<"type", "\"exec\"">();
    put_time(line, record.time);
    line.word<"clock">(clock_);
    line.number<"cpu">(std::int64_t{record.cpu});
    line.number_twice<"pid", "tid">(record.pid, record.tid);
    line.number<"ppid">(record.ppid);
    line.number<"uid">(record.uid);
    Texts texts;
    texts.put<"comm">(line, record.comm);
    put_syscall(line, record.syscall);
    if (record.filename || record.argv) {
      texts.put<"filename">(line, record.filename);
      put_source<"filename_from">(line, record.filename_from);
      texts.put_argv(line, record.argv);
      put_source<"argv_from">(line, record.argv_from);
    } else {
      line.null<"filename", "filename_from", "argv", "argv_from">();
    }
    put_end(line, record);
    texts.put<"new_comm">(line, record.new_comm);
    put_optional_keys(line, record);
    if (record.place_keys.any()) put_place(line, texts, record);
    texts.put_bytes(line);
  }

  void process_end(const ExitRecord& record) override {
    JsonLine line(buffer_);
    line.plain<"type">("exit");
    put_time(line, record.time);
    line.number<"cpu">(std::int64_t{record.cpu});
    line.number<"pid">(std::int64_t{record.pid});
    line.number<"tid">(std::int64_t{record.tid});
    line.number<"ppid">(record.ppid);
    Texts texts;
    texts.put<"comm">(line, record.comm);
    line.number<"exit_code">(record.exit_code);
    line.number<"signal">(record.signal);
    line.number<"lifetime_ns">(record.lifetime_ns);
    texts.put_bytes(line);
  }

  void event(const Event& event) override {
    JsonLine line(buffer_);
    line.fixed<"type", "\"event\"">();
    put_time(line, event.time);
    put_if_told<"cpu">(line, event.cpu);
    line.null<"pid">();
    put_if_told<"tid">(line, event.tid);
    bool comm_valid = true;
    if (event.tid < 0 || !event.has_comm()) {
      line.null<"comm">();
    } else {
      comm_valid = line.text<"comm">(event.comm);
    }
    put_event_name(line, event);
    put_fields(line, event);
    if (!event.decoded && !line.text<"message">(event.message)) {
      line.hex("message_hex", event.message);
    }
    if (!event.kernel_stack.empty()) line.array<"stack">(event.kernel_stack);
    if (!event.user_stack.empty()) line.array<"user_stack">(event.user_stack);
    if (event.comm_cut) line.array<"truncated">(std::array{std::string_view("comm")});
    if (!comm_valid) line.hex("comm_hex", event.comm);
  }

  void lost(const Lost& lost) override {
    JsonLine line(buffer_);
    line.plain<"type">("lost");
    put_time(line, lost.time);
    put_if_told<"cpu">(line, lost.cpu);
    line.number<"count">(lost.count);
  }

  void malformed(const Malformed& malformed) override {
    JsonLine line(buffer_);
    line.plain<"type">("malformed");
    const bool valid = line.text<"line">(malformed.line);
    line.text<"why">(malformed.why);
    if (!valid) line.hex("line_hex", malformed.line);
  }

  void disturbed(const Disturbance& disturbance) override {
    JsonLine line(buffer_);
    line.plain<"type">("disturbed");
    line.number<"noticed_ns">(disturbance.noticed_ns);
    line.text<"file">(disturbance.file);
    line.text<"what">(disturbance.what);
  }

  void summary(const Summary& summary) override {
    JsonLine line(buffer_);
    line.plain<"type">("summary");
    line.number<"records">(summary.records);
    line.number<"lost">(summary.lost);
    line.number<"malformed">(summary.malformed);
    put_kernel_counts(line, summary.kernel);
    line.number<"entries">(summary.entries);
    line.number<"execs">(summary.execs);
    line.number<"execs_with_argv">(summary.execs_with_argv);
    line.number<"duration_ns">(static_cast<std::uint64_t>(summary.seconds * 1e9));
    if (summary.disturbed + summary.taken + summary.forgotten == 0) return;
    line.number<"disturbed">(summary.disturbed);
    line.number<"taken">(summary.taken);
    line.number<"forgotten">(summary.forgotten);
  }

 private:
  /// A saved capture may name any clock.
  static std::string escaped(std::string_view text) {
    std::string result(json_string_room(text.size()), '\0');
    result.resize(static_cast<std::size_t>(write_json_characters(result.data(), text).end - result.data()));
    return result;
  }

  [[gnu::always_inline]] static void put_syscall(JsonLine& line, ExecRecord::Syscall syscall) {
    if (syscall == ExecRecord::Syscall::execve) {
      line.fixed<"syscall", "\"execve\"">();
    } else if (syscall == ExecRecord::Syscall::execveat) {
      line.fixed<"syscall", "\"execveat\"">();
    } else {
      line.null<"syscall">();
    }
  }

  template <JsonKey key>
  [[gnu::always_inline]] static void put_source(JsonLine& line, ValueSource source) {
    line.word<key>(value_source_name(source));
  }

  /// How the attempt ended: of one that did not, next to nothing.
  [[gnu::always_inline]] static void put_end(JsonLine& line, const ExecRecord& record) {
    const bool is_open =
        record.status == ExecRecord::Status::unfinished && !record.ret && !record.duration_ns;
    if (is_open) {
      line.null<"ret", "error">();
      line.fixed<"status", "\"unfinished\"">();
      return line.null<"duration_ns">();
    }
    line.number<"ret">(record.ret);
    if (record.ret.value_or(0) < 0) {
      line.plain<"error">(result_error_name(*record.ret));
    } else {
      line.null<"error">();
    }
    put_status(line, record.status);
    line.number<"duration_ns">(record.duration_ns);
  }

  [[gnu::always_inline]] static void put_status(JsonLine& line, ExecRecord::Status status) {
    if (status == ExecRecord::Status::ok) {
      line.fixed<"status", "\"ok\"">();
    } else if (status == ExecRecord::Status::failed) {
      line.fixed<"status", "\"failed\"">();
    } else {
      line.fixed<"status", "\"unfinished\"">();
    }
  }

  [[gnu::always_inline]] static void put_optional_keys(JsonLine& line, const ExecRecord& record) {
    if (!record.kernel_stack.empty()) line.array<"stack">(record.kernel_stack);
    if (!record.user_stack.empty()) line.array<"user_stack">(record.user_stack);
    if (record.filename_addr && !record.filename) line.address<"filename_addr">(*record.filename_addr);
    if (record.argv_addr && !record.argv) line.address<"argv_addr">(*record.argv_addr);
    if (!record.truncated.empty()) line.array<"truncated">(record.truncated);
  }

  /// The working folder and the cgroup come from /proc, after the fact; the container is in the cgroup's
  /// path.
  [[gnu::always_inline]] static void put_place(JsonLine& line, Texts& texts, const ExecRecord& record) {
    const ExecRecord::Place& place = record.place;
    if (record.place_keys.cwd) {
      texts.put<"cwd">(line, place.cwd);
      line.word<"cwd_from">(place.cwd ? "proc" : "");
    }
    if (record.place_keys.cgroup) {
      texts.put<"cgroup">(line, place.cgroup);
      line.word<"cgroup_from">(place.cgroup ? "proc" : "");
    }
    if (record.place_keys.container) {
      texts.put<"container">(line, place.container);
      line.word<"container_from">(place.container ? "cgroup" : "");
    }
  }

  [[gnu::always_inline]] static void put_event_name(JsonLine& line, const Event& event) {
    if (event.schema != nullptr && !event.schema->system.empty()) {
      line.text_pair<"event">(event.schema->system, ':', event.schema->name);
    } else if (!event.name.empty() && event.schema == nullptr && event.decoded) {
      line.text<"event">("ftrace:" + std::string(event.name));  // a stack without its event
    } else if (event.name.empty()) {
      line.null<"event">();
    } else {
      line.text<"event">(event.name);
    }
  }

  [[gnu::always_inline]] static void put_fields(JsonLine& line, const Event& event) {
    line.begin_object<"fields">();
    for (const auto& [name, value] : event.fields) put_field(line, name, value);
    line.end_object();
  }

  /// Other programs' JSON numbers have 53 bits: what has more goes as a text, and a pointer always.
  [[gnu::always_inline]] static void put_field(JsonLine& line, std::string_view name, const Value& value) {
    constexpr std::int64_t largest = (std::int64_t{1} << 53U) - 1;
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      if (*number > largest || *number < -largest) return line.number_as_text(name, *number);
      line.number(name, *number);
    } else if (const auto* bits = std::get_if<std::uint64_t>(&value)) {
      if (*bits > static_cast<std::uint64_t>(largest)) return line.number_as_text(name, *bits);
      line.number(name, *bits);
    } else if (const auto* address = std::get_if<Address>(&value)) {
      line.address(name, address->value);
    } else if (const auto* text = std::get_if<std::string_view>(&value)) {
      if (!line.text(name, *text)) line.hex(std::string(name) + "_hex", *text);
    } else {
      line.null(name);
    }
  }

  [[gnu::always_inline]] static void put_kernel_counts(JsonLine& line,
                                                       const std::optional<KernelCounts>& counts) {
    if (!counts) return line.null<"kernel">();
    line.begin_object<"kernel">();
    line.number<"read">(counts->read);
    line.number<"left">(counts->left);
    line.number<"overrun">(counts->overrun);
    line.number<"commit_overrun">(counts->commit_overrun);
    line.number<"dropped">(counts->dropped);
    line.end_object();
  }

  std::string clock_;
};

}  // namespace

std::unique_ptr<Sink> make_jsonl_sink(const std::string& clock) { return std::make_unique<JsonlSink>(clock); }

}  // namespace ftracectl

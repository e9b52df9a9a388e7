#include <ftracectl/error.hpp>

#include "output/formats.hpp"
#include "output/json_text.hpp"

namespace ftracectl {

namespace {

/// One JSON object, key by key. Closes it when it goes.
class Object {
 public:
  explicit Object(std::string& to) : to_(to) { to_ += '{'; }
  ~Object() { to_ += '}'; }
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;

  std::string& key(std::string_view name) {
    to_ += first_ ? "\"" : ",\"";
    first_ = false;
    to_ += name;
    to_ += "\":";
    return to_;
  }

  void null(std::string_view name) { key(name) += "null"; }
  void number(std::string_view name, std::int64_t value) { append_number(key(name), value); }
  void number(std::string_view name, std::uint64_t value) { append_number(key(name), value); }
  template <typename Number>
  void number(std::string_view name, const std::optional<Number>& value) {
    if (!value) return null(name);
    if constexpr (std::is_signed_v<Number>) {
      number(name, static_cast<std::int64_t>(*value));
    } else {
      number(name, static_cast<std::uint64_t>(*value));
    }
  }
  /// False where the text was not UTF-8: the caller keeps the bytes beside it.
  bool text(std::string_view name, std::string_view value) { return append_json_string(key(name), value); }
  /// Text that is empty where it is not known.
  void word(std::string_view name, std::string_view value) {
    if (value.empty()) {
      null(name);
    } else {
      text(name, value);
    }
  }

 private:
  std::string& to_;
  bool first_ = true;
};

template <typename Strings>
void append_array(std::string& to, const Strings& strings, bool* valid = nullptr) {
  to += '[';
  bool first = true;
  for (const auto& text : strings) {
    if (!first) to += ',';
    first = false;
    const bool text_valid = append_json_string(to, text);
    if (valid != nullptr) *valid = *valid && text_valid;
  }
  to += ']';
}

void put_time(Object& object, const Timestamp& time) {
  const bool is_clocks = time.is_known && !time.from_start;
  if (is_clocks && time.is_time) return object.number("ts_ns", time.value);
  object.null("ts_ns");
  if (!time.is_known) return;
  if (is_clocks) {
    object.number("ts", time.value);
  } else {
    object.number(time.is_time ? "ts_from_start_ns" : "ts_from_start", time.value);
  }
}

/// A number of -1 is one that the line did not say.
void put_if_told(Object& object, std::string_view name, std::int64_t number) {
  if (number < 0) {
    object.null(name);
  } else {
    object.number(name, number);
  }
}

/// Optional texts of an exec record: their keys, and after the fixed keys the bytes of those not UTF-8.
class ExecTexts {
 public:
  explicit ExecTexts(Object& object) : object_(object) {}

  void put(std::string_view name, const std::optional<std::string>& value) {
    if (!value) return object_.null(name);
    if (!object_.text(name, *value)) raw_.emplace_back(name, *value);
  }
  void put_argv(const std::optional<std::vector<std::string>>& argv) {
    if (!argv) return object_.null("argv");
    bool valid = true;
    append_array(object_.key("argv"), *argv, &valid);
    if (!valid) raw_argv_ = &*argv;
  }
  void put_raw_bytes() {
    for (const auto& [name, value] : raw_) append_json_hex(object_.key(std::string(name) + "_hex"), value);
    if (raw_argv_ == nullptr) return;
    std::string& to = object_.key("argv_hex");
    to += '[';
    for (const auto& argument : *raw_argv_) {
      if (&argument != &raw_argv_->front()) to += ',';
      append_json_hex(to, argument);
    }
    to += ']';
  }

 private:
  Object& object_;
  std::vector<std::pair<std::string_view, std::string_view>> raw_;
  const std::vector<std::string>* raw_argv_ = nullptr;
};

class JsonlSink : public Sink {
 public:
  explicit JsonlSink(std::string clock) : clock_(std::move(clock)) {}

  void exec(const ExecRecord& record) override {
    {
      Object object(buffer_);
      object.text("type", "exec");
      put_time(object, record.time);
      object.word("clock", clock_);
      object.number("cpu", std::int64_t{record.cpu});
      object.number("pid", std::int64_t{record.pid});
      object.number("tid", std::int64_t{record.tid});
      object.number("ppid", record.ppid);
      object.number("uid", record.uid);
      ExecTexts texts(object);
      texts.put("comm", record.comm);
      object.word("syscall", record.syscall);
      texts.put("filename", record.filename);
      object.word("filename_from", record.filename_from);
      texts.put_argv(record.argv);
      object.word("argv_from", record.argv_from);
      object.number("ret", record.ret);
      const bool failed = record.ret.value_or(0) < 0;
      object.word("error", failed ? errno_name(static_cast<int>(-*record.ret)) : std::string());
      object.text("status", status_name(record.status));
      object.number("duration_ns", record.duration_ns);
      texts.put("new_comm", record.new_comm);
      put_optional_keys(object, record);
      texts.put_raw_bytes();
    }
    buffer_ += '\n';
  }

  void process_end(const ExitRecord& record) override {
    {
      Object object(buffer_);
      object.text("type", "exit");
      put_time(object, record.time);
      object.number("cpu", std::int64_t{record.cpu});
      object.number("pid", std::int64_t{record.pid});
      object.number("tid", std::int64_t{record.tid});
      object.number("ppid", record.ppid);
      ExecTexts texts(object);
      texts.put("comm", record.comm);
      object.number("exit_code", record.exit_code);
      object.number("signal", record.signal);
      object.number("lifetime_ns", record.lifetime_ns);
      texts.put_raw_bytes();
    }
    buffer_ += '\n';
  }

  void event(const Event& event) override {
    {
      Object object(buffer_);
      object.text("type", "event");
      put_time(object, event.time);
      put_if_told(object, "cpu", event.cpu);
      object.null("pid");
      put_if_told(object, "tid", event.tid);
      bool comm_valid = true;
      if (event.tid < 0) {
        object.null("comm");
      } else {
        comm_valid = object.text("comm", event.comm);
      }
      put_event_name(object, event);
      put_fields(object.key("fields"), event);
      if (!event.decoded && !object.text("message", event.message)) {
        append_json_hex(object.key("message_hex"), event.message);
      }
      if (!event.kernel_stack.empty()) append_array(object.key("stack"), event.kernel_stack);
      if (!event.user_stack.empty()) append_array(object.key("user_stack"), event.user_stack);
      if (event.comm_cut) object.key("truncated") += "[\"comm\"]";
      if (!comm_valid) append_json_hex(object.key("comm_hex"), event.comm);
    }
    buffer_ += '\n';
  }

  void lost(const Lost& lost) override {
    {
      Object object(buffer_);
      object.text("type", "lost");
      put_if_told(object, "cpu", lost.cpu);
      object.number("count", lost.count);
    }
    buffer_ += '\n';
  }

  void malformed(const Malformed& malformed) override {
    {
      Object object(buffer_);
      object.text("type", "malformed");
      const bool valid = object.text("line", malformed.line);
      object.text("why", malformed.why);
      if (!valid) append_json_hex(object.key("line_hex"), malformed.line);
    }
    buffer_ += '\n';
  }

  void summary(const Summary& summary) override {
    {
      Object object(buffer_);
      object.text("type", "summary");
      object.number("records", summary.records);
      object.number("lost", summary.lost);
      object.number("malformed", summary.malformed);
      put_kernel_counts(object, summary.kernel);
      object.number("entries", summary.entries);
      object.number("execs", summary.execs);
      object.number("execs_with_argv", summary.execs_with_argv);
      object.number("duration_ns", static_cast<std::uint64_t>(summary.seconds * 1e9));
    }
    buffer_ += '\n';
  }

 private:
  static void put_optional_keys(Object& object, const ExecRecord& record) {
    if (!record.kernel_stack.empty()) append_array(object.key("stack"), record.kernel_stack);
    if (!record.user_stack.empty()) append_array(object.key("user_stack"), record.user_stack);
    if (record.filename_addr && !record.filename) {
      append_json_address(object.key("filename_addr"), *record.filename_addr);
    }
    if (record.argv_addr && !record.argv) append_json_address(object.key("argv_addr"), *record.argv_addr);
    if (!record.truncated.empty()) append_array(object.key("truncated"), record.truncated);
  }

  static void put_event_name(Object& object, const Event& event) {
    if (event.schema != nullptr && !event.schema->system.empty()) {
      object.text("event", event.schema->full_name());
    } else if (!event.name.empty() && event.schema == nullptr && event.decoded) {
      object.text("event", "ftrace:" + std::string(event.name));  // a stack without its event
    } else {
      object.word("event", event.name);
    }
  }

  static void put_fields(std::string& to, const Event& event) {
    Object fields(to);
    for (const auto& [name, value] : event.fields) {
      if (const auto* number = std::get_if<std::int64_t>(&value)) {
        fields.number(name, *number);
      } else if (const auto* bits = std::get_if<std::uint64_t>(&value)) {
        fields.number(name, *bits);
      } else if (const auto& text = std::get<std::string_view>(value); !fields.text(name, text)) {
        append_json_hex(fields.key(std::string(name) + "_hex"), text);
      }
    }
  }

  static void put_kernel_counts(Object& object, const std::optional<KernelCounts>& counts) {
    if (!counts) return object.null("kernel");
    Object kernel(object.key("kernel"));
    kernel.number("read", counts->read);
    kernel.number("left", counts->left);
    kernel.number("overrun", counts->overrun);
    kernel.number("commit_overrun", counts->commit_overrun);
    kernel.number("dropped", counts->dropped);
  }

  std::string clock_;
};

}  // namespace

std::unique_ptr<Sink> make_jsonl_sink(const std::string& clock) { return std::make_unique<JsonlSink>(clock); }

}  // namespace ftracectl

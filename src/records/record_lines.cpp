#include "records/record_lines.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <limits>
#include <vector>

#include "base/text.hpp"

namespace ftracectl {

namespace {

using Kind = JsonValue::Kind;

/// A key's value could not be of that key.
struct BadKey {
  std::string key;
};

template <typename Number>
std::optional<Number> number_in_range(std::string_view key, const JsonValue& value) {
  if (value.kind == Kind::null) return std::nullopt;
  const auto number = value.kind == Kind::number ? parse_number<Number>(value.text) : std::nullopt;
  if (!number) throw BadKey{std::string(key)};
  return number;
}

std::optional<std::string> text_of(std::string_view key, const JsonValue& value) {
  if (value.kind == Kind::null) return std::nullopt;
  if (value.kind != Kind::string) throw BadKey{std::string(key)};
  return std::string(value.text);
}

std::string bytes_of_hex(std::string_view key, std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2) {
    const auto byte = parse_number<std::uint8_t>(hex.substr(i, 2), 16);
    if (!byte) throw BadKey{std::string(key)};
    bytes += static_cast<char>(*byte);
  }
  if (hex.size() % 2 != 0) throw BadKey{std::string(key)};
  return bytes;
}

std::optional<std::uint64_t> address_of(const JsonValue& value) {
  if (value.kind != Kind::string || !value.text.starts_with("0x")) return std::nullopt;
  return parse_number<std::uint64_t>(value.text.substr(2), 16);
}

ExecRecord::Status status_named(std::string_view name) {
  if (name == "ok") return ExecRecord::Status::ok;
  if (name == "failed") return ExecRecord::Status::failed;
  if (name == "unfinished") return ExecRecord::Status::unfinished;
  throw BadKey{"status"};
}

}  // namespace

struct RecordLines::Keys {
  std::string type;
  ExecRecord exec;
  ExitRecord exit;
  Timestamp time = {0, true, false, false};
  std::optional<std::int32_t> cpu;
  std::optional<std::int32_t> pid;
  std::optional<std::int32_t> tid;
  std::optional<std::int32_t> ppid;
  std::optional<std::string> comm;
  std::vector<std::string> stack;
  std::vector<std::string> user_stack;
  std::optional<std::string> event;
  std::string fields;
  std::optional<std::string> message;
  std::string line;
  std::string why;
  Disturbance disturbance;
  std::optional<std::uint64_t> noticed_ns;
  std::optional<std::uint64_t> count;
  Summary summary;
  Start start;
  WallOffset wall;
  bool has_wall = false;
  std::int64_t step_ns = 0;

  void take(std::string_view key, const JsonValue& value, JsonScanner& inner);
  bool take_common(std::string_view key, const JsonValue& value, JsonScanner& inner);
  bool take_exec(std::string_view key, const JsonValue& value, JsonScanner& inner);
  bool take_exit(std::string_view key, const JsonValue& value);
  bool take_summary(std::string_view key, const JsonValue& value);
  bool take_start(std::string_view key, const JsonValue& value, JsonScanner& inner);
  void take_rest(std::string_view key, const JsonValue& value);
};

namespace {

std::vector<std::string> texts_of(std::string_view key, const JsonValue& value, JsonScanner& inner) {
  if (value.kind != Kind::array) throw BadKey{std::string(key)};
  const bool is_hex = key.ends_with("_hex");
  std::vector<std::string> texts;
  inner.elements(value.text, [&](const JsonValue& element) {
    if (element.kind != Kind::string) throw BadKey{std::string(key)};
    texts.push_back(is_hex ? bytes_of_hex(key, element.text) : std::string(element.text));
  });
  return texts;
}

/// "ts_ns", or what stands beside it where the clock counts no time.
bool take_time(Timestamp& time, std::string_view key, const JsonValue& value) {
  if (!key.starts_with("ts")) return false;
  const bool is_ns = key == "ts_ns" || key == "ts_from_start_ns";
  if (!is_ns && key != "ts" && key != "ts_from_start") return false;
  if (const auto number = number_in_range<std::uint64_t>(key, value))
    time = {*number, is_ns, true, key.starts_with("ts_from")};
  return true;
}

}  // namespace

bool RecordLines::Keys::take_common(std::string_view key, const JsonValue& value, JsonScanner& inner) {
  if (take_time(time, key, value)) return true;
  if (key == "cpu") {
    cpu = number_in_range<std::int32_t>(key, value);
  } else if (key == "pid") {
    pid = number_in_range<std::int32_t>(key, value);
  } else if (key == "tid") {
    tid = number_in_range<std::int32_t>(key, value);
  } else if (key == "ppid") {
    ppid = number_in_range<std::int32_t>(key, value);
  } else if (key == "comm") {
    comm = text_of(key, value);
  } else if (key == "comm_hex") {
    comm = bytes_of_hex(key, value.text);
  } else if (key == "stack") {
    stack = texts_of(key, value, inner);
  } else if (key == "user_stack") {
    user_stack = texts_of(key, value, inner);
  } else {
    return false;
  }
  return true;
}

bool RecordLines::Keys::take_exec(std::string_view key, const JsonValue& value, JsonScanner& inner) {
  if (key == "uid") {
    exec.uid = number_in_range<std::uint32_t>(key, value);
  } else if (key == "syscall") {
    if (value.text == "execve") exec.syscall = ExecRecord::Syscall::execve;
    if (value.text == "execveat") exec.syscall = ExecRecord::Syscall::execveat;
  } else if (key == "filename") {
    exec.filename = text_of(key, value);
  } else if (key == "filename_hex") {
    exec.filename = bytes_of_hex(key, value.text);
  } else if (key == "filename_from") {
    exec.filename_from = value_source_named(value.text);
  } else if (key == "argv") {
    if (value.kind != Kind::null) exec.argv = texts_of(key, value, inner);
  } else if (key == "argv_hex") {
    exec.argv = texts_of(key, value, inner);
  } else if (key == "argv_from") {
    exec.argv_from = value_source_named(value.text);
  } else if (key == "ret") {
    exec.ret = number_in_range<std::int64_t>(key, value);
  } else if (key == "status") {
    exec.status = status_named(value.text);
  } else if (key == "new_comm") {
    exec.new_comm = text_of(key, value);
  } else if (key == "new_comm_hex") {
    exec.new_comm = bytes_of_hex(key, value.text);
  } else if (key == "truncated") {
    exec.truncated = texts_of(key, value, inner);
  } else if (key == "filename_addr") {
    exec.filename_addr = address_of(value);
  } else if (key == "argv_addr") {
    exec.argv_addr = address_of(value);
  } else if (key == "cwd" || key == "cwd_hex") {
    exec.place_keys.cwd = true;
    exec.place.cwd = key == "cwd" ? text_of(key, value) : bytes_of_hex(key, value.text);
  } else if (key == "cgroup" || key == "cgroup_hex") {
    exec.place_keys.cgroup = true;
    exec.place.cgroup = key == "cgroup" ? text_of(key, value) : bytes_of_hex(key, value.text);
  } else if (key == "container" || key == "container_hex") {
    exec.place_keys.container = true;
    exec.place.container = key == "container" ? text_of(key, value) : bytes_of_hex(key, value.text);
  } else {
    return false;
  }
  return true;
}

bool RecordLines::Keys::take_exit(std::string_view key, const JsonValue& value) {
  if (key == "exit_code") {
    exit.exit_code = number_in_range<std::uint8_t>(key, value);
  } else if (key == "signal") {
    exit.signal = number_in_range<std::uint8_t>(key, value);
  } else if (key == "lifetime_ns") {
    exit.lifetime_ns = number_in_range<std::uint64_t>(key, value);
  } else {
    return false;
  }
  return true;
}

bool RecordLines::Keys::take_summary(std::string_view key, const JsonValue& value) {
  const auto number = [&] { return number_in_range<std::uint64_t>(key, value).value_or(0); };
  if (key == "records") {
    summary.records = number();
  } else if (key == "lost") {
    summary.lost = number();
  } else if (key == "malformed") {
    summary.malformed = number();
  } else if (key == "entries") {
    summary.entries = number();
  } else if (key == "execs") {
    summary.execs = number();
  } else if (key == "execs_with_argv") {
    summary.execs_with_argv = number();
  } else if (key == "disturbed") {
    summary.disturbed = number();
  } else {
    return false;
  }
  return true;
}

void RecordLines::Keys::take_rest(std::string_view key, const JsonValue& value) {
  if (key == "duration_ns") {
    exec.duration_ns = number_in_range<std::uint64_t>(key, value);
    summary.seconds = static_cast<double>(exec.duration_ns.value_or(0)) * 1e-9;
  } else if (key == "event") {
    event = text_of(key, value);
  } else if (key == "fields") {
    if (value.kind == Kind::object) fields = value.text;
  } else if (key == "message") {
    message = text_of(key, value);
  } else if (key == "count") {
    count = number_in_range<std::uint64_t>(key, value);
  } else if (key == "line") {
    line = text_of(key, value).value_or("");
  } else if (key == "why") {
    why = text_of(key, value).value_or("");
  } else if (key == "noticed_ns") {
    noticed_ns = number_in_range<std::uint64_t>(key, value);
  } else if (key == "file") {
    disturbance.file = text_of(key, value).value_or("");
  } else if (key == "what") {
    disturbance.what = text_of(key, value).value_or("");
  }
}

bool RecordLines::Keys::take_start(std::string_view key, const JsonValue& value, JsonScanner& inner) {
  const auto digits = [&]() -> std::int64_t {
    const auto text = text_of(key, value);
    const auto number = text ? parse_number<std::int64_t>(*text) : std::nullopt;
    if (text && !number) throw BadKey{std::string(key)};
    return number.value_or(0);
  };
  if (key == "host") {
    start.host = text_of(key, value).value_or("");
  } else if (key == "host_hex") {
    start.host = bytes_of_hex(key, value.text);
  } else if (key == "command_line_hex") {
    start.command_line = bytes_of_hex(key, value.text);
  } else if (key == "boot_id") {
    start.boot_id = text_of(key, value).value_or("");
  } else if (key == "kernel") {
    start.kernel = text_of(key, value).value_or("");
  } else if (key == "version") {
    start.version = text_of(key, value).value_or("");
  } else if (key == "clock") {
    start.clock = text_of(key, value).value_or("");
  } else if (key == "command_line") {
    start.command_line = text_of(key, value).value_or("");
  } else if (key == "started_ns") {
    start.started_ns = number_in_range<std::uint64_t>(key, value);
  } else if (key == "wall_offset_ns") {
    wall.offset_ns = digits();
  } else if (key == "wall_offset_bound_ns") {
    if (const auto bound = number_in_range<std::uint64_t>(key, value)) {
      wall.bound_ns = *bound;
      has_wall = true;
    }
  } else if (key == "step_ns") {
    step_ns = digits();
  } else if (key == "events") {
    start.events = texts_of(key, value, inner);
  } else if (key == "selects") {
    start.selects = texts_of(key, value, inner);
  } else {
    return false;
  }
  return true;
}

void RecordLines::Keys::take(std::string_view key, const JsonValue& value, JsonScanner& inner) {
  if (key == "type") {
    type = text_of(key, value).value_or("");
    return;
  }
  // "type" comes first in all that we print; keys of a line where it does not are looked for in every kind.
  const bool any = type.empty();
  if ((type == "start" || type == "clock_step") && take_start(key, value, inner)) return;
  if (take_common(key, value, inner)) return;
  if ((any || type == "exec") && take_exec(key, value, inner)) return;
  if ((any || type == "exit") && take_exit(key, value)) return;
  if ((any || type == "summary") && take_summary(key, value)) return;
  take_rest(key, value);
}

void RecordLines::feed(std::string_view bytes) {
  while (true) {
    const auto newline = bytes.find('\n');
    if (newline == std::string_view::npos) break;
    if (rest_.empty()) {
      line(bytes.substr(0, newline));
    } else {
      rest_ += bytes.substr(0, newline);
      line(rest_);
      rest_.clear();
    }
    bytes.remove_prefix(newline + 1);
  }
  rest_ += bytes;
  if (rest_.size() > longest_line)
    throw Error(ErrorCode::failed, "line " + std::to_string(counts_.lines + 1) + " is longer than 64 MiB");
}

void RecordLines::finish() {
  if (!rest_.empty()) line(rest_);
  rest_.clear();
  if (!has_summary_) summary_.malformed += counts_.bad;
  sink_.record(summary_);
}

void RecordLines::line(std::string_view line) {
  ++counts_.lines;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  const std::string fault = read(line);
  if (fault.empty()) return;
  ++counts_.bad;
  const Malformed malformed{line, fault};
  sink_.record(malformed);
}

std::string RecordLines::read(std::string_view line) {
  try {
    Keys keys;
    const bool good = scanner_.read(
        line, [&](std::string_view key, const JsonValue& value) { keys.take(key, value, inner_); });
    if (!good) return "no JSON: " + scanner_.fault();
    if (keys.type.empty()) return "a record without \"type\"";
    return put(keys, line);
  } catch (const BadKey& bad) {
    return "the value of \"" + bad.key + "\" is none that it can have";
  }
}

void RecordLines::count_lost(const Lost& lost) {
  if (!has_summary_) summary_.lost += lost.count.value_or(1);
}

std::string RecordLines::put(Keys& keys, std::string_view /*line*/) {
  const bool is_task = keys.type == "exec" || keys.type == "exit";
  if (is_task && (!keys.pid || !keys.tid || *keys.pid < 0 || *keys.tid < 0))
    return "a record of type " + keys.type + " without \"pid\" and \"tid\"";
  if (keys.type == "exec") {
    ExecRecord& exec = keys.exec;
    exec.time = keys.time;
    exec.cpu = keys.cpu.value_or(-1);
    exec.pid = *keys.pid;
    exec.tid = *keys.tid;
    exec.pid_known = true;
    exec.ppid = keys.ppid;
    exec.comm = std::move(keys.comm);
    exec.kernel_stack = std::move(keys.stack);
    exec.user_stack = std::move(keys.user_stack);
    ++counts_.records;
    if (!has_summary_) {
      ++summary_.records;
      ++summary_.execs;
      summary_.execs_with_argv += exec.argv ? 1U : 0U;
    }
    sink_.record(exec);
  } else if (keys.type == "exit") {
    ExitRecord& exit = keys.exit;
    exit.time = keys.time;
    exit.cpu = keys.cpu.value_or(-1);
    exit.pid = *keys.pid;
    exit.tid = *keys.tid;
    exit.ppid = keys.ppid;
    exit.comm = std::move(keys.comm);
    ++counts_.records;
    sink_.record(exit);
  } else if (keys.type == "event") {
    put_event(keys);
  } else if (keys.type == "lost") {
    const Lost lost{keys.cpu.value_or(-1), keys.count, keys.time};
    count_lost(lost);
    sink_.record(lost);
  } else if (keys.type == "malformed") {
    if (!has_summary_) ++summary_.malformed;
    const Malformed malformed{keys.line, keys.why};
    sink_.record(malformed);
  } else if (keys.type == "disturbed") {
    if (!has_summary_) ++summary_.disturbed;
    keys.disturbance.noticed_ns = keys.noticed_ns.value_or(0);
    sink_.record(keys.disturbance);
  } else if (keys.type == "summary") {
    put_summary(keys);
  } else if (keys.type == "start") {
    if (keys.has_wall) {
      keys.start.wall = keys.wall;
      ++counts_.wall_offsets;
    }
    sink_.record(keys.start);
  } else if (keys.type == "clock_step") {
    const ClockStep step{keys.noticed_ns.value_or(0), keys.step_ns, keys.wall};
    sink_.record(step);
  } else if (keys.type == "unwritten") {
    if (!has_summary_) summary_.lost += keys.count.value_or(0);
    const Unwritten unwritten{keys.noticed_ns, keys.count.value_or(0)};
    sink_.record(unwritten);
  } else {
    ++counts_.skipped[keys.type.substr(0, 64)];
  }
  return {};
}

/// Of several files in one, the summaries add up.
void RecordLines::put_summary(const Keys& keys) {
  Summary& sum = summary_;
  if (!has_summary_) sum = Summary{};
  has_summary_ = true;
  sum.records += keys.summary.records;
  sum.lost += keys.summary.lost;
  sum.malformed += keys.summary.malformed;
  sum.entries += keys.summary.entries;
  sum.execs += keys.summary.execs;
  sum.execs_with_argv += keys.summary.execs_with_argv;
  sum.disturbed += keys.summary.disturbed;
  sum.seconds += keys.summary.seconds;
}

void RecordLines::put_event(Keys& keys) {
  Event event;
  std::forward_list<std::string> kept;
  std::string words;
  const auto keep = [&](std::string_view text) -> std::string_view { return kept.emplace_front(text); };
  inner_.read(keys.fields, [&](std::string_view key, const JsonValue& value) {
    FieldValue field{keep(key), Unknown{}};
    if (value.kind == Kind::number) {
      if (const auto number = value.integer()) field.value = *number;
    } else if (const auto address = address_of(value)) {
      field.value = Address{*address};
    } else if (value.kind == Kind::string) {
      field.value = keep(value.text);
    }
    words.append(words.empty() ? "" : " ").append(key).append("=").append(value.text);
    event.fields.push_back(field);
  });
  event.time = keys.time;
  event.cpu = keys.cpu.value_or(-1);
  event.tid = keys.tid.value_or(-1);
  if (keys.comm) event.comm = keep(*keys.comm);
  const std::string name = keys.event.value_or("");
  const auto [found, is_new] = schemas_.try_emplace(name);
  if (is_new) {
    const auto colon = name.find(':');
    found->second.system = colon == std::string::npos ? "" : name.substr(0, colon);
    found->second.name = colon == std::string::npos ? name : name.substr(colon + 1);
  }
  event.schema = &found->second;
  event.name = found->second.name;
  event.message = keys.message ? std::string_view(*keys.message) : std::string_view(words);
  event.decoded = !keys.message;
  for (const auto& frame : keys.stack) event.kernel_stack.emplace_back(frame);
  for (const auto& frame : keys.user_stack) event.user_stack.emplace_back(frame);
  ++counts_.records;
  if (!has_summary_) ++summary_.records;
  sink_.record(event);
}

bool are_record_lines(std::string_view beginning) {
  const auto brace = beginning.find_first_not_of(" \t\r\n");
  if (brace == std::string_view::npos || beginning[brace] != '{') return false;
  const auto line = beginning.substr(brace, beginning.find('\n', brace) - brace);
  return line.find("\"type\"") != std::string_view::npos;
}

}  // namespace ftracectl

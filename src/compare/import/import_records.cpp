// Our own JSON Lines, as `ftracectl capture --format jsonl` prints them: exec, exit, lost and summary
// records.
#include <algorithm>

#include "base/json_scanner.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/ours.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

namespace {

/// The keys of one record that matter here.
struct Keys {
  std::string type;
  Attempt attempt;
  std::optional<std::int64_t> exit_code;
  std::optional<std::int64_t> signal;
  std::optional<std::int64_t> count;
  std::optional<std::int64_t> lost;
  std::optional<std::int64_t> malformed;
  std::optional<std::int64_t> duration;
};

class RecordReader : public Reader {
 public:
  RecordReader(Side& side, const ImportOptions& options) : side_(side), losses_(side), options_(options) {
    side_.tool = "ftrace";
  }

  void line(std::string_view line, std::uint64_t number) override {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    Keys keys;
    keys.attempt.line = number;
    const bool good =
        json_.read(line, [&](std::string_view key, const JsonValue& value) { take(keys, key, value); });
    if (!good) bad_line(number, "no JSON: " + json_.fault(), line);
    if (keys.type.empty()) bad_line(number, "a record without \"type\"", line);
    put(keys, line, number);
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    // The summary has what the kernel lost.
    if (lost_in_summary_) *lost_in_summary_ += unwritten_;
    losses_.finish(lost_in_summary_);
    apply_capture_options(side_, options_.tool_arguments);
  }

 private:
  std::optional<std::string_view> keep(const JsonValue& value) {
    const auto text = value.string();
    if (!text) return std::nullopt;
    return side_.texts.keep(*text);
  }

  std::optional<std::string_view> keep_bytes(const JsonValue& value) {
    std::string bytes;
    if (value.kind != JsonValue::Kind::string || !append_hex_bytes(bytes, value.text)) return std::nullopt;
    return side_.texts.keep(bytes);
  }

  std::optional<std::string_view> keep_array(const JsonValue& value, bool is_hex) {
    if (value.kind != JsonValue::Kind::array) return std::nullopt;
    std::string argv;
    inner_.elements(value.text, [&](const JsonValue& element) {
      if (is_hex) {
        append_hex_bytes(argv, element.text);
      } else {
        argv += element.text;
      }
      argv += '\0';
    });
    return side_.texts.keep(argv);
  }

  void take_cut_keys(Attempt& attempt, const JsonValue& value) {
    inner_.elements(value.text, [&](const JsonValue& element) {
      if (element.text == "filename") attempt.filename_is_cut = true;
      if (element.text == "argv") attempt.argv_is_cut = true;
    });
  }

  void take(Keys& keys, std::string_view key, const JsonValue& value) {
    Attempt& attempt = keys.attempt;
    const auto task = [&] { return static_cast<std::int32_t>(value.integer().value_or(-1)); };
    switch (key.size()) {  // most keys are told apart by their length: there are very many
      case 3:
        if (key == "cpu") attempt.cpu = task();
        if (key == "pid") attempt.pid = task();
        if (key == "tid") attempt.tid = task();
        if (key == "ret") attempt.ret = value.integer();
        break;
      case 4:
        if (key == "type") keys.type = value.text;
        if (key == "ppid") attempt.ppid = task();
        if (key == "comm") attempt.comm = keep(value);
        if (key == "argv") attempt.argv = keep_array(value, false);
        if (key == "lost") keys.lost = value.integer();
        break;
      case 5:
        if (key == "ts_ns") attempt.ts_ns = believed_ns(value.integer());
        if (key == "count") keys.count = value.integer();
        break;
      case 6:
        if (key == "status") take_status(attempt, value);
        if (key == "signal") keys.signal = value.integer();
        break;
      case 7:
        if (key == "syscall") take_syscall(attempt, value);
        break;
      case 8:
        if (key == "filename") attempt.filename = keep(value);
        if (key == "new_comm") attempt.new_comm = keep(value);
        if (key == "comm_hex") attempt.comm = keep_bytes(value);
        if (key == "argv_hex") attempt.argv = keep_array(value, true);
        break;
      case 9:
        if (key == "argv_from") attempt.argv_is_programs = value.string() == "proc";
        if (key == "truncated") take_cut_keys(attempt, value);
        if (key == "exit_code") keys.exit_code = value.integer();
        if (key == "malformed") keys.malformed = value.integer();
        break;
      default:
        if (key == "duration_ns") keys.duration = believed_ns(value.integer());
        if (key == "filename_from") attempt.filename_is_exec = value.string() == "sched_process_exec";
        if (key == "filename_hex") attempt.filename = keep_bytes(value);
        if (key == "new_comm_hex") attempt.new_comm = keep_bytes(value);
    }
  }

  /// Nothing where its end was not seen.
  static std::optional<std::int64_t> duration_of(const Keys& keys) {
    if (keys.duration || keys.type == "exec") return keys.duration;
    return 0;
  }

  static void take_status(Attempt& attempt, const JsonValue& value) {
    if (value.string() == "ok") attempt.stages |= Attempt::exec;
    if (value.string() != "unfinished") attempt.stages |= Attempt::exit;
  }

  static void take_syscall(Attempt& attempt, const JsonValue& value) {
    if (value.kind == JsonValue::Kind::string) attempt.stages |= Attempt::enter;
    attempt.is_execveat = value.string() == "execveat";
  }

  void put(Keys& keys, std::string_view line, std::uint64_t number) {
    Attempt& attempt = keys.attempt;
    if (keys.type == "exec" || keys.type == "exit") {
      if (attempt.tid < 0) bad_line(number, "a record without \"tid\"", line);
      if (attempt.ts_ns) losses_.saw(attempt.cpu, *attempt.ts_ns, duration_of(keys));
      if (attempt.ts_ns) side_.saw(*attempt.ts_ns);
      attempt.by_thread = attempt.tid != attempt.pid && attempt.is_success();
      if (keys.type == "exit") {
        attempt.kind = Attempt::Kind::end;
        constexpr std::int64_t last_signal = 64;
        if (keys.signal && (*keys.signal < 1 || *keys.signal > last_signal))
          bad_line(number, "no such signal", line);
        attempt.ret = keys.signal ? -*keys.signal : keys.exit_code;
        attempt.stages = 0;
        side_.has_ends = true;
      }
      side_.attempts.push_back(attempt);
    } else if (keys.type == "unwritten") {
      // Each line was a record, whose events are missing in the same way as lost ones.
      const auto events = static_cast<std::uint64_t>(std::max<std::int64_t>(keys.count.value_or(1), 0)) *
                          side_.events_of_success;
      losses_.lost(attempt.cpu, events);
      unwritten_ += events;
    } else if (keys.type == "lost") {
      losses_.lost(attempt.cpu, static_cast<std::uint64_t>(keys.count.value_or(1)));
    } else if (keys.type == "summary") {
      lost_in_summary_ = static_cast<std::uint64_t>(keys.lost.value_or(0));
      side_.malformed = static_cast<std::uint64_t>(keys.malformed.value_or(0));
    }
  }

  Side& side_;
  LossRanges losses_;
  ImportOptions options_;
  JsonScanner json_;
  JsonScanner inner_;
  std::optional<std::uint64_t> lost_in_summary_;
  std::uint64_t unwritten_ = 0;
};

bool recognises(std::string_view beginning) {
  const auto line = first_line(beginning);
  if (!line.starts_with('{')) return false;
  const auto is = [line](std::string_view type) { return line.find(type) != line.npos; };
  return is("\"type\":\"start\",\"host\"") || is("\"type\":\"exec\"") || is("\"type\":\"exit\"") ||
         is("\"type\":\"lost\"") || is("\"type\":\"event\"") || is("\"type\":\"malformed\"") ||
         is("\"type\":\"clock_step\"") || is("\"type\":\"unwritten\"") ||
         is("\"type\":\"summary\",\"records\"");
}

}  // namespace

const Importer records_importer = {"ftracectl", "JSON Lines of 'ftracectl capture' and 'ftracectl decode'",
                                   recognises,
                                   [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                     return std::make_unique<RecordReader>(side, options);
                                   }};

}  // namespace ftracectl::compare

// JSON Lines of a program that we do not know: one event, or one exec, a line. --map names its keys.
#include <array>

#include "base/json_scanner.hpp"
#include "base/text.hpp"
#include "compare/import/attempt_builder.hpp"
#include "compare/import/importers.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

namespace {

/// One line's values under the names that we use.
struct Values {
  std::optional<std::string> event;
  std::optional<std::int64_t> ts_ns;
  std::optional<std::int64_t> pid;
  std::optional<std::int64_t> tid;
  std::optional<std::int64_t> ppid;
  std::optional<std::int64_t> old_pid;
  std::optional<std::int64_t> cpu;
  std::optional<std::int64_t> ret;
  std::optional<std::int64_t> lost;
  std::optional<std::string_view> filename;
  std::optional<std::string_view> comm;
  std::optional<std::string_view> argv;
  bool argv_is_joined = false;
};

/// 12.5 seconds, milliseconds or microseconds, in nanoseconds.
std::optional<std::int64_t> scaled(const JsonValue& value, std::int64_t unit_ns) {
  const std::string_view text = value.text;
  const std::size_t point = text.find('.');
  const auto whole = parse_number<std::int64_t>(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::int64_t rest_ns = 0;
  std::int64_t unit = unit_ns;
  for (std::size_t i = point == text.npos ? text.size() : point + 1; i < text.size() && unit >= 10; ++i) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    unit /= 10;
    rest_ns += (text[i] - '0') * unit;
  }
  return believed_ns(*whole, unit_ns, rest_ns);
}

class MappedReader : public Reader {
 public:
  MappedReader(Side& side, const ImportOptions& options) : side_(side), builder_(side) {
    side_.tool = "the program";
    side_.last_losses_are_untold = true;
    for (const auto& [ours, theirs] : options.key_map) ours_of_[theirs] = ours;
    // A key that is not mapped has our own name.
    constexpr std::array names = {"event", "ts_ns",   "ts_us", "ts_ms", "ts_s", "pid",  "tid",     "ppid",
                                  "cpu",   "old_pid", "ret",   "comm",  "argv", "lost", "filename"};
    for (const char* name : names) {
      if (options.key_map.count(name) == 0) ours_of_.try_emplace(name, name);
    }
  }

  void line(std::string_view line, std::uint64_t number) override {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    Values values;
    const bool good = json_.read(line, [&](std::string_view key, const JsonValue& value) {
      const auto found = ours_of_.find(std::string(key));
      if (found != ours_of_.end()) take(values, found->second, value);
    });
    if (!good) bad_line(number, "no JSON: " + json_.fault(), line);
    if (values.lost && *values.lost > 0)
      return side_.losses.push_back({static_cast<std::uint64_t>(*values.lost), -1, {}, {}});
    if (!values.tid && !values.pid)
      bad_line(number, "neither \"tid\" nor \"pid\": --map names the keys", line);
    put(values, number);
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    builder_.finish();
    if (!saw_tid_) side_.tells_tids = false;
    if (saw_attempts_) side_.events_of_failure = side_.events_of_success = 1;
    const bool sees_failures = saw_enter_ || saw_failure_;
    if (!sees_failures) side_.notes.emplace_back("it shows no failed calls: assuming it sees successes only");
    side_.shows = [sees_failures](const Attempt& attempt) {
      if (attempt.kind == Attempt::Kind::end) return Shown::never;
      return sees_failures || attempt.is_success() ? Shown::yes : Shown::never;
    };
    if (ignored_ > 0) side_.notes.push_back(std::to_string(ignored_) + " lines are other events");
  }

 private:
  void take(Values& values, const std::string& key, const JsonValue& value) {
    if (key == "event" && value.string()) values.event = std::string(*value.string());
    if (key == "ts_ns") values.ts_ns = scaled(value, 1);
    if (key == "ts_us") values.ts_ns = scaled(value, 1000);
    if (key == "ts_ms") values.ts_ns = scaled(value, 1'000'000);
    if (key == "ts_s") values.ts_ns = scaled(value, 1'000'000'000);
    if (key == "pid") values.pid = value.integer();
    if (key == "tid") values.tid = value.integer();
    if (key == "ppid") values.ppid = value.integer();
    if (key == "old_pid") values.old_pid = value.integer();
    if (key == "cpu") values.cpu = value.integer();
    if (key == "ret") values.ret = value.integer();
    if (key == "lost") values.lost = value.integer();
    if (key == "filename" && value.string()) values.filename = side_.texts.keep(*value.string());
    if (key == "comm" && value.string()) values.comm = side_.texts.keep(*value.string());
    if (key == "argv") take_argv(values, value);
  }

  void take_argv(Values& values, const JsonValue& value) {
    if (value.string()) {
      values.argv = side_.texts.keep(*value.string());
      values.argv_is_joined = true;
    } else if (value.kind == JsonValue::Kind::array) {
      std::string argv;
      inner_.elements(value.text,
                      [&](const JsonValue& element) { argv.append(element.text).push_back('\0'); });
      values.argv = side_.texts.keep(argv);
    }
  }

  static std::int32_t task(const std::optional<std::int64_t>& number) {
    return static_cast<std::int32_t>(number.value_or(-1));
  }

  void put(const Values& values, std::uint64_t number) {
    if (values.tid) saw_tid_ = true;
    const std::string event = values.event.value_or("");
    const auto says = [&](std::string_view word) { return event.find(word) != event.npos; };
    if (!event.empty() && !says("enter") && !says("exit") && !says("exec")) {
      ++ignored_;
      return;
    }
    const bool is_whole = event.empty() || (!says("enter") && values.ret && (values.filename || values.argv));
    if (is_whole) return put_attempt(values, event, number);
    put_event(values, event, number);
  }

  void put_attempt(const Values& values, const std::string& event, std::uint64_t number) {
    Attempt attempt;
    saw_attempts_ = true;
    attempt.is_execveat = event.find("execveat") != event.npos;
    attempt.ts_ns = values.ts_ns;
    if (values.ts_ns) side_.saw(*values.ts_ns);
    attempt.pid = task(values.pid);
    attempt.tid = task(values.tid);
    attempt.ppid = task(values.ppid);
    attempt.cpu = task(values.cpu);
    attempt.ret = values.ret;
    if (!values.ret) attempt.stages = Attempt::exec;  // who tells of no result tells of what ran
    attempt.filename = values.filename;
    attempt.argv = values.argv;
    attempt.argv_is_joined = values.argv_is_joined;
    attempt.comm = values.comm;
    attempt.line = number;
    if (attempt.is_failure()) saw_failure_ = true;
    side_.attempts.push_back(attempt);
  }

  void put_event(const Values& values, const std::string& event, std::uint64_t number) {
    Sighting sighting;
    sighting.is_execveat = event.find("execveat") != event.npos;
    sighting.ts_ns = values.ts_ns;
    sighting.pid = task(values.pid);
    sighting.tid = values.tid ? task(values.tid) : sighting.pid;
    sighting.ppid = task(values.ppid);
    sighting.cpu = task(values.cpu);
    sighting.text = values.filename;
    sighting.comm = values.comm;
    sighting.argv = values.argv;
    sighting.line = number;
    if (event.find("enter") != event.npos) {
      sighting.what = Sighting::What::enter;
      sighting.argv_is_joined = values.argv_is_joined;
      saw_enter_ = true;
    } else if (event.find("exit") != event.npos) {
      sighting.what = Sighting::What::exit;
      if (values.ret) {
        sighting.number = *values.ret;
      } else {
        return;
      }
    } else {
      sighting.what = Sighting::What::exec;
      sighting.old_tid = task(values.old_pid);
    }
    builder_.add(sighting);
  }

  Side& side_;
  AttemptBuilder builder_;
  std::map<std::string, std::string> ours_of_;
  JsonScanner json_;
  JsonScanner inner_;
  bool saw_tid_ = false;
  bool saw_enter_ = false;
  bool saw_failure_ = false;
  bool saw_attempts_ = false;
  std::uint64_t ignored_ = 0;
};

bool recognises(std::string_view beginning) { return first_line(beginning).starts_with('{'); }

}  // namespace

const Importer mapped_importer = {
    "json", "JSON Lines of any other program, one event or one exec a line; --map names its keys", recognises,
    [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
      return std::make_unique<MappedReader>(side, options);
    }};

}  // namespace ftracectl::compare

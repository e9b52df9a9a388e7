// Numbers of execs of each process, of which nothing else is known:
//
//     @exec_count[32587]: 2                                                        bpftrace's text
//     {"type": "map", "data": {"@exec_count": {"32587": 2, "32617": 1}}}           bpftrace -f json
//     [{"key":["0x47","0x7a","0x00","0x00"],"value":["0x02","0x00","0x00","0x00"]}]     bpftool map dump -j
//     [{"key":["0x47",...],"value":[...],"formatted":{"key":31303,"value":2}}]     the same, with BTF
#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "base/text.hpp"
#include "compare/import/bpftrace_records.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

using Json = nlohmann::json;

/// Of one side: what is counted on both sides together is a number of 64 bits, too.
constexpr std::uint64_t most = INT64_MAX;

/// What the counter counts, the user says: attempts, successes or failures.
void prepare(Side& side, const ImportOptions& options) {
  side.tool = "the counter";
  side.tells_tids = false;
  side.is_counts = true;
  side.events_of_failure = side.events_of_success = 1;
  const auto is_asked = [&](std::string_view word) {
    return std::find(options.tool_arguments.begin(), options.tool_arguments.end(), word) !=
           options.tool_arguments.end();
  };
  const bool successes = is_asked("successes");
  const bool failures = is_asked("failures");
  side.shows = [=](const Attempt& attempt) {
    if (attempt.kind == Attempt::Kind::end) return Shown::never;
    if ((successes && !attempt.is_success()) || (failures && !attempt.is_failure())) return Shown::never;
    return Shown::yes;
  };
}

class Counts {
 public:
  explicit Counts(Side& side) : side_(side) {}

  /// A map may have further parts in its key: the number of the process is the first.
  void add(std::int64_t pid, std::uint64_t count, std::uint64_t number, std::string_view line) {
    if (count > most - all_) bad_file(number, "the counts up to here add up to more than 2^63 - 1", line);
    all_ += count;
    if (count == 0) return;
    Attempt attempt;
    attempt.pid = static_cast<std::int32_t>(pid);
    attempt.line = number;
    attempt.count = count;
    side_.attempts.push_back(attempt);
  }
  bool is_empty() const { return all_ == 0; }

 private:
  Side& side_;
  std::uint64_t all_ = 0;
};

class TextReader : public Reader {
 public:
  TextReader(Side& side, const ImportOptions& options) : counts_(side) { prepare(side, options); }

  void line(std::string_view line, std::uint64_t number) override {
    if (is_chatter_of_bpftrace(line)) return;
    const std::size_t open = line.find('[');
    const std::size_t close = line.rfind("]: ");
    if (!line.starts_with('@') || open == line.npos || close == line.npos)
      bad_line(number, "no line of a bpftrace map", line);
    const std::string_view name = line.substr(0, open);
    if (name_.empty()) name_ = name;
    if (name != name_) return;  // of another map: the first one counts
    const std::string_view key = line.substr(open + 1, close - open - 1);
    const auto pid = parse_number<std::int64_t>(trim(key.substr(0, key.find(','))));
    const auto count = parse_number<std::uint64_t>(trim(line.substr(close + 3)));
    const std::string_view digits = trim(line.substr(close + 3));
    if (!count && !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos)
      bad_file(number, "a count that no 64 bits hold", line);
    if (!pid || !count) bad_line(number, "no number of a process, or no count", line);
    counts_.add(*pid, *count, number, line);
  }

 private:
  Counts counts_;
  std::string name_;
};

class JsonReader : public Reader {
 public:
  JsonReader(Side& side, const ImportOptions& options) : counts_(side) { prepare(side, options); }

  void line(std::string_view line, std::uint64_t number) override {
    if (trim(line).empty() && text_.empty()) return;
    if (text_.empty() && line.starts_with("{\"type\":")) return on_bpftrace(line, number);
    text_.append(line).append(1, '\n');
    if (text_.size() > longest) bad_line(number, "more than 256 MiB of JSON", line);
    last_ = number;
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    if (text_.empty()) return;
    const Json all = parsed(text_);
    if (!all.is_array()) bad_line(1, "no list of a map's elements", text_);
    for (const Json& element : all) on_element(element);
  }

 private:
  static constexpr std::size_t longest = std::size_t{256} << 20;

  static Json parsed(const std::string& text) {
    try {
      check_json_depth(text);
      return Json::parse(text);
    } catch (const Json::parse_error& error) {
      const auto before = std::string_view(text).substr(0, std::min(error.byte, text.size()));
      bad_line(1 + static_cast<std::uint64_t>(std::count(before.begin(), before.end(), '\n')),
               "no JSON of bpftool map dump: " +
                   std::string(error.byte >= text.size() ? "unexpected end" : "broken"),
               text);
    } catch (const std::invalid_argument& error) {
      bad_line(1, error.what(), text);
    }
  }

  void on_bpftrace(std::string_view line, std::uint64_t number) {
    Json record;
    try {
      record = parse_json<Json>(line);
    } catch (const std::invalid_argument& error) {
      bad_line(number, std::string("no JSON: ") + error.what(), line);
    }
    if (member(record, "type") != "map") return;
    for (const auto& [name, elements] : member(record, "data").items()) {
      if (!elements.is_object() || (!name_.empty() && name != name_)) continue;
      name_ = name;
      for (const auto& [key, value] : elements.items()) {
        const auto pid = parse_number<std::int64_t>(key.substr(0, key.find(',')));
        if (value.is_number_float()) bad_file(number, "a count that no 64 bits hold", line);
        if (!pid || !value.is_number_unsigned())
          bad_line(number, "no number of a process, or no count", line);
        counts_.add(*pid, value.get<std::uint64_t>(), number, line);
      }
    }
  }

  /// Null where `json` is no object or has no such member.
  static const Json& member(const Json& json, const char* key) {
    static const Json none;
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found == json.end() ? none : *found;
  }

  void on_element(const Json& element) {
    const Json& best = element.contains("formatted") ? element["formatted"] : element;
    std::uint64_t key = 0;
    std::uint64_t count = 0;
    bool good = best.contains("key") && take_number(best["key"], key);
    if (best.contains("values")) {  // one for each cpu
      for (const Json& each : best["values"]) {
        std::uint64_t part = 0;
        good = good && take_number(member(each, "value"), part) && count + part >= count;
        count += part;
      }
    } else {
      good = good && best.contains("value") && take_number(best["value"], count);
    }
    if (!good) bad_line(last_, "an element without a number for its key and its value", element.dump());
    // Of bpf_get_current_pid_tgid(), the process is the upper half.
    const std::uint64_t pid = key >> 32 != 0 ? key >> 32 : key;
    counts_.add(static_cast<std::int64_t>(pid), count, last_, "");
  }

  /// A number, bytes of one in the order of this machine, or the only, or `pid` member of a struct.
  static bool take_number(const Json& json, std::uint64_t& number) {
    if (json.is_number_unsigned()) {
      number = json.get<std::uint64_t>();
      return true;
    }
    if (json.is_object() && !json.empty())
      return take_number(json.contains("pid") ? json["pid"] : json.begin().value(), number);
    if (!json.is_array() || json.size() > 8 || json.empty()) return false;
    number = 0;
    for (auto byte = json.rbegin(); byte != json.rend(); ++byte) {
      if (!byte->is_string()) return false;
      const auto text = byte->get<std::string>();
      const auto digits = std::string_view(text).substr(text.starts_with("0x") ? 2 : 0);
      const auto value = parse_number<std::uint64_t>(digits, 16);
      if (!value || *value > 0xff) return false;
      number = number << 8 | *value;
    }
    return true;
  }

  Counts counts_;
  std::string text_;
  std::string name_;
  std::uint64_t last_ = 0;
};

bool recognises_text(std::string_view beginning) {
  while (!beginning.empty()) {
    const auto line = beginning.substr(0, beginning.find('\n'));
    if (line.starts_with('@') && line.find("]: ") != line.npos) return true;
    if (!is_chatter_of_bpftrace(line)) return false;
    beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
  }
  return false;
}

bool recognises_json(std::string_view beginning) {
  const auto text = trim(beginning);
  if (text.starts_with('[')) return text.substr(0, 4096).find("\"key\"") != text.npos;
  return text.starts_with("{\"type\": ") && text.find("{\"type\": \"map\"") != text.npos;
}

}  // namespace

const Importer counts_importer = {"counts", "bpftrace's text of a map by pid: @exec_count[pid]",
                                  recognises_text,
                                  [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
                                    return std::make_unique<TextReader>(side, options);
                                  }};

const Importer counts_json_importer = {
    "counts-json", "bpftool map dump -j, or bpftrace -f json, of a map by pid", recognises_json,
    [](Side& side, const ImportOptions& options) -> std::unique_ptr<Reader> {
      return std::make_unique<JsonReader>(side, options);
    }};

}  // namespace ftracectl::compare

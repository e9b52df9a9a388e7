#include "report/json_report.hpp"

#include <ftracectl/error.hpp>

#include "report/json_words.hpp"
#include "report/text_report.hpp"
#include "report/words.hpp"

namespace ftracectl::report {

namespace {

/// An object or list under way.
class Json {
 public:
  Json& key(std::string_view name) {
    comma();
    append_json(text_, name);
    text_ += ':';
    is_first_ = true;
    return *this;
  }
  void text(std::string_view value) {
    comma();
    append_json(text_, value);
  }
  template <typename Number>
  void number(Number value) {
    comma();
    text_ += std::to_string(value);
  }
  void null() {
    comma();
    text_ += "null";
  }
  void open(char bracket) {
    comma();
    text_ += bracket;
    is_first_ = true;
  }
  void close(char bracket) {
    text_ += bracket;
    is_first_ = false;
  }
  const std::string& done() { return text_ += '\n'; }

 private:
  void comma() {
    if (!is_first_) text_ += ',';
    is_first_ = false;
  }

  std::string text_;
  bool is_first_ = true;
};

void put_shares(Json& json, std::string_view key, std::string_view name_key, const std::vector<Share>& shares,
                bool with_failures) {
  json.key(key).open('[');
  for (const auto& [name, count, failures] : shares) {
    json.open('{');
    json.key(name_key).text(name);
    json.key("count").number(count);
    if (with_failures) json.key("failed").number(failures);
    json.close('}');
  }
  json.close(']');
}

void put_counts(Json& json, const Run& run, const Figures& figures) {
  json.key("lost").number(run.lost());
  json.key("disturbed").number(run.disturbances.size());
  json.key("malformed").number(run.malformed);
  json.key("attempts").number(figures.attempts);
  json.key("succeeded").number(figures.succeeded);
  json.key("failed").number(figures.failed);
  json.key("path_misses").number(figures.superseded);
  json.key("unfinished").number(figures.unfinished);
  json.key("processes").number(figures.processes);
  json.key("ended").number(figures.ended);
  json.key("ended_badly").number(figures.ended_badly);
  json.key("users").number(figures.users);
  json.key("events").number(run.happenings.size());
}

void put_lists(Json& json, const Run& run, const Figures& figures) {
  json.key("slowest").open('[');
  for (const std::uint32_t number : figures.slowest) {
    const Attempt& attempt = run.attempts[number];
    json.open('{');
    json.key("pid").number(run.processes[attempt.process].pid);
    json.key("duration_ns").number(attempt.duration_ns);
    json.key("result").text(result_words(attempt));
    json.key("command").text(command_words(run, attempt));
    json.close('}');
  }
  json.close(']');
  json.key("longest_lived").open('[');
  for (const std::uint32_t number : figures.longest) {
    const Process& process = run.processes[number];
    json.open('{');
    json.key("pid").number(process.pid);
    json.key("lifetime_ns").number(*process.lifetime_ns());
    json.key("end").text(end_words(process));
    json.key("command").text(process_words(run, process));
    json.close('}');
  }
  json.close(']');
}

}  // namespace

void write_json(const Run& run, const Figures& figures, const std::string& title, const Writer& out) {
  Json json;
  json.open('{');
  json.key("source").text(title);
  json.key("begin_ns").number(run.begin_ns);
  json.key("end_ns").number(run.end_ns);
  json.key("missing").open('[');
  for (const auto& sentence : doubts(run)) json.text(sentence);
  json.close(']');
  put_counts(json, run, figures);
  put_shares(json, "errors", "error", figures.errors, false);
  put_shares(json, "programs", "filename", figures.programs, true);
  put_shares(json, "started_by", "comm", figures.parents, true);
  put_shares(json, "event_counts", "event", figures.happenings, false);
  put_lists(json, run, figures);
  json.key("rate").open('{');
  json.key("bin_ns").number(figures.bin_ns);
  json.key("attempts").open('[');
  for (const auto count : figures.rate) json.number(count);
  json.close(']');
  json.key("failed").open('[');
  for (const auto count : figures.failure_rate) json.number(count);
  json.close(']');
  json.close('}');
  json.close('}');
  out(json.done());
}

}  // namespace ftracectl::report

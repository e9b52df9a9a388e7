#include "cli/completion.hpp"

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <ftracectl/error.hpp>
#include <optional>

#include "base/text.hpp"
#include "cli/description.hpp"
#include "kernel/event_state.hpp"
#include "kernel/events.hpp"
#include "kernel/tracefs.hpp"
#include "output/formats.hpp"

namespace ftracectl::cli {

namespace {

/// What words of one kind are, as usages and options name them: "EVENT...", "EXPR", "DIR|FILE|-".
enum class Kind { event, expression, instance, file, command_name, other };

bool is_constant(std::string_view word) {
  return !word.empty() &&
         std::all_of(word.begin(), word.end(), [](unsigned char c) { return std::islower(c) != 0; });
}

Kind kind_of(std::string_view name) {
  const auto has = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
  if (has("EVENT") || has("PATTERN")) return Kind::event;
  if (has("EXPR")) return Kind::expression;
  if (has("FILE") || has("DIR") || has("PATH") || name == "LEFT" || name == "RIGHT" || has("CAPTURE"))
    return Kind::file;
  if (has("COMMAND")) return Kind::command_name;
  return Kind::other;
}

/// Values of options that no file and no table of ours lists.
struct Choice {
  std::string_view option;
  std::string_view value;
};
constexpr Choice choices[] = {
    {"source", "auto"}, {"source", "text"}, {"source", "raw"},  {"args", "auto"},
    {"args", "eprobe"}, {"args", "kprobe"}, {"args", "uprobe"}, {"args", "proc"},
    {"args", "none"},   {"with", "cwd"},    {"with", "cgroup"}, {"with", "container"},
    {"time", "mono"},   {"time", "wall"},   {"time", "delta"},  {"time", "none"}};

/// A line as far as it is understood.
struct Line {
  std::vector<std::string> words;  ///< behind the command's name and before the last
  std::string typed;
  Description command;
  std::string tracefs;
};

class Completer {
 public:
  Completer(Line line, Completion& result) : line_(std::move(line)), result_(result) {}

  void run() {
    if (is_behind_separator()) return complete_command_line();
    if (const auto* option = awaiting_option()) return add_values(*option, line_.typed, "");
    const auto equals = line_.typed.find('=');
    if (line_.typed.starts_with("--") && equals != std::string::npos) {
      const auto* option = line_.command.find(line_.typed.substr(0, equals));
      if (option != nullptr)
        add_values(*option, line_.typed.substr(equals + 1), line_.typed.substr(0, equals + 1));
      return;
    }
    if (line_.typed.starts_with('-')) return add_options();
    add_positionals();
  }

 private:
  void add(const std::string& word, const std::string& text = "") {
    if (word.starts_with(line_.typed)) result_.candidates.push_back({word, text});
  }

  bool is_behind_separator() const {
    return std::find(line_.words.begin(), line_.words.end(), "--") != line_.words.end();
  }

  void complete_command_line() {
    if (!line_.command.takes_command) return;
    result_.shell = line_.words.back() == "--" ? Completion::Shell::commands : Completion::Shell::files;
  }

  /// The option before the typed word, where that is its value.
  const OptionDescription* awaiting_option() const {
    if (line_.words.empty()) return nullptr;
    const auto* option = line_.command.find(line_.words.back());
    return option != nullptr && !option->value.empty() ? option : nullptr;
  }

  void add_options() {
    for (const auto& option : line_.command.options) add("--" + option.name, option.text);
  }

  /// The words that are neither options nor their values.
  std::vector<std::string> positionals() const {
    std::vector<std::string> found;
    const OptionDescription* before = nullptr;
    for (const auto& word : line_.words) {
      const bool is_value = before != nullptr && !before->value.empty();
      before = is_value ? nullptr : line_.command.find(word);
      if (!is_value && !word.starts_with('-')) found.push_back(word);
    }
    return found;
  }

  /// What the usage has at the place of the typed word: "enable EVENT... [OPTIONS]", "instance list | create NAME...".
  void add_positionals() {
    const auto before = positionals();
    const auto usage = split(line_.command.usage, ' ');
    std::vector<std::string_view> places;
    for (std::size_t at = 1; at < usage.size() && usage[at] != "[--"; ++at) {
      auto place = usage[at];
      while (!place.empty() && (place.front() == '[' || place.front() == '|')) place.remove_prefix(1);
      if (place.empty() || place.starts_with('-') || place.starts_with("OPTIONS")) continue;
      places.push_back(place);
    }
    if (!places.empty() && is_constant(places.front())) return add_actions(places, before);
    if (places.empty()) return;
    const bool repeats = places.back().find("...") != std::string_view::npos;
    if (before.size() >= places.size() && !repeats) return;
    add_kind(kind_of(places[std::min(before.size(), places.size() - 1)]), line_.typed, "");
  }

  void add_actions(const std::vector<std::string_view>& places, const std::vector<std::string>& before) {
    if (!before.empty()) {
      if (before.front() == "remove") add_kind(Kind::instance, line_.typed, "");
      return;
    }
    for (const auto place : places) {
      if (is_constant(place)) add(std::string(place));
    }
  }

  void add_values(const OptionDescription& option, const std::string& value, const std::string& prefix) {
    if (option.name == "instance") return add_kind(Kind::instance, value, prefix);
    if (option.name == "clock") return add_clocks(prefix);
    if (option.name == "format" && line_.command.find("--output") != nullptr) {
      for (const auto& format : output_formats())
        add(prefix + std::string(format.name), std::string(format.summary));
      return;
    }
    for (const auto& choice : choices) {
      if (choice.option == option.name) add(prefix + std::string(choice.value));
    }
    add_kind(kind_of(option.value), value, prefix);
  }

  void add_kind(Kind kind, const std::string& value, const std::string& prefix) {
    switch (kind) {
      case Kind::event:
        return add_events(prefix);
      case Kind::expression:
        return add_fields(value, prefix);
      case Kind::instance:
        return add_instances(prefix);
      case Kind::file:
        result_.shell = Completion::Shell::files;
        return;
      case Kind::command_name:
        for (const auto& command : commands())
          add(prefix + std::string(command.name), std::string(command.summary));
        return;
      case Kind::other:
        return;
    }
  }

  /// Nothing where the kernel's events cannot be read: a completion has no way to complain.
  Tracefs files() const { return Tracefs(locate_tracefs({line_.tracefs, {}, {}}).path); }

  void add_events(const std::string& prefix) {
    Tracefs tracefs = files();
    for (const auto& event : read_available_events(tracefs)) add(prefix + event);
  }

  void add_instances(const std::string& prefix) {
    Tracefs tracefs = files();
    for (const auto& instance : read_instances(tracefs)) add(prefix + instance);
  }

  void add_clocks(const std::string& prefix) {
    Tracefs tracefs = files();
    const std::string clocks = tracefs.read("trace_clock");
    for (auto clock : split(trim(clocks), ' ')) {
      if (clock.starts_with('[')) clock = clock.substr(1, clock.size() - 2);
      add(prefix + std::string(clock));
    }
  }

  /// The last word of an expression, after what stands before it: "prev_pid == 1 && prev_c".
  void add_fields(const std::string& expression, const std::string& prefix) {
    std::size_t begin = expression.size();
    const auto is_of_name = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
    while (begin > 0 && is_of_name(static_cast<unsigned char>(expression[begin - 1]))) --begin;
    const std::string before = prefix + expression.substr(0, begin);
    Tracefs tracefs = files();
    std::vector<std::string> names{"common_pid", "comm", "cpu"};
    for (const auto& event : find_events(tracefs, events_of_line())) {
      for (const auto& field : read_schema(tracefs, event).fields) names.push_back(field.name);
    }
    std::vector<std::string> seen;
    for (const auto& name : names) {
      if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
      seen.push_back(name);
      add(before + name);
    }
  }

  /// The events that are named; without any a capture is one of execs.
  std::vector<std::string> events_of_line() const {
    auto words = positionals();
    if (line_.command.usage.find(" EVENT [EXPR") != std::string::npos && words.size() > 1) words.resize(1);
    return words.empty() ? std::vector<std::string>{"syscalls:sys_enter_execve"} : words;
  }

  Line line_;
  Completion& result_;
};

const Command* find(std::string_view name) {
  for (const auto& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> typed_words(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    const bool is_blank = quote == 0 && (c == ' ' || c == '\t' || c == '\n');
    if (is_blank) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
      continue;
    }
    in_word = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (quote != 0 && c == quote) {
      quote = 0;
    } else if (c == '\\' && quote != '\'' && at + 1 < line.size()) {
      word += line[++at];
    } else {
      word += c;
    }
  }
  words.push_back(std::move(word));
  return words;
}

Completion complete(const std::string& line) {
  auto words = typed_words(line);
  Completion result;
  result.typed = words.back();
  words.pop_back();
  if (!words.empty()) words.erase(words.begin());  // the program
  const char* from_environment = std::getenv("FTRACECTL_TRACEFS");
  std::string tracefs = from_environment != nullptr ? from_environment : "";
  while (!words.empty() && words.front().starts_with("--")) {
    const bool takes_next = words.front() == "--tracefs" && words.size() > 1;
    if (takes_next) tracefs = words[1];
    words.erase(words.begin(), words.begin() + (takes_next ? 2 : 1));
  }
  if (words.empty()) {
    for (const auto& command : commands()) {
      if (command.name.starts_with(result.typed))
        result.candidates.push_back({std::string(command.name), std::string(command.summary)});
    }
    return result;
  }
  const Command* command = find(words.front());
  if (command == nullptr) return result;
  words.erase(words.begin());
  for (std::size_t at = 0; at + 1 < words.size(); ++at) {
    if (words[at] == "--tracefs") tracefs = words[at + 1];
  }
  try {
    Completer({words, result.typed, describe(*command), tracefs}, result).run();
  } catch (const Error&) {
    // What cannot be read is not offered.
  }
  return result;
}

std::string completion_text(const Completion& completion) {
  std::string out = completion.typed + "\n";
  out += completion.shell == Completion::Shell::files      ? "files\n"
         : completion.shell == Completion::Shell::commands ? "commands\n"
                                                           : "nothing\n";
  for (const auto& candidate : completion.candidates) {
    std::string text = candidate.text.substr(0, candidate.text.find_first_of("\n;:."));
    out += candidate.word + (text.empty() ? "" : "\t" + text) + "\n";
  }
  return out;
}

}  // namespace ftracectl::cli

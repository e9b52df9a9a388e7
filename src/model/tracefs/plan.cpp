#include "model/tracefs/plan.hpp"

#include <algorithm>
#include <cstdint>
#include <ftracectl/error.hpp>
#include <set>
#include <stdexcept>

#include "base/text.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl {

namespace {

using Kind = Step::Kind;

bool path_is(const Step& step, std::string_view file) {
  return step.path == file || (step.path.ends_with(file) && step.path.size() > file.size() &&
                               step.path[step.path.size() - file.size() - 1] == '/');
}

bool is_pid_list(const Step& step) {
  return path_is(step, "set_event_pid") || path_is(step, "set_event_notrace_pid");
}

bool is_clear(std::string_view filter) { return trim(filter) == "0"; }

std::set<std::string_view> parse_pids(std::string_view text) {
  std::set<std::string_view> pids;
  while (!(text = trim(text)).empty()) {
    const auto end = text.find_first_of(" \t\n");
    pids.insert(text.substr(0, end));
    text.remove_prefix(std::min(end, text.size()));
  }
  return pids;
}

std::string pid_list(const std::set<std::string_view>& pids) {
  std::string list;
  for (const auto pid : pids) {
    if (!list.empty()) list += ' ';
    list += pid;
  }
  return list;
}

/// A scalar's value out of what its file reads:
///     trace_clock       [local] global mono    local
///     EVENT/enable      1*                     1 (the star: a trigger switches it softly)
///     buffer_size_kb    7 (expanded: 1408)     1408: before the first use, what the first use makes of it
std::string scalar_value(const Step& step, std::string_view text) {
  if (is_pid_list(step)) return pid_list(parse_pids(text));
  if (path_is(step, "trace_clock")) return std::string(parse_chosen(text));
  auto value = trim(text);
  if (path_is(step, "enable") && value.ends_with('*')) value.remove_suffix(1);
  constexpr std::string_view expanded = "(expanded: ";
  if (const auto at = value.find(expanded); at != std::string_view::npos) {
    value = value.substr(at + expanded.size());
    value = value.substr(0, value.find(')'));
  }
  return std::string(value);
}

/// A wanted value as its file will read it: any number but 0 switches tracing_on on, and reads 1.
std::string wanted_value(const Step& step) {
  const std::string value = scalar_value(step, step.value);
  if (path_is(step, "tracing_cpumask")) return value;  // its digits are hexadecimal
  const auto number = parse_number<std::int64_t>(value);
  if (number && path_is(step, "tracing_on")) return *number != 0 ? "1" : "0";
  return number ? std::to_string(*number) : value;
}

/// Whether a buffer of `actual` KiB is what the kernel makes of `wanted`: it rounds up to whole sub-buffers,
/// at least two of them (1 reads 7, 64 reads 67 on 6.12). One is 4 KiB, and at most 512 where
/// buffer_subbuf_size_kb was changed.
bool is_rounded_size(std::string_view wanted, std::string_view actual) {
  constexpr std::uint64_t most_added_kb = std::uint64_t{2} * 512;
  const auto asked = parse_number<std::uint64_t>(wanted);
  const auto got = parse_number<std::uint64_t>(actual);
  return asked && got && *got >= *asked && *got - *asked <= most_added_kb;
}

bool scalar_in_force(const Step& step, std::string_view after) {
  const std::string wanted = wanted_value(step);
  const std::string actual = scalar_value(step, after);
  if (path_is(step, "buffer_size_kb")) return is_rounded_size(wanted, actual);
  return wanted == actual;
}

bool filter_in_force(const Step& step, std::string_view text) {
  const auto filter = parse_filter_text(text);
  if (!filter.reason.empty()) return false;
  return filter.expression == (is_clear(step.value) ? std::string_view() : trim(step.value));
}

/// The trigger of the same kind as the step's that a file holds.
std::optional<Trigger> trigger_of_kind(const Step& step, std::string_view text) {
  const auto wanted = parse_trigger(step.value);
  for (auto& trigger : parse_triggers(text)) {
    if (trigger.kind() == wanted.kind()) return trigger;
  }
  return std::nullopt;
}

/// Whether `there` does what was asked. A hist trigger reads back with its defaults spelt out and its size
/// rounded, so that only the condition (the keys are its kind) can be compared.
bool does_the_same(const Trigger& there, const Trigger& wanted) {
  return wanted.is_hist() ? there.condition == wanted.condition : there == wanted;
}

/// The kernel counts a trigger down while it fires, maybe between our write and the reading back.
bool trigger_in_force(const Step& step, std::string_view after) {
  const auto wanted = parse_trigger(step.value);
  auto found = trigger_of_kind(step, after);
  if (!found) return false;
  if (found->count && wanted.count && *found->count < *wanted.count) found->count = wanted.count;
  return does_the_same(*found, wanted);
}

bool trigger_is_there(const Step& step, std::string_view before) {
  const auto found = trigger_of_kind(step, before);
  return found && does_the_same(*found, parse_trigger(step.value));
}

bool pids_in_force(const Step& step, std::string_view after) {
  const auto wanted = parse_pids(step.value);
  const auto actual = parse_pids(after);
  return std::includes(actual.begin(), actual.end(), wanted.begin(), wanted.end());
}

/// Whether the list of dynamic events has this probe: a line is "p:GROUP/NAME PATH:0xOFFSET ...".
bool has_probe(std::string_view list, std::string_view name) {
  const auto lines = split_lines(list);
  return std::any_of(lines.begin(), lines.end(),
                     [&](std::string_view line) { return probe_name(line) == name; });
}

/// Some shells' echo takes a leading "-n" for an option and replaces "\t".
std::string echo_of(std::string_view value) {
  const bool plain_echo = !value.starts_with('-') && value.find('\\') == std::string_view::npos;
  return (plain_echo ? "echo " : "printf '%s\\n' ") + shell_word(value);
}

Step inverse_of_scalar(const Step& step, std::string_view before) {
  const std::string value = scalar_value(step, before);
  if (value == "X") {
    throw std::invalid_argument(step.path + " stands for several values that one write cannot bring back");
  }
  return {Kind::set, step.path, value};
}

Step inverse_of_filter(const Step& step, std::string_view before) {
  const std::string expression = parse_filter_text(before).expression;
  return {Kind::set_filter, step.path, expression.empty() ? "0" : expression};
}

std::optional<Step> inverse_of_trigger(const Step& step, std::string_view before) {
  const auto there = trigger_of_kind(step, before);
  if (step.kind == Kind::add_trigger && !there) return Step{Kind::remove_trigger, step.path, step.value};
  if (step.kind == Kind::remove_trigger && there) return Step{Kind::add_trigger, step.path, there->text()};
  return std::nullopt;
}

}  // namespace

std::string shell_word(std::string_view text) {
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+./:,%@";
  if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) return std::string(text);
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

std::string shell_folder_line(std::string_view folder) { return "cd " + shell_word(folder); }

std::string written_value(const Step& step) {
  switch (step.kind) {
    case Kind::add_trigger:
      return parse_trigger(step.value).text();
    case Kind::remove_trigger: {
      Trigger trigger = parse_trigger(step.value);
      trigger.paused = false;
      return "!" + trigger.text();
    }
    case Kind::make_dir:
    case Kind::remove_dir:
      return {};
    case Kind::remove_probe:
      return "-:" + step.value;
    case Kind::make_probe:
    case Kind::set:
    case Kind::set_filter:
    case Kind::add_pids:
      break;
  }
  return step.value;
}

std::string shell_line(const Step& step) {
  const std::string path = shell_word(step.path);
  switch (step.kind) {
    case Kind::make_dir:
      return "mkdir " + path;
    case Kind::remove_dir:
      return "rmdir " + path;
    case Kind::add_trigger:
    case Kind::remove_trigger:
    case Kind::add_pids:
    case Kind::make_probe:
    case Kind::remove_probe:
      // Not ">": opening with O_TRUNC removes the hist triggers, the pids and the probes that are there.
      return echo_of(written_value(step)) + " >> " + path;
    case Kind::set:
    case Kind::set_filter:
      break;
  }
  return (step.value.empty() ? ":" : echo_of(written_value(step))) + " > " + path;
}

bool holds_already(const Step& step, std::string_view before) {
  switch (step.kind) {
    case Kind::make_dir:
    case Kind::remove_dir:
      return false;
    case Kind::set:
      return wanted_value(step) == scalar_value(step, before);
    case Kind::set_filter:
      return filter_in_force(step, before);
    case Kind::add_trigger:
      return trigger_is_there(step, before);
    case Kind::remove_trigger:
      return !trigger_of_kind(step, before);
    case Kind::add_pids:
      return pids_in_force(step, before);
    case Kind::make_probe:
      return has_probe(before, probe_name(step.value));
    case Kind::remove_probe:
      return !has_probe(before, step.value);
  }
  return false;
}

std::optional<Step> inverse(const Step& step, std::string_view before) {
  if (holds_already(step, before)) return std::nullopt;
  switch (step.kind) {
    case Kind::make_dir:
      return Step{Kind::remove_dir, step.path, ""};
    case Kind::make_probe:
      return Step{Kind::remove_probe, step.path, probe_name(step.value)};
    case Kind::remove_dir:
    case Kind::remove_probe:
      return std::nullopt;
    case Kind::set:
      return inverse_of_scalar(step, before);
    case Kind::set_filter:
      return inverse_of_filter(step, before);
    case Kind::add_trigger:
    case Kind::remove_trigger:
      return inverse_of_trigger(step, before);
    case Kind::add_pids:
      return Step{Kind::set, step.path, pid_list(parse_pids(before))};
  }
  return std::nullopt;
}

bool in_force(const Step& step, std::string_view after) {
  switch (step.kind) {
    case Kind::make_dir:
    case Kind::remove_dir:
      return true;
    case Kind::set:
      return scalar_in_force(step, after);
    case Kind::set_filter:
      return filter_in_force(step, after);
    case Kind::add_trigger:
      return trigger_in_force(step, after);
    case Kind::remove_trigger:
      return !trigger_of_kind(step, after);
    case Kind::add_pids:
      return pids_in_force(step, after);
    case Kind::make_probe:
    case Kind::remove_probe:
      return holds_already(step, after);
  }
  return false;
}

std::string probe_name(std::string_view definition) {
  const auto colon = definition.find(':');
  if (colon == std::string_view::npos) return {};
  return std::string(definition.substr(colon + 1, definition.find(' ') - colon - 1));
}

std::string buffer_prefix(std::string_view instance_name) {
  if (instance_name.empty()) return {};
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
  const bool plain = instance_name != "." && instance_name != ".." && instance_name.size() <= 255 &&
                     instance_name.find('/') == std::string_view::npos &&
                     std::none_of(instance_name.begin(), instance_name.end(), is_control);
  if (!plain) {
    throw Error(ErrorCode::usage,
                "an instance's name is a plain file name, without '/', of at most 255 bytes");
  }
  return "instances/" + std::string(instance_name) + "/";
}

std::string event_folder(std::string_view prefix, std::string_view full_name) {
  const auto colon = full_name.find(':');
  if (colon == std::string_view::npos) {
    throw std::invalid_argument("no SYSTEM:NAME: " + std::string(full_name));
  }
  return std::string(prefix) + "events/" + std::string(full_name.substr(0, colon)) + "/" +
         std::string(full_name.substr(colon + 1)) + "/";
}

}  // namespace ftracectl

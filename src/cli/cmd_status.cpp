#include <cstdint>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/event_lines.hpp"
#include "cli/target.hpp"
#include "kernel/private_mount.hpp"

namespace ftracectl::cli {

namespace {

using nlohmann::ordered_json;

CommandLine make_line() {
  CommandLine line({"status [OPTIONS]",
                    "Shows everything that is on now, in the top-level buffer and in every "
                    "instance: events with their filters and triggers (including those left on "
                    "events that are off), traced pids, the current tracer, and options that "
                    "differ from the kernel's defaults.",
                    "ftracectl status\n  ftracectl status --json"});
  add_instance_option(line);
  line.options()("json", "print a JSON object");
  return line;
}

/// Instances come and go while we look: one that is gone meanwhile is left out.
std::vector<BufferState> read_buffers(Target& target) {
  if (!target.instance.empty()) return {read_buffer_state(target.files, target.instance)};
  std::vector<BufferState> buffers{read_buffer_state(target.files, "")};
  for (const auto& instance : read_instances(target.files)) {
    try {
      buffers.push_back(read_buffer_state(target.files, instance));
    } catch (const Error&) {
      if (target.files.exists(buffer_prefix(instance) + "tracing_on")) throw;
    }
  }
  return buffers;
}

std::string signed_options(const std::vector<std::string>& options) {
  std::vector<std::string> words;
  for (const auto& option : options) {
    words.push_back(option.starts_with("no") ? "-" + option.substr(2) : "+" + option);
  }
  return join(words, " ");
}

std::string size_text(const std::string& buffer_size) {
  if (buffer_size == "X") return "buffers of different sizes";
  return buffer_size.substr(0, buffer_size.find(' ')) + " KiB a cpu";
}

void print_row(std::ostream& out, std::string_view label, const std::string& value) {
  if (!value.empty()) out << "  " << label << std::string(16 - label.size(), ' ') << value << "\n";
}

void print_buffer(std::ostream& out, const BufferState& buffer) {
  out << (buffer.instance.empty() ? "top-level buffer" : "instance " + buffer.instance) << ": tracing_on "
      << (buffer.tracing_on ? "1" : "0") << ", clock " << buffer.clock << ", "
      << size_text(buffer.buffer_size) << "\n";
  const std::size_t width = name_width(buffer.events);
  for (const auto& state : buffer.events) print_event(out, state, width, 2);
  const bool has_tracer = buffer.current_tracer != "nop";
  print_row(out, "current_tracer", has_tracer ? buffer.current_tracer : "");
  print_row(out, "only cpus", buffer.cpumask.empty() ? "" : "of mask " + buffer.cpumask);
  print_row(out, "pids", join(buffer.traced_pids, " "));
  print_row(out, "pids left out", join(buffer.untraced_pids, " "));
  print_row(out, "options", signed_options(buffer.options));
  for (const auto& probe : buffer.dynamic_events) print_row(out, "probe", probe);
  if (buffer.events.empty() && !has_tracer) out << "  no event is on\n";
}

ordered_json pid_array(const std::vector<std::string>& pids) {
  auto array = ordered_json::array();
  for (const auto& pid : pids) {
    if (const auto number = parse_number<std::int64_t>(pid)) array.push_back(*number);
  }
  return array;
}

ordered_json buffer_json(const BufferState& buffer) {
  ordered_json json;
  json["instance"] = nullptr;
  if (!buffer.instance.empty()) json["instance"] = buffer.instance;
  json["tracing_on"] = buffer.tracing_on;
  json["clock"] = buffer.clock;
  json["buffer_size_kb"] = nullptr;
  const auto size = buffer.buffer_size.substr(0, buffer.buffer_size.find(' '));
  if (const auto kb = parse_number<std::uint64_t>(size)) json["buffer_size_kb"] = *kb;
  json["current_tracer"] = buffer.current_tracer;
  json["tracing_cpumask"] = nullptr;
  if (!buffer.cpumask.empty()) json["tracing_cpumask"] = buffer.cpumask;
  json["events"] = ordered_json::array();
  for (const auto& state : buffer.events) json["events"].push_back(event_json(state));
  json["set_event_pid"] = pid_array(buffer.traced_pids);
  json["set_event_notrace_pid"] = pid_array(buffer.untraced_pids);
  json["options"] = ordered_json::object();
  for (const auto& option : buffer.options) {
    const bool on = !option.starts_with("no");
    json["options"][on ? option : option.substr(2)] = on;
  }
  if (buffer.instance.empty()) json["dynamic_events"] = buffer.dynamic_events;
  return json;
}

}  // namespace

int cmd_status(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  Target target = open_target(line);
  const auto buffers = read_buffers(target);
  if (line.has("json")) {
    const std::string root = target.files.root();
    ordered_json json{{"tracefs", root}, {"buffers", ordered_json::array()}};
    if (is_private_mount(root)) json["tracefs"] = nullptr;  // no path that means anything to others
    for (const auto& buffer : buffers) json["buffers"].push_back(buffer_json(buffer));
    invocation.out << json_text(json);
    return exit_status::ok;
  }
  for (const auto& buffer : buffers) {
    if (&buffer != &buffers.front()) invocation.out << "\n";
    print_buffer(invocation.out, buffer);
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli

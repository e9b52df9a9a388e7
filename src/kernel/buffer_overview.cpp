#include "kernel/buffer_overview.hpp"

#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "kernel/event_state.hpp"
#include "kernel/events.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

/// "1410", "7 (expanded: 1408)": what it takes now; "X" where the cpus differ.
std::optional<std::uint64_t> first_number(std::string_view text) {
  text = trim(text);
  return parse_number<std::uint64_t>(text.substr(0, text.find(' ')));
}

/// Nobody but its owner has to do with it: a process of that pid that is no ftracectl came later.
bool is_left_behind(const std::string& instance, const std::vector<OpenFile>& open) {
  const auto owner = owner_of_instance(instance);
  if (!owner || !in_initial_pid_namespace() || !files_of(open, instance).empty()) return false;
  return !read_process_status(*owner) || read_comm(*owner) != "ftracectl";
}

}  // namespace

std::optional<std::int32_t> owner_of_instance(std::string_view name) {
  constexpr std::string_view own = "ftracectl-";
  constexpr std::string_view check = "check-";
  if (!name.starts_with(own)) return std::nullopt;
  name.remove_prefix(own.size());
  if (name.starts_with(check)) name.remove_prefix(check.size());
  const auto dash = name.find('-');
  if (dash != std::string_view::npos && !parse_number<std::uint32_t>(name.substr(dash + 1))) {
    return std::nullopt;
  }
  const auto pid = parse_number<std::int32_t>(name.substr(0, dash));
  return pid && *pid > 0 ? pid : std::nullopt;
}

BufferOverview read_buffer_overview(Files& files, const std::string& instance,
                                    const std::vector<OpenFile>& open) {
  const std::string prefix = buffer_prefix(instance);
  BufferOverview buffer;
  buffer.instance = instance;
  buffer.tracing_on = is_tracing_on(files, prefix);
  buffer.events_on = read_enabled_events(files, prefix).size();
  buffer.clock = read_clock(files, prefix);
  buffer.size_kb = first_number(files.read(prefix + "buffer_size_kb"));
  buffer.total_kb = first_number(files.read(prefix + "buffer_total_size_kb")).value_or(0);
  buffer.current_tracer = trim(files.read(prefix + "current_tracer"));
  buffer.readers = readers_among(files_of(open, instance));
  buffer.left_behind = is_left_behind(instance, open);
  return buffer;
}

std::vector<BufferOverview> read_buffer_overviews(Files& files, const std::vector<OpenFile>& open) {
  std::vector<BufferOverview> buffers{read_buffer_overview(files, "", open)};
  for (const auto& instance : read_instances(files)) {
    try {
      buffers.push_back(read_buffer_overview(files, instance, open));
    } catch (const Error&) {
      if (files.exists(buffer_prefix(instance) + "tracing_on")) throw;
    }
  }
  return buffers;
}

}  // namespace ftracectl

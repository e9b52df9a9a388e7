#include "kernel/tracefs_error.hpp"

#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/text.hpp"
#include "model/control_text.hpp"

namespace ftracectl {

namespace {

bool is_root() { return geteuid() == 0; }

bool is_refusal_of_rights(int system_errno) {
  return system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
}

ErrorCode code_of(int system_errno) {
  if (is_refusal_of_rights(system_errno)) {
    return is_root() ? ErrorCode::denied_to_root : ErrorCode::no_permission;
  }
  return system_errno == EBUSY ? ErrorCode::busy : ErrorCode::failed;
}

std::string advice(int system_errno) {
  if (system_errno == EROFS) return "\ntracefs is mounted read-only here, as container runtimes do";
  if (is_refusal_of_rights(system_errno)) {
    return is_root() ? "\nroot is refused too: kernel lockdown, a container or a security module forbids it"
                     : "\nonly root may do that: try again with sudo";
  }
  if (system_errno == EBUSY) return "\nsomebody else is using it: end the other reader or tracer first";
  return {};
}

std::string event_of(const std::string& path) {
  const auto name_end = path.rfind('/');
  const auto system_end = path.rfind('/', name_end - 1);
  const auto system = path.rfind('/', system_end - 1) + 1;
  return path.substr(system, system_end - system) + ":" +
         path.substr(system_end + 1, name_end - system_end - 1);
}

/// The kernel's reason for a fault it has no words for is "Error", and its errno is one by accident:
/// "== 5" gives EPERM.
std::string reason_of(const LoggedError& entry) {
  return entry.reason == "Error" ? "syntax error" : entry.reason;
}

/// The caret counts a newline or a tab as one character, and so must what stands above it.
std::string on_one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return text;
}

Error rejected(const RefusedWrite& write, std::string_view what, const std::string& reason,
               std::size_t column) {
  const std::string message = write.path + ": the kernel refuses this " + std::string(what) + ": " + reason;
  return Error(ErrorCode::rejected, with_caret(message, on_one_line(write.value), column),
               write.system_errno);
}

/// By the log's own entry about this write, with its caret moved to where the command stands in the value.
std::optional<Error> logged_error(const RefusedWrite& write, std::string_view what) {
  const auto entry = new_error(write.log_before, write.log_after, write.value);
  if (!entry) return std::nullopt;
  const auto command_at = write.value.find(trim(entry->command));
  return rejected(write, what, reason_of(*entry), command_at + entry->column);
}

}  // namespace

Error tracefs_error(const std::string& path, std::string_view what, int system_errno) {
  return Error(code_of(system_errno),
               path + ": " + std::string(what) + ": " + errno_text(system_errno) + advice(system_errno),
               system_errno);
}

Error filter_error(const RefusedWrite& write) {
  if (const auto error = logged_error(write, "filter")) return *error;
  const auto now = parse_filter_text(write.content);
  if (!now.reason.empty() && trim(now.refused) == trim(write.value)) {
    return rejected(write, "filter", now.reason, now.column);
  }
  if (write.value.size() >= static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    return Error(ErrorCode::rejected,
                 write.path + ": the filter is too long: " + std::to_string(write.value.size()) +
                     " bytes, and the kernel takes less than a page",
                 write.system_errno);
  }
  return tracefs_error(write.path, "cannot be written", write.system_errno);
}

Error trigger_error(const RefusedWrite& write) {
  if (const auto error = logged_error(write, "trigger")) return *error;
  const auto wanted = parse_trigger(write.value);
  if (write.system_errno == EEXIST) {
    for (const auto& there : parse_triggers(write.content)) {
      if (there.kind() != wanted.kind()) continue;
      return Error(ErrorCode::rejected,
                   write.path + ": the event has a trigger of this kind already, '" + there.text() +
                       "', and takes only one\nremove that first: ftracectl trigger " + event_of(write.path) +
                       " --remove " + there.action,
                   EEXIST);
    }
  }
  if (is_refusal_of_rights(write.system_errno) && wanted.condition.empty()) {
    return tracefs_error(write.path, "cannot be written", write.system_errno);
  }
  // 5.10 and 6.1 log nothing about the condition of a trigger.
  std::string message = write.path + ": the kernel refuses this trigger: " + errno_text(write.system_errno) +
                        "\n  " + write.value;
  const std::string available = parse_available_triggers(write.content);
  if (!available.empty()) message += "\nthe triggers it knows: " + available;
  return Error(ErrorCode::rejected, message, write.system_errno);
}

}  // namespace ftracectl

#include "kernel/tracefs_error.hpp"

#include <unistd.h>

#include <cerrno>
#include <optional>

#include "base/text.hpp"
#include "kernel/environment.hpp"
#include "kernel/private_mount.hpp"
#include "model/tracefs/control_text.hpp"

namespace ftracectl {

namespace {

bool is_root() { return geteuid() == 0; }

bool is_refusal_of_rights(int system_errno) {
  return system_errno == EACCES || system_errno == EPERM || system_errno == EROFS;
}

ErrorCode code_of(int system_errno) {
  if (system_errno == EROFS) return ErrorCode::denied_to_root;
  if (is_refusal_of_rights(system_errno)) {
    return is_root() ? ErrorCode::denied_to_root : ErrorCode::no_permission;
  }
  return system_errno == EBUSY ? ErrorCode::busy : ErrorCode::failed;
}

/// It refuses whoever asks, and with EPERM.
bool is_locked_down() {
  const auto lockdown = read_lockdown();
  return lockdown && *lockdown != "none";
}

std::string advice_to_root() {
  const std::string reasons = why_root_is_refused(read_environment());
  return "\nroot is refused too" +
         (reasons.empty()
              ? ": kernel lockdown, a security module (SELinux, AppArmor) or this kernel itself forbids it"
              : reasons);
}

std::string advice(int system_errno) {
  if (system_errno == EROFS) {
    return "\ntracefs is mounted read-only here, as container runtimes do: run ftracectl on the host, or "
           "start the\ncontainer with --privileged";
  }
  if (is_refusal_of_rights(system_errno)) {
    if (system_errno == EPERM && is_locked_down()) return why_root_is_refused(read_environment());
    return is_root() ? advice_to_root()
                     : "\nonly root may do that: try sudo; 'ftracectl doctor' shows how to give a "
                       "group access";
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
  const std::string message =
      shown_path(write.path) + ": the kernel refuses this " + std::string(what) + ": " + reason;
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

bool is_there(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

/// A module that is unloaded, or a probe that is removed, takes its events along, in the midst of our work;
/// whoever has a file of theirs open then gets ENODEV.
std::optional<std::string> what_is_gone(const std::string& path) {
  constexpr std::string_view instances = "/instances/";
  if (const auto at = path.find(instances); at != std::string::npos) {
    const std::string folder = path.substr(0, path.find('/', at + instances.size()));
    if (!is_there(folder))
      return "instance '" + folder.substr(at + instances.size()) + "' is gone: somebody removed it";
  }
  const bool is_event_file = path.find("/events/") != std::string::npos;
  if (!is_event_file || is_there(path.substr(0, path.rfind('/')))) return std::nullopt;
  return "event " + event_of(path) + " is gone: its module was unloaded or its probe removed";
}

Error plain_error(const std::string& path, std::string_view what, int system_errno) {
  return Error(
      code_of(system_errno),
      shown_path(path) + ": " + std::string(what) + ": " + errno_text(system_errno) + advice(system_errno),
      system_errno);
}

}  // namespace

Error tracefs_error(const std::string& path, std::string_view what, int system_errno) {
  if (system_errno != ENOENT && system_errno != ENODEV) return plain_error(path, what, system_errno);
  const auto gone = what_is_gone(path);
  if (!gone) return plain_error(path, what, system_errno);
  return Error(ErrorCode::unknown_event, *gone + "\n" + shown_path(path) + ": " + errno_text(system_errno),
               system_errno);
}

Error empty_mount_error(const std::string& path, const std::optional<std::string>& lockdown) {
  std::string message = shown_path(path) + ": tracefs is mounted and empty";
  if (lockdown == "confidentiality") {
    message +=
        ": kernel lockdown (confidentiality) hides it\nboot without lockdown=confidentiality; with Secure "
        "Boot, "
        "switch that off if necessary";
  } else if (lockdown) {
    message += ", and kernel lockdown, which is '" + *lockdown +
               "', is not the reason\nan empty folder of tracefs is bound there; mount all of it:\n" +
               "mount -t tracefs tracefs " + path;
  } else {
    message +=
        "\nkernel lockdown (confidentiality) probably hides it; to find out:\n"
        "mount -t securityfs securityfs /sys/kernel/security; cat /sys/kernel/security/lockdown";
  }
  return Error(ErrorCode::not_readable, message);
}

Error buffer_size_error(const std::string& path, std::string_view kb, std::size_t cpus, int system_errno) {
  std::string message = shown_path(path) + ": the kernel refuses a buffer of " + std::string(trim(kb)) +
                        " KiB a cpu: " + errno_text(system_errno);
  if (const auto each = parse_number<std::uint64_t>(trim(kb)); each && cpus > 0) {
    message += "\nthat is " + size_text_of_kb(*each * cpus) + " for " + std::to_string(cpus) + " cpus";
    if (const auto free_kb = read_available_memory_kb())
      message += "; " + size_text_of_kb(*free_kb) + " are free";
  }
  return Error(ErrorCode::failed, message + "\ngive a smaller size", system_errno);
}

Error filter_error(const RefusedWrite& write) {
  if (const auto error = logged_error(write, "filter")) return *error;
  const auto now = parse_filter_text(write.content);
  if (!now.reason.empty() && trim(now.refused) == trim(write.value)) {
    return rejected(write, "filter", now.reason, now.column);
  }
  if (write.value.size() >= static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    return Error(ErrorCode::rejected,
                 shown_path(write.path) + ": the filter is too long: " + std::to_string(write.value.size()) +
                     " bytes; the kernel accepts less than a page",
                 write.system_errno);
  }
  return plain_error(write.path, "cannot be written", write.system_errno);
}

Error trigger_error(const RefusedWrite& write) {
  if (const auto error = logged_error(write, "trigger")) return *error;
  const auto wanted = parse_trigger(write.value);
  if (write.system_errno == EEXIST) {
    for (const auto& there : parse_triggers(write.content)) {
      if (there.kind() != wanted.kind()) continue;
      return Error(ErrorCode::rejected,
                   shown_path(write.path) + ": the event already has a trigger of this kind, '" +
                       there.text() + "', and takes only one\nremove it first: ftracectl trigger " +
                       event_of(write.path) + " --remove " + there.action,
                   EEXIST);
    }
  }
  if (is_refusal_of_rights(write.system_errno) && wanted.condition.empty()) {
    return tracefs_error(write.path, "cannot be written", write.system_errno);
  }
  // 5.10 and 6.1 log nothing about the condition of a trigger.
  std::string message = shown_path(write.path) +
                        ": the kernel refuses this trigger: " + errno_text(write.system_errno) + "\n  " +
                        write.value;
  const std::string available = parse_available_triggers(write.content);
  if (!available.empty()) message += "\nthis kernel's triggers: " + available;
  return Error(ErrorCode::rejected, message, write.system_errno);
}

}  // namespace ftracectl

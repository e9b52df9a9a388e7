#include <algorithm>
#include <ftracectl/event_table.hpp>

#include "decode/pages/syscall_text.hpp"
#include "model/print/print_format.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view enter_prefix = "sys_enter_";
constexpr std::string_view exit_prefix = "sys_exit_";

}  // namespace

void EventTable::add(EventSchema schema) {
  auto event = std::make_unique<KnownEvent>();
  event->schema = std::move(schema);
  const std::string& name = event->schema.name;
  const bool is_syscall = event->schema.system == "syscalls" || event->schema.find("__syscall_nr") != nullptr;
  if (is_syscall && name.starts_with(enter_prefix)) {
    event->text = KnownEvent::Text::syscall_enter;
    event->syscall_form = std::make_shared<const SyscallForm>(make_syscall_form(event->schema));
    learn_syscall_numbers(event->schema);
    syscall_enters_.try_emplace("sys_" + name.substr(enter_prefix.size()), event.get());
  } else if (is_syscall && name.starts_with(exit_prefix)) {
    event->text = KnownEvent::Text::syscall_exit;
    syscall_exits_.try_emplace("sys_" + name.substr(exit_prefix.size()), event.get());
  } else if (auto format = compile_print_format(event->schema)) {
    event->print_format = std::make_shared<const PrintFormat>(std::move(*format));
  }
  by_name_.try_emplace(name, event.get());
  by_id_.try_emplace(event->schema.id, event.get());
  events_.push_back(std::move(event));
}

void EventTable::learn_syscall_numbers(const EventSchema& schema) {
  const auto is_string = [](const Field& field) {
    return field.name.starts_with("__") && field.name.ends_with("_val");
  };
  const bool has_string = std::any_of(schema.fields.begin(), schema.fields.end(), is_string);
  const bool would_have = schema.name == "sys_enter_execve" || schema.name == "sys_enter_execveat" ||
                          schema.name == "sys_enter_openat";
  if (has_string) syscall_numbers_ = SyscallNumbers::prefixed;
  if (would_have && !has_string) syscall_numbers_ = SyscallNumbers::plain_hex;
}

const KnownEvent* EventTable::look_up(const ByName& names, std::string_view name) {
  const auto found = names.find(name);
  return found != names.end() ? found->second : nullptr;
}

const KnownEvent* EventTable::find(std::string_view name) const { return look_up(by_name_, name); }

const KnownEvent* EventTable::find_id(std::uint32_t id) const {
  const auto found = by_id_.find(id);
  return found != by_id_.end() ? found->second : nullptr;
}

const KnownEvent* EventTable::find_syscall_enter(std::string_view syscall) const {
  return look_up(syscall_enters_, syscall);
}

const KnownEvent* EventTable::find_syscall_exit(std::string_view syscall) const {
  return look_up(syscall_exits_, syscall);
}

}  // namespace ftracectl

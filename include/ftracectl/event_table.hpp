#pragma once

#include <ftracectl/export.hpp>
#include <ftracectl/schema.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace ftracectl FTRACECTL_PUBLIC {

struct PrintFormat;
struct SyscallForm;

/// How a kernel prints the numbers of a syscall's arguments.
enum class SyscallNumbers {
  unknown,
  plain_hex,  ///< up to 6.12: "fd: ffffff9c", no prefix on anything
  prefixed,   ///< 6.18: "fd: 0xffffff9c"; 7.3: hex has a prefix, all else is decimal, pointers of openat too
};

/// An event that decoders know: its schema, with all that is worked out once and not for each entry.
struct KnownEvent {
  enum class Text {
    print_format,   ///< "NAME: " and its print format
    syscall_enter,  ///< "sys_execve(filename: ..., argv: ...)", whatever the print format says
    syscall_exit,   ///< "sys_execve -> 0x0"
  };
  EventSchema schema;
  Text text = Text::print_format;
  std::shared_ptr<const PrintFormat> print_format;  ///< null where it cannot be read backwards
  std::shared_ptr<const SyscallForm> syscall_form;  ///< of syscall_enter alone
};

/// The events a decoder may meet, by the names that stand in the text. Owns their schemas: it outlives the
/// decoders and the events that point into it.
class EventTable {
 public:
  void add(EventSchema schema);

  /// By the event's name as it stands before the colon. Events of the same name in two systems cannot be
  /// told apart in text: the one added first is found.
  const KnownEvent* find(std::string_view name) const;
  /// By the syscall's name as it stands in the text, "sys_execve".
  const KnownEvent* find_syscall_enter(std::string_view syscall) const;
  const KnownEvent* find_syscall_exit(std::string_view syscall) const;

  /// By its common_type, as entries of binary pages have it.
  const KnownEvent* find_id(std::uint32_t id) const;

  std::size_t size() const { return events_.size(); }
  /// All of them, in the order in which they were added.
  const std::vector<std::unique_ptr<KnownEvent>>& all() const { return events_; }

  /// What the schemas tell of the syscalls' numbers: kernels that print strings print decimal.
  SyscallNumbers syscall_numbers() const { return syscall_numbers_; }
  /// Learns that of an event which need not be in the table; sys_enter_execve tells it on every kernel.
  void learn_syscall_numbers(const EventSchema& schema);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  using ByName = std::unordered_map<std::string, const KnownEvent*, Hash, std::equal_to<>>;

  static const KnownEvent* look_up(const ByName& names, std::string_view name);

  std::vector<std::unique_ptr<KnownEvent>> events_;
  std::unordered_map<std::uint32_t, const KnownEvent*> by_id_;
  ByName by_name_;
  ByName syscall_enters_;  ///< keyed "sys_execve" for sys_enter_execve
  ByName syscall_exits_;
  SyscallNumbers syscall_numbers_ = SyscallNumbers::unknown;
};

}  // namespace ftracectl

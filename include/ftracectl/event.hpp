#pragma once

#include <cstdint>
#include <forward_list>
#include <ftracectl/export.hpp>
#include <ftracectl/schema.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ftracectl FTRACECTL_PUBLIC {

/// A pointer's value. JSON has it as a string of hex digits: its numbers have 53 bits.
struct Address {
  std::uint64_t value = 0;
  friend bool operator==(Address, Address) = default;
};

/// That a field is there and its value is not known: null in JSON.
using Unknown = std::monostate;

/// A field's value as decoded, by its type in C. Text is a view into the entry it came from.
using Value = std::variant<std::int64_t, std::uint64_t, std::string_view, Address, Unknown>;

/// The number that a value is; nothing for a text.
inline std::optional<std::int64_t> number_in(const Value& value) {
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return static_cast<std::int64_t>(*number);
  if (const auto* address = std::get_if<Address>(&value)) return static_cast<std::int64_t>(address->value);
  return std::nullopt;
}

/// A field, or the words that the event's print format has for one: those stand in a value of their own, `NAME_text`.
struct FieldValue {
  std::string_view name;  ///< lives as long as the decoder
  Value value;
};

/// A moment by the buffer's trace_clock.
struct Timestamp {
  std::uint64_t value = 0;
  bool is_time = true;      ///< value is in nanoseconds; false for clocks that count something else
  bool is_known = true;     ///< false where the line tells no time (context-info off)
  bool from_start = false;  ///< counted from when the buffer was last emptied (latency-format), not by the
                            ///< clock's own zero
};

/// What a cpu was doing when it wrote an entry. A higher one interrupts a lower one.
enum class CpuContext : std::uint8_t { task, softirq, hardirq, nmi };

class EventPrinter;

/// One event, decoded. Every view points into `text`, into the schema or into the decoder's own storage, and
/// lives until the decoder is asked for its next entry; HeldEvent keeps one longer.
struct Event {
  std::string_view text;  ///< the entry as the kernel gave it
  Timestamp time;
  int cpu = -1;           ///< -1 where the line does not say
  std::int32_t tid = -1;  ///< the kernel's common_pid: a thread id; -1 where the line does not say
  /// As the decoder has it: a line's is looked up when the line is read, not when the event happened, and
  /// pages have none. Unknown where its data() is null; a task may have an empty name.
  std::string_view comm;
  bool comm_cut = false;  ///< may be longer: latency-format prints no more than 8 characters
  /// Of an event from pages: makes the kernel's text; see kernel_text().
  const EventPrinter* printer = nullptr;
  const EventSchema* schema = nullptr;  ///< null for an event nobody knows the format of
  std::string_view name;                ///< the event's name without its system
  std::string_view message;             ///< what stands after the time stamp
  std::vector<FieldValue> fields;
  std::vector<std::string_view> kernel_stack;  ///< frames, innermost first; see Stack
  std::vector<std::string_view> user_stack;
  bool decoded = false;                   ///< false: `fields` is empty and only `message` tells
  CpuContext context = CpuContext::task;  ///< task, too, where the entry does not say

  bool has_comm() const { return comm.data() != nullptr; }
  const Value* find(std::string_view field) const;
  std::optional<std::int64_t> number(std::string_view field) const;
  std::optional<std::string_view> string(std::string_view field) const;
};

/// The line that the kernel prints for the event, behind the header: the message as it was read, or, of an event from
/// pages, what the event's print format makes of its bytes. Nothing where the format needs more than the entry has (a
/// function of the kernel's): the fields are all that there is.
std::optional<std::string> kernel_text(const Event& event);

/// A stack trace: an entry of its own, which follows the event it belongs to on the same cpu. Frames stand
/// innermost first, as the kernel prints them: "vfs_write", "vfs_write+0x12/0x80", "<00007f39b5a63ad7>".
struct Stack {
  enum class Kind { kernel, user };
  Kind kind = Kind::kernel;
  Timestamp time;
  int cpu = -1;
  std::int32_t tid = -1;
  std::string_view comm;
  std::vector<std::string_view> frames;
  CpuContext context = CpuContext::task;
};

/// An event with storage of its own, which is used again by the next one assigned. It copies every text that
/// is not the schema's: whatever becomes of the decoder's storage, the event stays what it was.
class HeldEvent {
 public:
  HeldEvent() = default;
  HeldEvent(const HeldEvent&) = delete;  // the views would point into the other's storage
  HeldEvent& operator=(const HeldEvent&) = delete;

  void assign(const Event& event);
  void add_stack(const Stack& stack);
  const Event& event() const { return event_; }
  Event& event() { return event_; }

 private:
  std::string_view keep(std::string_view text) { return kept_.emplace_front(text); }

  std::string text_;
  std::string others_;                   ///< texts that do not stand in the event's
  std::forward_list<std::string> kept_;  ///< of stacks; a list: what is kept never moves
  Event event_;
};

/// The kernel's own word that it had to drop events.
struct Lost {
  int cpu = -1;                        ///< -1: of all cpus together, as a saved `trace` tells it
  std::optional<std::uint64_t> count;  ///< nothing where the kernel says "[LOST EVENTS]" without a number
  /// Of the first entry behind the loss, on its cpu; not known where the kernel tells of none.
  Timestamp time = {0, true, false, false};
};

/// Bytes that fit nothing we know; kept and counted, never guessed at.
struct Malformed {
  std::string_view line;
  std::string_view why;
};

/// What a decoder yields, one at a time.
struct Entry {
  enum class Kind { event, stack, lost, malformed };
  Kind kind = Kind::event;
  std::string_view bytes;  ///< all of its bytes, with the newline
  Event event;
  Stack stack;
  Lost lost;
  Malformed malformed;
};

}  // namespace ftracectl

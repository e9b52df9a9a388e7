#include <algorithm>
#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "output/formats.hpp"

namespace ftracectl {

namespace {

/// Without the line of counts: nothing is counted yet.
constexpr std::string_view header =
    "# tracer: nop\n"
    "#\n"
    "#                                _-----=> irqs-off/BH-disabled\n"
    "#                               / _----=> need-resched\n"
    "#                              | / _---=> hardirq/softirq\n"
    "#                              || / _--=> preempt-depth\n"
    "#                              ||| / _-=> migrate-disable\n"
    "#                              |||| /     delay\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";

/// The head of each entry: struct trace_entry.
constexpr std::size_t flags_offset = 2;
constexpr std::size_t preempt_count_offset = 3;

/// common_flags, as kernel/trace/trace_output.c of 6.18 names them. Before 6.13 the second one said that interrupts
/// cannot be told apart on this architecture, which x86 and arm64 never set.
enum Flag : unsigned {
  irqs_off = 0x01,
  need_resched_lazy = 0x02,
  need_resched = 0x04,
  hardirq = 0x08,
  softirq = 0x10,
  preempt_resched = 0x20,
  nmi = 0x40,
  bh_off = 0x80,
};

char interrupts_letter(unsigned flags) {
  if ((flags & bh_off) != 0) return (flags & irqs_off) != 0 ? 'D' : 'b';
  return (flags & irqs_off) != 0 ? 'd' : '.';
}

char resched_letter(unsigned flags) {
  switch (flags & (need_resched | need_resched_lazy | preempt_resched)) {
    case need_resched | need_resched_lazy | preempt_resched:
      return 'B';
    case need_resched | preempt_resched:
      return 'N';
    case need_resched_lazy | preempt_resched:
      return 'L';
    case need_resched_lazy | need_resched:
      return 'b';
    case need_resched:
      return 'n';
    case need_resched_lazy:
      return 'l';
    case preempt_resched:
      return 'p';
    default:
      return '.';
  }
}

char context_letter(unsigned flags) {
  if ((flags & nmi) != 0) return (flags & hardirq) != 0 ? 'Z' : 'z';
  if ((flags & hardirq) != 0) return (flags & softirq) != 0 ? 'H' : 'h';
  return (flags & softirq) != 0 ? 's' : '.';
}

char depth_letter(unsigned depth) { return depth == 0 ? '.' : "0123456789abcdef"[depth & 0xf]; }

unsigned byte_at(std::string_view bytes, std::size_t offset) {
  return offset < bytes.size() ? static_cast<unsigned char>(bytes[offset]) : 0U;
}

/// "d.h1."
std::array<char, 5> letters_of(std::string_view entry) {
  const unsigned flags = byte_at(entry, flags_offset);
  const unsigned count = byte_at(entry, preempt_count_offset);
  return {interrupts_letter(flags), resched_letter(flags), context_letter(flags), depth_letter(count & 0xf),
          depth_letter(count >> 4)};
}

/// The text of trace_pipe, entry by entry, as the kernel prints it: what it printed itself stays as it is, byte for
/// byte; entries of pages are printed by the rules of kernel/trace/trace_output.c of 6.18.
class TraceSink : public Sink {
 public:
  bool takes_entries() const override { return true; }

  /// What is said about the source, and not an entry: the kernel's text has no room for it.
  void record(const Record& /*record*/) override {}

  void entry(const Entry& entry, std::string_view comm, EntrySource source) override {
    if (std::exchange(is_first_, false)) buffer_ += header;
    if (source == EntrySource::text) return put_as_it_is(entry.bytes);
    switch (entry.kind) {
      case Entry::Kind::event:
        return put(entry.event, entry.bytes, comm);
      case Entry::Kind::stack:
        return put(entry.stack, entry.bytes, comm);
      case Entry::Kind::lost:
        return put(entry.lost);
      case Entry::Kind::malformed:
        return put(entry.malformed);
    }
  }

 private:
  void put_as_it_is(std::string_view bytes) {
    buffer_ += bytes;
    if (!bytes.ends_with('\n')) buffer_ += "\n";
  }

  void print(const char* format, auto... values) {
    std::array<char, 64> text;
    const int length = std::snprintf(text.data(), text.size(), format, values...);
    buffer_.append({text.data(), std::min(static_cast<std::size_t>(length), text.size() - 1)});
  }

  ///               sh-224     [000] .....    16.098396:
  void put_head(const Timestamp& time, int cpu, std::int32_t tid, std::string_view comm,
                std::string_view entry) {
    constexpr std::size_t comm_width = 16;
    if (comm.data() == nullptr) comm = tid == 0 ? "<idle>" : "<...>";
    for (std::size_t i = comm.size(); i < comm_width; ++i) buffer_ += " ";
    buffer_ += comm;
    const auto letters = letters_of(entry);
    print("-%-7d [%03d] %.5s ", tid, cpu, letters.data());
    if (time.is_time) {
      const std::uint64_t us = time.value / 1000 + (time.value % 1000 >= 500 ? 1 : 0);
      print("%5" PRIu64 ".%06" PRIu64 ": ", us / 1'000'000, us % 1'000'000);
    } else {
      print("%12" PRIu64 ": ", time.value);
    }
  }

  void put(const Event& event, std::string_view bytes, std::string_view comm) {
    put_head(event.time, event.cpu, event.tid, comm, bytes);
    if (const auto text = kernel_text(event)) {
      buffer_ += *text;
    } else {
      put_fields(event);
    }
    buffer_ += "\n";
  }

  /// Of an event whose print format calls what only its kernel has.
  void put_fields(const Event& event) {
    buffer_ += event.name;
    buffer_ += ":";
    for (const auto& [name, value] : event.fields) {
      buffer_ += " ";
      buffer_ += name;
      buffer_ += "=";
      if (const auto* text = std::get_if<std::string_view>(&value)) {
        buffer_ += *text;
      } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        print("%" PRId64, *number);
      } else if (const auto* positive = std::get_if<std::uint64_t>(&value)) {
        print("%" PRIu64, *positive);
      } else if (const auto* address = std::get_if<Address>(&value)) {
        print("0x%" PRIx64, address->value);
      } else {
        buffer_ += "?";
      }
    }
  }

  void put(const Stack& stack, std::string_view bytes, std::string_view comm) {
    put_head(stack.time, stack.cpu, stack.tid, comm, bytes);
    const bool is_user = stack.kind == Stack::Kind::user;
    buffer_ += is_user ? "<user stack trace>\n" : "<stack trace>\n";
    for (const auto frame : stack.frames) {
      buffer_ += is_user ? " =>  " : " => ";
      buffer_ += frame;
      buffer_ += "\n";
    }
  }

  void put(const Lost& lost) {
    if (lost.count) {
      print("CPU:%d [LOST %" PRIu64 " EVENTS]\n", lost.cpu, *lost.count);
    } else {
      print("CPU:%d [LOST EVENTS]\n", lost.cpu);
    }
  }

  /// Bytes are no text: their number and what is wrong with them.
  void put(const Malformed& malformed) {
    print("# malformed, %zu bytes: ", malformed.line.size());
    buffer_ += malformed.why;
    buffer_ += "\n";
  }

  bool is_first_ = true;
};

}  // namespace

std::unique_ptr<Sink> make_trace_sink(const SinkOptions& /*options*/) {
  return std::make_unique<TraceSink>();
}

}  // namespace ftracectl

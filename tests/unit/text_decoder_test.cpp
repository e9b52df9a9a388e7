#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "decode/text/line_header.hpp"
#include "support/formats.hpp"
#include "support/known_events.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

/// What the decoder yields, a line each: "event NAME MESSAGE", "lost CPU N", "malformed LINE", "stack N".
std::vector<std::string> entries_of(const std::string& text, bool finish = true) {
  static const EventTable events = exec_event_table();
  TextDecoder decoder(events);
  decoder.feed(text);
  if (finish) decoder.finish();
  std::vector<std::string> entries;
  while (const Entry* entry = decoder.next()) {
    switch (entry->kind) {
      case Entry::Kind::event: {
        const std::string decoded = entry->event.decoded ? "event " : "undecoded ";
        entries.push_back(decoded + std::string(entry->event.name) + "|" + std::string(entry->event.message));
        break;
      }
      case Entry::Kind::stack:
        entries.push_back("stack " + std::to_string(entry->stack.frames.size()));
        break;
      case Entry::Kind::lost:
        entries.push_back("lost " + std::to_string(entry->lost.cpu) + " " +
                          (entry->lost.count ? std::to_string(*entry->lost.count) : "?"));
        break;
      case Entry::Kind::malformed:
        entries.push_back("malformed " + std::string(entry->malformed.line));
        break;
    }
  }
  return entries;
}

using Entries = std::vector<std::string>;

}  // namespace

TEST_CASE("a line's header is read by columns, whatever the name is") {
  const auto header = [](std::string_view line) { return parse_line_header(line, {TextLayout::plain}); };
  const auto plain = header("              wl-210     [000] ....     4.817570: x\n");
  REQUIRE(plain.fit == LineHeader::Fit::yes);
  CHECK(plain.comm == "wl");
  CHECK(plain.tid == 210);
  CHECK(plain.cpu == 0);
  CHECK(plain.time.value == 4'817'570'000);
  CHECK(plain.time.is_time);
  CHECK(header("   x-7 [001] a-1-99      [001] .....     1.000002: x\n").comm == "x-7 [001] a-1");
  CHECK(header("   CPU:0 [LOST 5-288     [001] .....    11.266214: x\n").tid == 288);
  CHECK(header("         nl\nline-678     [001] ....    11.575131: x\n").comm == "nl\nline");
  CHECK(header("                -289     [001] .....    11.287760: x\n").comm.empty());
  const auto with_tgid = header("              wl-353     (    353) [007]     12.599081: x\n");
  CHECK(with_tgid.fit == LineHeader::Fit::yes);
  CHECK(with_tgid.cpu == 7);
  const auto counter = header("              wl-651     [000] .....            5: x\n");
  CHECK(counter.fit == LineHeader::Fit::yes);
  CHECK_FALSE(counter.time.is_time);
  CHECK(counter.time.value == 5);
  CHECK(header("kworker/u8:0-even-31  [001] d..1.   100.000001: x\n").fit == LineHeader::Fit::no);
  CHECK(header("              wl-21").fit == LineHeader::Fit::need_more);
  CHECK(header("no header at all, but a long line of text\n").fit == LineHeader::Fit::no);
}

TEST_CASE("a numeric flags column is not taken for the time") {
  // preempt-depth and migrate-disable are digits: "d..12" and even "....1".
  const auto header =
      parse_line_header("              wl-210     [000] 11111     4.817570: x\n", {TextLayout::plain});
  CHECK(header.fit == LineHeader::Fit::yes);
  CHECK(header.time.value == 4'817'570'000);
}

TEST_CASE("an exec of a file whose name imitates lines of trace text is one event") {
  const std::string forged =
      "              ok-305     [000] .....     6.722117: sched_process_exec: filename=/t/x\n"
      "            evil-1       [000] .....     6.800000: sched_process_exec: filename=/bin/evil pid=1\n"
      "CPU:0 [LOST 5 EVENTS]\n"
      " pid=305 old_pid=305\n"
      "              ok-305     [000] .....     6.722179: sys_execve -> 0x0\n";
  const auto entries = entries_of(forged);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].starts_with("event sched_process_exec|sched_process_exec: filename=/t/x\n"));
  CHECK(entries[0].ends_with("\n pid=305 old_pid=305"));
  CHECK(entries[1] == "event sys_exit_execve|sys_execve -> 0x0");
}

TEST_CASE("losses are counted, with and without a number") {
  CHECK(entries_of("CPU:1 [LOST 329 EVENTS]\n") == Entries{"lost 1 329"});
  CHECK(entries_of("CPU:0 [LOST EVENTS]\n") == Entries{"lost 0 ?"});
  CHECK(entries_of("CPU:x [LOST 3 EVENTS]\n") == Entries{"malformed CPU:x [LOST 3 EVENTS]"});
}

TEST_CASE("what fits nothing is malformed and kept, and the next line is read again") {
  const std::string line =
      "              wl-243     [001] .....     5.053726: sys_execve -> 0xfffffffffffffffe\n";
  CHECK(entries_of("garbage of a length to be told from a header\n" + line) ==
        Entries{"malformed garbage of a length to be told from a header",
                "event sys_exit_execve|sys_execve -> 0xfffffffffffffffe"});
  CHECK(entries_of(line + "torn") ==
        Entries{"event sys_exit_execve|sys_execve -> 0xfffffffffffffffe", "malformed torn"});
}

TEST_CASE("an entry torn at any byte gives no other entry than the whole one or a malformed one") {
  const std::string line =
      "              ok-242     [001] .....     5.028154: sched_process_exec: filename=/t/ok pid=242 "
      "old_pid=242\n";
  for (std::size_t length = 1; length + 1 < line.size(); ++length) {
    const auto entries = entries_of(line.substr(0, length));
    REQUIRE(entries.size() == 1);
    // Where only the last number may have been cut, it is the event, without that number.
    if (length > line.find("old_pid=2") + 8) {
      CHECK(entries[0] ==
            "event sched_process_exec|" + line.substr(line.find("sched_"), length - line.find("sched_")));
    } else {
      CHECK(entries[0] == "malformed " + line.substr(0, length));
    }
  }
}

TEST_CASE("an unknown event ends where the next entry starts, or when the stream rests") {
  const std::string marker =
      "              sh-99      [000] .....     1.000000: tracing_mark_write: one\ntwo\n";
  const std::string next = "              sh-99      [000] .....     1.000001: sys_execve -> 0x0\n";
  CHECK(entries_of(marker + next) == Entries{"undecoded tracing_mark_write|tracing_mark_write: one\ntwo",
                                             "event sys_exit_execve|sys_execve -> 0x0"});
  CHECK(entries_of(marker, false).empty());
  static const EventTable events = exec_event_table();
  TextDecoder decoder(events);
  decoder.feed(marker);
  CHECK(decoder.next() == nullptr);
  decoder.settle();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  CHECK(entry->event.message == "tracing_mark_write: one\ntwo");
}

TEST_CASE("stack frames belong to their trace until another entry starts") {
  const std::string stack =
      "              wl-654     [000] ....    11.134286: <stack trace>\n"
      " => syscall_trace_enter.constprop.0\n => do_syscall_64\n";
  CHECK(entries_of(stack) == Entries{"stack 2"});
  CHECK(entries_of(stack + "CPU:0 [LOST 7 EVENTS]\n") == Entries{"stack 2", "lost 0 7"});
  CHECK(entries_of(stack, false).empty());
}

TEST_CASE("syscall arguments of every kernel's way of writing numbers") {
  static const EventTable events = exec_event_table();
  const auto filename_of = [](const std::string& message) {
    TextDecoder decoder(events);
    decoder.feed("              wl-210     [000] ....     4.817570: " + message + "\n");
    decoder.finish();
    const Entry* entry = decoder.next();
    REQUIRE(entry != nullptr);
    REQUIRE(entry->event.decoded);
    return entry->event.number("filename").value_or(-1);
  };
  CHECK(filename_of("sys_execve(filename: 1ff9c30, argv: 1ffaf50, envp: 1ffaf68)") == 0x1ff9c30);
  CHECK(filename_of("sys_execve(filename: 0x55e88e9ae988, argv: 0x1, envp: 0)") == 0x55e88e9ae988);
  CHECK(filename_of("sys_execve(filename: 10, argv: 1ffaf50, envp: 1ffaf68)") == 0x10);
}

TEST_CASE("a string in a syscall may hold what looks like the next arguments") {
  EventTable events;
  events.add(sys_enter_execve_with_string());
  TextDecoder decoder(events);
  decoder.feed(
      "              wl-243     [001] .....     5.053518: "
      "sys_execve(filename: 0x4912a9 \"/x\", argv: 0x1, envp: 0x2)\", argv: 0x7ff, envp: 0x4c00f0)\n");
  decoder.finish();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  REQUIRE(entry->event.decoded);
  CHECK(entry->event.string("filename_text") == "/x\", argv: 0x1, envp: 0x2)");
  CHECK(entry->event.number("argv") == 0x7ff);
  CHECK(entry->event.number("envp") == 0x4c00f0);
}

namespace {

const std::string exec_line =
    "              ok-305     [000] .....     6.722117: sched_process_exec: filename=/t/x pid=305 "
    "old_pid=305\n";
const std::string evil_line =
    "            evil-1       [000] .....     6.800000: sched_process_exec: filename=/bin/evil pid=1 "
    "old_pid=1\n";
const std::string exit_line = "              ok-305     [000] .....     6.722179: sys_execve -> 0x0\n";

}  // namespace

TEST_CASE("arguments that the kernel leaves out at the end leave the others as they are") {
  EventTable events;
  events.add(fixture_schema("7.3", "syscalls", "sys_enter_openat"));
  const auto decoded = [&](const std::string& arguments) {
    TextDecoder decoder(events);
    decoder.feed("              sh-99      [000] .....     1.000000: sys_openat(" + arguments + ")\n");
    decoder.finish();
    const Entry* entry = decoder.next();
    REQUIRE(entry != nullptr);
    return std::pair(entry->event.decoded, entry->event.fields.size());
  };
  CHECK(decoded("dfd: 3, filename: 0x1 \"/dev/null\", flags: O_RDONLY, mode: 0666") == std::pair(true, 6UL));
  CHECK(decoded("dfd: 3, filename: 0x1 \"/dev/null\", flags: O_RDONLY") == std::pair(true, 5UL));
  CHECK(decoded("dfd: 3, filename: 0x1 \"/x, y\"") == std::pair(false, 0UL));
  CHECK(decoded("dfd: 3, flags: O_RDONLY, mode: 0666").first == false);
}

TEST_CASE("a number of a syscall that may be hex or decimal is not guessed at") {
  const auto fd_of = [](const std::string& kernel, bool told) {
    EventTable events;
    events.add(fixture_schema(kernel, "syscalls", "sys_enter_close"));
    if (told) events.learn_syscall_numbers(fixture_schema(kernel, "syscalls", "sys_enter_execve"));
    TextDecoder decoder(events);
    decoder.feed("              sh-99      [000] .....     1.000000: sys_close(fd: 10)\n");
    decoder.finish();
    const Entry* entry = decoder.next();
    REQUIRE(entry != nullptr);
    CHECK(entry->event.decoded == told);
    return entry->event.number("fd");
  };
  CHECK(fd_of("5.10", true) == 0x10);
  CHECK(fd_of("7.3", true) == 10);
  CHECK_FALSE(fd_of("5.10", false));
  CHECK_FALSE(fd_of("7.3", false));
}

TEST_CASE("a file name that imitates its own line's end and another line is one event") {
  const auto entries = entries_of(exec_line + evil_line + " pid=305 old_pid=305\n" + exit_line);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].ends_with("\n pid=305 old_pid=305"));
  CHECK(entries[1] == "event sys_exit_execve|sys_execve -> 0x0");
  // The same over several lines, the last of which are no imitations.
  CHECK(entries_of(exec_line + evil_line + evil_line + "x\ny pid=305 old_pid=305\n" + exit_line).size() == 2);
}

TEST_CASE("a file name cannot claim that it ended with the numbers of another task") {
  const std::string forged =
      "              ok-305     [000] .....     6.722117: sched_process_exec: filename=/t/x pid=1 "
      "old_pid=1\n" +
      evil_line + " pid=305 old_pid=305\n";
  const auto entries = entries_of(forged + exit_line);
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].ends_with("\n pid=305 old_pid=305"));
}

TEST_CASE("the end of a marker hides no entry before it") {
  // A marker can hold what would end the file name of an exec before it: but the marker was open.
  const std::string marker =
      "            evil-9       [000] .....     6.722150: tracing_mark_write: x\n pid=305 old_pid=305\n";
  const auto entries = entries_of(exec_line + exit_line + marker + exit_line);
  REQUIRE(entries.size() == 4);
  CHECK(entries[0] == "event sched_process_exec|sched_process_exec: filename=/t/x pid=305 old_pid=305");
  // Nor does another task's file name.
  const std::string other =
      "           other-9       [000] .....     6.722150: sched_process_exec: filename=/t/y\n pid=9 "
      "old_pid=9\n";
  CHECK(entries_of(exec_line + exit_line + other + exit_line).size() == 4);
}

TEST_CASE("a marker that is open at a NUL keeps to itself what stands behind it on its line") {
  const std::string marker = "            evil-9       [000] .....     6.722150: tracing_mark_write: a";
  const auto entries = entries_of(marker + exec_line + exit_line);
  REQUIRE(entries.size() == 3);
  CHECK(entries[0] == "undecoded tracing_mark_write|tracing_mark_write: a");
  CHECK(entries[1] == "malformed " + exec_line.substr(0, exec_line.size() - 1));
  CHECK(entries[2] == "event sys_exit_execve|sys_execve -> 0x0");
}

TEST_CASE("a text without newlines is not kept for ever") {
  static const EventTable events = exec_event_table();
  TextDecoder decoder(events);
  std::size_t malformed = 0;
  for (int i = 0; i < 100; ++i) {
    decoder.feed(std::string(10'000, 'x'));
    while (const Entry* entry = decoder.next()) malformed += entry->kind == Entry::Kind::malformed;
    CHECK(decoder.bytes_waiting() < 20'000);
  }
  CHECK(malformed > 50);
  decoder.feed("\n" + exit_line);
  decoder.finish();
  REQUIRE(decoder.next() != nullptr);
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  CHECK(entry->kind == Entry::Kind::event);
}

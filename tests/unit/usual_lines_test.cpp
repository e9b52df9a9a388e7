#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <variant>
#include <vector>

#include "decode/text/line_header.hpp"
#include "support/known_events.hpp"

// What most lines are is read by shorter ways. Here they meet the long ones.

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

/// One byte of `text` after the other, changed to each byte that matters in a line.
template <typename Check>
void with_each_byte_changed(const std::string& text, const Check& check) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (const char byte : std::string_view(" 09afgxA-[].:,()\n\t\x80\xff#C\0", 23)) {
      std::string changed = text;
      changed[at] = byte;
      check(changed);
    }
  }
}

std::string described(const LineHeader& header) {
  if (header.fit != LineHeader::Fit::yes) return "no header";
  return std::to_string(header.length) + "|" + std::string(header.comm) + "|" + std::to_string(header.tid) +
         "|" + std::to_string(header.cpu) + "|" + std::to_string(header.time.value) +
         (header.time.is_time ? "ns" : "");
}

std::string described(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return "\"" + std::string(*text) + "\"";
  return std::to_string(*number_in(value));
}

std::string described(const Entry& entry) {
  std::string text =
      "kind " + std::to_string(static_cast<int>(entry.kind)) + "|" + std::string(entry.bytes) + "|";
  if (entry.kind != Entry::Kind::event) return text;
  const Event& event = entry.event;
  text += std::string(event.name) + "|" + std::string(event.message) + "|" + std::string(event.text) + "|" +
          std::string(event.comm) + "|" + std::to_string(event.tid) + "|" + std::to_string(event.time.value) +
          (event.decoded ? "|decoded" : "|whole");
  for (const auto& field : event.fields) {
    text += "|" + std::string(field.name) + "=" + described(field.value);
  }
  return text;
}

/// The entries of `text` behind a line that the decoder has read before.
std::vector<std::string> entries_behind(const std::string& first_line, const std::string& text) {
  static const EventTable events = exec_event_table();
  TextDecoder decoder(events);
  decoder.expect({TextLayout::plain});
  decoder.feed(first_line);
  REQUIRE(decoder.next() != nullptr);
  decoder.feed(text);
  decoder.finish();
  std::vector<std::string> entries;
  while (const Entry* entry = decoder.next()) entries.push_back(described(*entry));
  return entries;
}

const std::string header_text = "              wl-210     [001] .....  4817.570123: ";

}  // namespace

TEST_CASE("usual lines: a header is the same by its fixed columns and read along") {
  // The columns are read where a whole line is there, which no header is longer than.
  const std::string long_message(120, 'x');
  const auto check = [&](const std::string& header) {
    const std::string short_line = header + "x";
    const std::string long_line = header + long_message;
    const LineHeader along = parse_line_header(short_line, {TextLayout::plain});
    if (along.fit == LineHeader::Fit::need_more) return;
    REQUIRE(described(parse_line_header(long_line, {TextLayout::plain})) == described(along));
  };
  check(header_text);
  for (const char* const header : {"      dhcpcd-run-4194304 [127] d..2.     0.000000: ",
                                   "                -1       [000] ....1 99999999.999999: ",
                                   "   <...>-12345678 [000] .....     1.000001: ",
                                   "            x-17      [000] ....  1700000000.123456: "}) {
    check(header);
    with_each_byte_changed(header, check);
  }
  with_each_byte_changed(header_text, check);
}

TEST_CASE("usual lines: a syscall is the same in one go and piece by piece") {
  // Behind a line of the same syscall it is read in one go, behind another's piece by piece.
  const std::string before = header_text + "sys_execve(filename: 0x1f, argv: 0x2a, envp: 0x3)\n";
  const std::string other =
      header_text + "sys_execveat(fd: 0x1, filename: 0x1f, argv: 0x2a, envp: 0x3, flags: 0x0)\n";
  const auto check = [&](const std::string& line) {
    REQUIRE(entries_behind(before, line) == entries_behind(other, line));
  };
  const std::string behind = header_text + "sys_execve -> 0xfffffffffffffffe\n";
  for (const char* const arguments :
       {"filename: 0x55e88e9ae988, argv: 0x0, envp: 0xffffffffffffffff",
        "filename: 0x1, argv: 0x2, envp: 0x3", "filename: 0x1, argv: 0x2",
        "filename: 0x12345678123456781, argv: 0x2, envp: 0x3",
        "filename: 0x4912a9 \"/nonexistent, argv: 0x7\", argv: 0x2, envp: 0x3", ""}) {
    const std::string line = header_text + "sys_execve(" + arguments + ")\n";
    check(line);
    check(line + line + behind);
    with_each_byte_changed(line, [&](const std::string& changed) { check(changed + behind); });
  }
}

TEST_CASE("usual lines: numbers without prefix, as kernels up to 6.12 print them") {
  const std::string before = header_text + "sys_execve(filename: 55e88e9ae988, argv: 2a, envp: 7ffd10)\n";
  const std::string line = header_text + "sys_execve(filename: 10, argv: 0, envp: ffffffffffffffff)\n";
  const auto entries = entries_behind(before, line);
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].ends_with("|decoded|filename=16|argv=0|envp=-1"));
}

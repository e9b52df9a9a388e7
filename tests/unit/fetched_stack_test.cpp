// What the probe at execve() brings of the caller's stack: read, and then forgotten.

#include "records/fetched_stack.hpp"

#include <doctest/doctest.h>

#include <string>

#include "decode/pages/page_reader.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/stack_probe.hpp"
#include "records/forget_stacks.hpp"
#include "records/scrub_pages.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr std::uint16_t probe_id = 1900;

/// As the kernel (6.18) describes such a probe.
std::string probe_format() {
  std::string format = "name: stack\nID: " + std::to_string(probe_id) + "\nformat:\n";
  const auto field = [&](const std::string& declaration, std::size_t offset, std::size_t size) {
    format += "\tfield:" + declaration + ";\toffset:" + std::to_string(offset) +
              ";\tsize:" + std::to_string(size) + ";\tsigned:0;\n";
  };
  field("unsigned short common_type", 0, 2);
  field("unsigned char common_flags", 2, 1);
  field("unsigned char common_preempt_count", 3, 1);
  field("int common_pid", 4, 4);
  format += "\n";
  std::size_t at = 8;
  const auto word = [&](const std::string& name) {
    field("u64 " + name, at, 8);
    at += 8;
  };
  word("__probe_ip");
  word("ip");
  for (const auto& [name, number] : stack_probe_registers) word(name);
  for (std::size_t i = 0; i < stack_probe_parts; ++i) {
    field("u64 s" + std::to_string(i) + "[64]", at, stack_probe_part_size);
    at += stack_probe_part_size;
  }
  return format + "\nprint fmt: \"(%lx)\", REC->__probe_ip\n";
}

EventTable table() {
  EventTable events;
  events.add(parse_format(probe_format(), exec_probe_group(7), "format"));
  return events;
}

std::string word(std::uint64_t value) { return {reinterpret_cast<const char*>(&value), sizeof value}; }

/// Its registers are 100, 101, …; the stack begins at 103.
std::string payload() {
  std::string rest = word(1) + word(0x7f00);
  for (std::uint64_t i = 0; i < stack_probe_registers.size(); ++i) rest += word(100 + i);
  for (std::uint64_t i = 0; i < stack_probe_parts * stack_probe_part_size / 8; ++i)
    rest += word(0x5ec2e7000000 + i);
  return payload_of(probe_id, 42, rest);
}

bool has_secret(std::string_view bytes) { return bytes.find("\xe7\xc2\x5e") != std::string_view::npos; }

}  // namespace

TEST_CASE("fetched stack: the probe fetches registers, and the stack from where it ends") {
  CHECK(
      stack_probe_definition("ftracectl_7", "/lib/libc.so.6", 0xd4ad0, Architecture::x86_64) ==
      "p:ftracectl_7/stack /lib/libc.so.6:0xd4ad0 ip=%ip:x64 bx=%bx:x64 bp=%bp:x64 sp=%sp:x64 r12=%r12:x64 "
      "r13=%r13:x64 r14=%r14:x64 r15=%r15:x64 s0=+0(%sp):x64[64] s1=+512(%sp):x64[64] s2=+1024(%sp):x64[64] "
      "s3=+1536(%sp):x64[64] s4=+2048(%sp):x64[64]");
  CHECK(stack_probe_definition("g", "/x", 1, Architecture::arm64).empty());
  CHECK(is_stack_probe("ftracectl_7", "stack"));
  CHECK_FALSE(is_stack_probe("ftracectl_7", "execve"));
  CHECK_FALSE(is_stack_probe("somebody", "stack"));
}

TEST_CASE("fetched stack: an event is read by its format, and one that is cut is none") {
  const EventTable events = table();
  Event event;
  event.schema = &events.all().front()->schema;
  const std::string bytes = payload();
  event.text = bytes;
  const auto stack = read_fetched_stack(event);
  REQUIRE(stack);
  CHECK(stack->registers[return_address_number] == 0x7f00U);
  CHECK(stack->registers[3] == 100U);
  CHECK(stack->registers[stack_pointer_number] == 102U);
  CHECK_FALSE(stack->registers[0]);
  CHECK(stack->begin == 102);
  CHECK(stack->bytes.size() == 2560);
  CHECK(stack->word(102) == 0x5ec2e7000000U);
  CHECK(stack->word(110) == 0x5ec2e7000001U);
  for (const std::uint64_t outside : {0U, 101U, 102U + 2553U, 102U + 2560U})
    CHECK_FALSE(stack->word(outside));
  CHECK_FALSE(stack->word(~std::uint64_t{0}));
  for (std::size_t size = 0; size < 48; ++size) {
    event.text = std::string_view(bytes).substr(0, size);
    CHECK_FALSE(read_fetched_stack(event));
  }
}

TEST_CASE("fetched stack: pages that are kept have nothing of it") {
  const EventTable events = table();
  StackForgetter forgetter(events, PageLayout());
  CHECK(forgetter.is_needed());
  CHECK_FALSE(StackForgetter(EventTable(), PageLayout()).is_needed());
  const std::string other = payload_of(7, 42, "something else, kept");
  PageWriter writer(1000);
  writer.event(0, payload()).event(5, other);
  const std::string page = writer.page();
  REQUIRE(has_secret(page));
  const std::string kept(forgetter.forget(page));
  CHECK_FALSE(has_secret(kept));
  CHECK(kept.size() == page.size());
  CHECK(kept.find("something else, kept") != std::string::npos);
  PageReader reader(PageLayout(), kept);
  REQUIRE(reader.advance());
  CHECK(reader.payload().size() == payload().size());
  REQUIRE(reader.advance());
  CHECK(reader.payload() == other);
  CHECK(std::string(forgetter.forget(kept)) == kept);
  for (std::size_t size = 0; size < page.size(); size += 7) {
    const std::string torn = page.substr(0, size);
    const std::string forgotten(forgetter.forget(torn));
    CHECK(forgotten.size() == torn.size());
    CHECK_FALSE(has_secret(forgotten));
  }
  PageWriter discarding(1000);
  discarding.discarded(payload());
  CHECK_FALSE(has_secret(forgetter.forget(discarding.page())));
  // The decoder has it: nothing else takes it out before.
  CHECK_FALSE(PageScrubber(events, PageLayout()).is_needed());
}

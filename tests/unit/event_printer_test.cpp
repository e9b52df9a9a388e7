// What the kernel prints of an entry: expected texts by the rules of lib/vsprintf.c and kernel/trace/trace_output.c.

#include "decode/pages/event_printer.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <map>

#include "support/formats.hpp"

using namespace ftracectl;

namespace {

/// Bytes of an event whose fields are, at fixed places: n (u32, 8), s (s32, 12), l (u64, 16), b (u8[16], 24),
/// c (char[8], 40), d (__data_loc u8[], 48), t (__data_loc char[], 52), p (void *, 56).
constexpr std::string_view declarations =
    "name: mine\nID: 7\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:u32 n;\toffset:8;\tsize:4;\tsigned:0;\n"
    "\tfield:s32 s;\toffset:12;\tsize:4;\tsigned:1;\n"
    "\tfield:u64 l;\toffset:16;\tsize:8;\tsigned:0;\n"
    "\tfield:u8 b[16];\toffset:24;\tsize:16;\tsigned:0;\n"
    "\tfield:char c[8];\toffset:40;\tsize:8;\tsigned:0;\n"
    "\tfield:__data_loc u8[] d;\toffset:48;\tsize:4;\tsigned:0;\n"
    "\tfield:__data_loc char[] t;\toffset:52;\tsize:4;\tsigned:0;\n"
    "\tfield:void * p;\toffset:56;\tsize:8;\tsigned:0;\n\n"
    "print fmt: ";

struct Contents {
  std::uint32_t n = 0;
  std::int32_t s = 0;
  std::uint64_t l = 0;
  std::string b = std::string(16, '\0');
  std::string c;
  std::string d;
  std::string t;
  std::uint64_t p = 0;
};

std::string bytes_of_entry(const Contents& contents) {
  std::string entry(64, '\0');
  const auto put = [&](std::size_t at, const auto& value) {
    std::memcpy(entry.data() + at, &value, sizeof value);
  };
  put(0, std::uint16_t{7});
  put(8, contents.n);
  put(12, contents.s);
  put(16, contents.l);
  entry.replace(24, 16, contents.b.substr(0, 16));
  entry.replace(40, contents.c.size(), contents.c);
  put(56, contents.p);
  put(48, static_cast<std::uint32_t>(contents.d.size() << 16U | entry.size()));
  entry += contents.d;
  put(52, static_cast<std::uint32_t>((contents.t.size() + 1) << 16U | entry.size()));
  entry += contents.t + '\0';
  return entry;
}

SymbolPlace symbol(std::uint64_t address) {
  if (address == 0xffffffff81000012) return {"vfs_write", 0x12, 0x80};
  if (address == 0xffffffffc0000034) return {"nf_hook [nf_tables]", 0x34, 0x90};
  return {};
}

std::string printed(const std::string& print_fmt, const Contents& contents) {
  EventTable events;
  events.add(parse_format(std::string(declarations) + print_fmt + "\n", "mine", "f"));
  const auto text = EventPrinter(*events.find("mine"), symbol).text(bytes_of_entry(contents));
  if (!text) return "(none)";
  return text->starts_with("mine: ") ? text->substr(6) : *text;
}

std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (const auto value : values) text += static_cast<char>(value);
  text.resize(std::max<std::size_t>(text.size(), 16));
  return text;
}

}  // namespace

TEST_CASE("event printer: numbers as the kernel's vsnprintf has them") {
  Contents some;
  some.n = 0xffffff9c;
  some.s = -100;
  some.l = 0x123456789abcdef0;
  CHECK(printed("\"%d %u %x %#x %o %#o\", REC->n, REC->n, REC->n, REC->n, REC->n, REC->n", some) ==
        "-100 4294967196 ffffff9c 0xffffff9c 37777777634 037777777634");
  CHECK(printed("\"%d|%5d|%-6d|%06d|%+d\", REC->s, REC->s, REC->s, REC->s, REC->s", some) ==
        "-100| -100|-100  |-00100|-100");
  CHECK(printed("\"%llx %lx %hx %hhx %Lx\", REC->l, REC->l, REC->l, REC->l, REC->l", some) ==
        "123456789abcdef0 123456789abcdef0 def0 f0 123456789abcdef0");
  CHECK(printed("\"%#x %#o %03o %.4d %*d\", 0, 0, 5, 7, 6, 42", some) == "0x0 0 005 0007     42");
  CHECK(printed("\"%X %c%% %2c\", REC->n, 'R', 65", some) == "FFFFFF9C R%  A");
}

TEST_CASE("event printer: C's arithmetic, in its types") {
  Contents some;
  some.n = 266338304;
  some.s = -1;
  some.l = 5'000'000'001;
  CHECK(
      printed("\"%d,%d\", ((unsigned int) ((REC->n) >> 20)), ((unsigned int) ((REC->n) & ((1U << 20) - 1)))",
              some) == "254,0");
  CHECK(printed("\"%d %d\", REC->s < 1, REC->s < 1U", some) == "1 0");
  CHECK(printed("\"%lx\", (unsigned long)REC->s", some) == "ffffffffffffffff");
  CHECK(printed("\"%llx\", 1UL << 40", some) == "10000000000");
  CHECK(printed("\"%d %d\", -7 / 2, -7 % 2", some) == "-3 -1");
  CHECK(printed("\"%d %d %d\", (u8)REC->s, (s8)REC->s, sizeof(unsigned long)", some) == "255 -1 8");
  CHECK(printed("\"%llu.%09u\", __print_ns_to_secs(REC->l), __print_ns_without_secs(REC->l)", some) ==
        "5.000000001");
  CHECK(printed("\"%s\", REC->s < 0 ? \"less\" : \"more\"", some) == "less");
  CHECK(printed("\"%d\", REC->b[3] + 1", some) == "1");
  CHECK(printed("\"%d\", REC->b[16]", some) == "(none)");
  CHECK(printed("\"%d\", 1 / REC->b[0]", some) == "(none)");
}

TEST_CASE("event printer: texts, arrays and the kernel's own words") {
  Contents some;
  some.n = 0x12;
  some.c = "comm";
  some.d = bytes({1, 2, 0xff}).substr(0, 3);
  some.t = "/bin/true";
  CHECK(printed("\"%s|%8s|%-8s|%.2s\", REC->c, REC->c, REC->c, REC->c", some) == "comm|    comm|comm    |co");
  CHECK(printed("\"%s %d\", __get_str(t), __get_dynamic_array_len(d)", some) == "/bin/true 3");
  CHECK(printed("\"%s\", __print_hex(__get_dynamic_array(d), __get_dynamic_array_len(d))", some) ==
        "01 02 ff");
  CHECK(printed("\"%s\", __print_hex_str(__get_dynamic_array(d), 2)", some) == "0102");
  CHECK(printed("\"%s\", __print_array(__get_dynamic_array(d), __get_dynamic_array_len(d), 1)", some) ==
        "{0x1,0x2,0xff}");
  CHECK(printed("\"%*phC %*phN %3ph\", 2, REC->c, 2, REC->c, REC->c", some) == "63:6f 636f 63 6f 6d");
  CHECK(printed("\"%s\", __print_flags(REC->n, \"|\", { 0x2, \"B\" }, { 0x4, \"C\" })", some) == "B|0x10");
  CHECK(printed("\"%s\", __print_symbolic(REC->n, { 0x12, \"X\" })", some) == "X");
  CHECK(printed("\"%s\", __print_symbolic(REC->n, { 1, \"X\" })", some) == "0x12");
  CHECK(printed("\"%s\\n\", REC->c", some) == "comm");
}

TEST_CASE("event printer: the forms of %p") {
  Contents some;
  some.p = 0xffffffff81000012;
  CHECK(printed("\"%ps %pS %p\", REC->p, REC->p, REC->p", some) ==
        "vfs_write vfs_write+0x12/0x80 ffffffff81000012");
  some.p = 0xffffffffc0000034;
  CHECK(printed("\"%ps %pS\", REC->p, (void *)REC->p", some) ==
        "nf_hook [nf_tables] nf_hook+0x34/0x90 [nf_tables]");
  some.p = 0x1234;
  CHECK(printed("\"%pS %px\", REC->p, REC->p", some) == "0x1234 0000000000001234");
  some.b = bytes({0x52, 0x54, 0, 0x12, 0x34, 0x56});
  CHECK(printed("\"%pM %pm %pMR\", REC->b, REC->b, REC->b", some) ==
        "52:54:00:12:34:56 525400123456 56:34:12:00:54:52");
  some.b = bytes({127, 0, 0, 1});
  CHECK(printed("\"%pI4 %pi4 %pI4\", REC->b, REC->b, &REC->b[1]", some) ==
        "127.0.0.1 127.000.000.001 0.0.1.0");
  some.b = bytes({0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1});
  CHECK(printed("\"%pI6c %pi6\", REC->b, REC->b", some) ==
        "2001:db8::1:0:0:1 20010db8000000000001000000000001");
  some.b = bytes({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 0, 0, 2});
  CHECK(printed("\"%pI6c\", REC->b", some) == "::ffff:10.0.0.2");
  some.b = bytes({});
  CHECK(printed("\"%pI6c\", REC->b", some) == "::");
  some.b = bytes({2, 0, 0x1f, 0x90, 10, 0, 0, 2});
  CHECK(printed("\"%pISpc\", REC->b", some) == "10.0.0.2:8080");
  some.b = bytes({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  CHECK(printed("\"%pUb %pUl\", REC->b, REC->b", some) ==
        "00010203-0405-0607-0809-0a0b0c0d0e0f 03020100-0504-0706-0809-0a0b0c0d0e0f");
}

TEST_CASE("event printer: what a format needs of the kernel is not made up") {
  const Contents some;
  CHECK(printed("\"%s\", blk_op_str(REC->n)", some) == "(none)");
  CHECK(printed("\"%d\", SOME_ENUM", some) == "(none)");
  CHECK(printed("\"%u\", jiffies_to_msecs(REC->l)", some) == "(none)");
  CHECK(printed("\"%d %d\", REC->n", some) == "(none)");
  CHECK(printed("\"%pV\", REC->b", some) == "(none)");
}

TEST_CASE("event printer: every event of the fixtures prints, or says that it cannot, for any bytes") {
  std::size_t printed_events = 0;
  std::size_t all = 0;
  for (const auto& kernel : test::fixture_kernels()) {
    for (const auto& file : test::format_files(kernel)) {
      const auto schema = parse_format(file.text, file.system, file.path);
      EventTable events;
      events.add(schema);
      const KnownEvent& known = *events.find_id(schema.id);
      const EventPrinter printer(known, nullptr);
      std::size_t end = 8;
      for (const auto& field : schema.fields) end = std::max(end, field.offset + field.size);
      ++all;
      printed_events += printer.text(std::string(end, '\0')).has_value();
      for (std::size_t length = 0; length < end; length += 7) (void)printer.text(std::string(length, '\xff'));
    }
  }
  CHECK(all > 7500);
  MESSAGE(printed_events, " of ", all);
  CHECK(printed_events > all * 9 / 10);
}

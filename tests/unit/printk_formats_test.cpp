// trace_printk()'s entries, by the rules of vbin_printf() in lib/vsprintf.c of 4.19 and 6.18.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "decode/pages/ftrace_text.hpp"
#include "decode/pages/printk_formats.hpp"

using namespace ftracectl;

namespace {

/// What vbin_printf() makes of arguments.
class Stored {
 public:
  /// An argument of `size` bytes, as 6.14 stores it (`as_int`) or as 6.13 did.
  Stored& integer(std::int64_t value, std::size_t size, bool as_int) {
    return number(static_cast<std::uint64_t>(value), as_int ? std::max<std::size_t>(size, 4) : size);
  }
  Stored& number(std::uint64_t value, std::size_t size) {
    const std::size_t align = std::min<std::size_t>(size, 4);
    while (bytes_.size() % align != 0) bytes_ += '\0';
    for (std::size_t i = 0; i < size; ++i) bytes_ += static_cast<char>(value >> (8 * i));
    return *this;
  }
  Stored& text(std::string_view text) {
    bytes_ += text;
    bytes_ += '\0';
    return *this;
  }
  /// In whole words; what fills the last one was there before.
  std::string bytes() const {
    std::string whole = bytes_;
    while (whole.size() % 4 != 0) whole += '?';
    return whole;
  }

 private:
  std::string bytes_;
};

SymbolPlace vfs_write(std::uint64_t /*address*/) { return SymbolPlace{"vfs_write", 0x12, 0x80}; }

std::string printed(std::string_view format, const Stored& stored) {
  std::string text;
  return print_bprintf(format, stored.bytes(), 8, vfs_write, text) ? text : "(does not fit)" + text;
}

}  // namespace

TEST_CASE("trace_printk: formats and the arguments that the kernel stored") {
  const auto formats = parse_printk_formats(
      "0xffffffff81000010 : \"n %d of %s at %pS, %5u|%-4x|%llu %c%%\\n\"\n0xff : \"say \\\"x\\\"\"\nnone\n");
  REQUIRE(formats.size() == 2);
  CHECK(formats.at(0xff) == "say \"x\"");
  Stored stored;
  stored.number(static_cast<std::uint32_t>(-3), 4).text("abc").number(0x1234, 8).number(7, 4);
  stored.number(0xab, 4).number(1ULL << 40, 8).number('z', 1);
  CHECK(printed(formats.at(0xffffffff81000010), stored) ==
        "n -3 of abc at vfs_write+0x12/0x80,     7|ab  |1099511627776 z%\n");
}

TEST_CASE("trace_printk: small numbers are stored packed until 6.13, as ints since 6.14") {
  for (const bool as_int : {false, true}) {
    CAPTURE(as_int);
    CHECK(printed("%hhd %hhu %hd %hu.", Stored()
                                            .integer(-1, 1, as_int)
                                            .integer(255, 1, as_int)
                                            .integer(-2, 2, as_int)
                                            .integer(65535, 2, as_int)) == "-1 255 -2 65535.");
    CHECK(printed("%hhx%s", Stored().integer(5, 1, as_int).text("abcd")) == "5abcd");
    CHECK(printed("%s %hd %lld", Stored().text("ab").integer(-7, 2, as_int).number(1, 8)) == "ab -7 1");
    CHECK(printed("%c%hhd%c", Stored().number('x', 1).integer(-3, 1, as_int).number('y', 1)) == "x-3y");
    CHECK(printed("%*hd|", Stored().number(4, 4).integer(12, 2, as_int)) == "  12|");
  }
}

TEST_CASE("trace_printk: numbers of 8 bytes are aligned to 4, strings to nothing") {
  CHECK(printed("%s%lx %s%d", Stored().text("a").number(0x1122334455667788, 8).text("bcd").number(9, 4)) ==
        "a1122334455667788 bcd9");
  CHECK(printed("%.2s|%-6s|%6s|", Stored().text("abc").text("d").text("(null)")) == "ab|d     |(null)|");
  CHECK(printed("%#x %#X %#06x %#o", Stored().number(0, 4).number(0, 4).number(0, 4).number(8, 4)) ==
        "0x0 0X0 0x0000 010");
}

TEST_CASE("trace_printk: what %p points to was stored as its text, addresses as they are") {
  CHECK(printed("%pI4 %pS", Stored().text("127.0.0.1").number(1, 8)) == "127.0.0.1 vfs_write+0x12/0x80");
  CHECK(printed("%20pUb|%d", Stored().text("  a-b").number(3, 4)) == "  a-b|3");
  CHECK(printed("%ps %px", Stored().number(1, 8).number(0xabc, 8)) == "vfs_write 0000000000000abc");
  // Before 4.16 it was stored as it is.
  CHECK(printed("%pI4", Stored().number(0xffff888012345678, 8)) == "(does not fit)");
}

TEST_CASE("trace_printk: a format that does not take just what is there says nothing") {
  CHECK(printed("%d", Stored().number(1, 4).number(2, 4).number(3, 4)) == "(does not fit)");
  CHECK(printed("%d %d", Stored().number(1, 4)) == "(does not fit)");
  CHECK(printed("%d %y", Stored().number(1, 4)) == "(does not fit)");
  std::string text = "before ";
  CHECK_FALSE(print_bprintf("then %s", "no end", 8, vfs_write, text));
  CHECK(text == "before ");
}

TEST_CASE("trace_printk: an entry of pages is the function and its text") {
  const auto field = [](const char* name, std::size_t offset, std::size_t size) {
    Field made;
    made.name = name;
    made.offset = offset;
    made.size = size;
    return made;
  };
  EventSchema schema;
  schema.system = "ftrace";
  schema.name = "bprint";
  schema.fields = {field("ip", 8, 8), field("fmt", 16, 8), field("buf", 24, 0)};
  const std::string payload =
      Stored().number(6, 8).number(0x1000, 8).number(0x2000, 8).integer(-5, 1, true).bytes();
  const SymbolNames symbols = vfs_write;
  ByteBuffer made;
  Event event;
  REQUIRE(read_ftrace_text(schema, payload, {symbols, {{0x2000, "left %hhd\n"}}}, made, event));
  CHECK(event.message == "vfs_write: left -5");
  CHECK(event.name == "vfs_write");
  CHECK_FALSE(read_ftrace_text(schema, payload, {symbols, {{0x3000, "left %hhd\n"}}}, made, event));
}

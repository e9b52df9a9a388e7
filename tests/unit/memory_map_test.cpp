#include "model/memory/memory_map.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ftracectl;

namespace {

/// Recorded on 6.18, of a program that has code from three kinds of places.
constexpr const char* maps =
    "5581d4c00000-5581d4c01000 r--p 00000000 fe:00 1234                       /usr/bin/server\n"
    "5581d4c01000-5581d4c02000 r-xp 00001000 fe:00 1234                       /usr/bin/server\n"
    "5581d5000000-5581d5021000 rw-p 00000000 00:00 0                          [heap]\n"
    "7f39b5926000-7f39b5a7c000 r-xp 00026000 fe:00 5678                       /usr/lib/a b/libc.so.6\n"
    "7f39b5b00000-7f39b5b01000 rwxp 00000000 00:00 0 \n"
    "7f39b5c00000-7f39b5c01000 r-xp 00000000 fe:00 91                         /tmp/a\\012b (deleted)\n"
    "7ffd1a9f5000-7ffd1a9f7000 r-xp 00000000 00:00 0                          [vdso]\n"
    "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n";

}  // namespace

TEST_CASE("memory map: code is found by its address, and nothing else is") {
  const MemoryMap map = parse_maps(maps);
  CHECK(map.mappings().size() == 6);
  const Mapping* program = map.find(0x5581d4c01000);
  REQUIRE(program != nullptr);
  CHECK(*program == Mapping{0x5581d4c01000, 0x5581d4c02000, 0x1000, "fe:00", 1234, "/usr/bin/server"});
  CHECK(map.find(0x5581d4c01fff) == program);
  CHECK(map.find(0x5581d4c02000) == nullptr);  // the first byte behind
  CHECK(map.find(0x5581d4c00fff) == nullptr);  // not executable
  CHECK(map.find(0x5581d5000010) == nullptr);
  CHECK(map.find(0) == nullptr);
  CHECK(map.find(0x7f39b5926001)->path == "/usr/lib/a b/libc.so.6");
  CHECK(map.find(0x7f39b5b00001)->path.empty());
  CHECK_FALSE(map.find(0x7f39b5b00001)->has_file());
  CHECK(map.find(0x7f39b5c00001)->path == "/tmp/a\nb (deleted)");
  CHECK(map.find(0xffffffffff600400)->path == "[vsyscall]");
}

TEST_CASE("memory map: what is no line of maps is passed over") {
  for (const char* text :
       {"", "\n", "x", "1-2", "1-2 r-xp", "1-2 r-xp 0 fe:00", "2-1 r-xp 0 fe:00 1 /x",
        "1-2 r--p 0 fe:00 1 /x", "12 r-xp 0 fe:00 1 /x", "1-g r-xp 0 fe:00 1 /x", "1-2 r-xp 0 fe:00 x /x"})
    CHECK(parse_maps(text).empty());
  CHECK(parse_maps("1-2 r-xp 0 fe:00 1").mappings().size() == 1);
}

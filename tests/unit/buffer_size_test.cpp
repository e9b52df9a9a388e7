#include "live/buffer_size.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

TEST_CASE("a capture's buffer fits its reader, the cpus and the memory") {
  constexpr std::uint64_t gib = std::uint64_t{1024} * 1024;
  CHECK(default_buffer_kb({16 * gib, 2}) == 8192);
  CHECK(default_buffer_kb({16 * gib, 32}) == 8192);    // 256 MiB in all
  CHECK(default_buffer_kb({512 * gib, 128}) == 2048);  // not more than that
  CHECK(default_buffer_kb({512 * 1024, 2}) == 4096);   // a 64th of 512 MiB
  CHECK(default_buffer_kb({64 * 1024, 2}) == 1408);    // what the kernel gives by itself
  CHECK(default_buffer_kb({512 * gib, 4096}) == 1408);
  CHECK(default_buffer_kb({0, 0}) == 1408);
}

TEST_CASE("what may wait to be decoded fits the memory") {
  CHECK(default_queue_bytes({16 * 1024 * 1024, 2}) == std::size_t{64} << 20U);
  CHECK(default_queue_bytes({1024 * 1024, 2}) == std::size_t{32} << 20U);
  CHECK(default_queue_bytes({0, 2}) == std::size_t{8} << 20U);
}

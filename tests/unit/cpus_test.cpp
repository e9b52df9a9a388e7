#include "kernel/cpus.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

TEST_CASE("lists of cpus are read as /sys writes them") {
  using Cpus = std::vector<int>;
  CHECK(parse_cpu_list("0-1\n") == Cpus{0, 1});
  CHECK(parse_cpu_list("0\n") == Cpus{0});
  CHECK(parse_cpu_list("0,2-3,7\n") == Cpus{0, 2, 3, 7});
  CHECK(parse_cpu_list("\n") == Cpus{});
  for (const char* text : {"a", "0-", "-1", "3-1", "0,,1", "0-999999999"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_cpu_list(text));
  }
}

TEST_CASE("cpus are named in a sentence") {
  CHECK(cpus_are({1}) == "cpu 1 is");
  CHECK(cpus_are({1, 3}) == "cpus 1, 3 are");
}

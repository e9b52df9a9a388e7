#include "kernel/host_pid.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

TEST_CASE("host pid: the pids of a task, from the outer namespace to its own") {
  using Pids = std::vector<std::int64_t>;
  CHECK(parse_namespace_pids("Name:\tsh\nTgid:\t5234\nNStgid:\t5234\t100\nNSpid:\t5234\t100\nNSpgid:\t1\n") ==
        Pids{5234, 100});
  CHECK(parse_namespace_pids("Name:\tsh\nNSpid:\t7\n") == Pids{7});
  CHECK(parse_namespace_pids("Name:\tsh\n").empty());
  CHECK(parse_namespace_pids("").empty());
}

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace ftracectl;

TEST_CASE("parse_number takes whole texts only") {
  CHECK(parse_number<int>("-12") == -12);
  CHECK(parse_number<unsigned>("ff", 16) == 255U);
  CHECK_FALSE(parse_number<int>(""));
  CHECK_FALSE(parse_number<int>("12 "));
  CHECK_FALSE(parse_number<int>("+1"));
  CHECK_FALSE(parse_number<unsigned>("-1"));
  CHECK_FALSE(parse_number<std::uint8_t>("256"));
}

TEST_CASE("split keeps empty pieces between separators") {
  CHECK(split("a,,b", ',') == std::vector<std::string_view>{"a", "", "b"});
  CHECK(split("a\n", '\n') == std::vector<std::string_view>{"a"});
  CHECK(split("", ',').empty());
}

TEST_CASE("glob_match") {
  CHECK(glob_match("sys_enter_exec*", "sys_enter_execveat"));
  CHECK(glob_match("*:*exec*", "sched:sched_process_exec"));
  CHECK(glob_match("a?c", "abc"));
  CHECK(glob_match("[a-c]x[!y]", "bxz"));
  CHECK_FALSE(glob_match("[a-c]x[!y]", "bxy"));
  CHECK_FALSE(glob_match("sched", "sched_switch"));
  CHECK(glob_match("", ""));
  CHECK(glob_match("**", "x"));
  CHECK(glob_match("a[", "a["));
}

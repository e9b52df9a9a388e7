// Matching and reasons on small sides, made by hand.
#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "support/compare.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using compare::Attempt;
using compare::Reason;
using compare::Side;

namespace {

constexpr std::int64_t ms = 1'000'000;

Attempt& add(Side& side, std::int32_t tid, std::int64_t ts_ns, const char* filename, std::int64_t ret = 0) {
  Attempt& attempt = side.attempts.emplace_back();
  attempt.tid = attempt.pid = tid;
  attempt.ts_ns = ts_ns;
  attempt.filename = filename;
  attempt.ret = ret;
  side.saw(ts_ns);
  return attempt;
}

/// Ten tasks, each with one exec a millisecond behind the other.
void add_ten(Side& side, std::int64_t offset_ns = 0) {
  for (int i = 0; i < 10; ++i) add(side, 100 + i, 1000 * ms + i * ms + offset_ns, "/bin/a");
}

}  // namespace

TEST_CASE("compare: clocks of any origin, with some attempts far off") {
  Side left;
  Side right;
  const std::int64_t offset = 1'795'338'540'912 * ms;
  add_ten(left);
  add_ten(right, offset);
  right.attempts[3].ts_ns = *right.attempts[3].ts_ns + 700 * ms;  // held up
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 10);
  REQUIRE(result.offset);
  CHECK(result.offset->median == offset);
  CHECK(result.offset->min == offset);
  CHECK(result.offset->max == offset + 700 * ms);
  CHECK(result.unexplained() == 0);
}

TEST_CASE("compare: what a loss took from a dense row does not move the clocks") {
  // A loop of execs that fail takes 1 us each, and 40 us where the other tool still has room to print them.
  Side left;
  Side right;
  std::int64_t now = 2000 * ms;
  for (int i = 0; i < 5000; ++i) {
    const bool is_printed = i < 14 || (i > 46 && i < 62) || (i > 2050 && i < 2130);
    now += is_printed ? 40'000 + i % 7 * 1000 : 1000;
    add(left, 100, now, "/nonexistent", -2);
    if (is_printed)
      add(right, 100, now - 22'000, "/nonexistent", -2);  // the first of the two takes that long
  }
  right.losses.push_back({.count = 2 * 5000, .from_ns = 2000 * ms, .to_ns = now});
  right.first_ns = 2000 * ms;
  right.last_ns = now;
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 14 + 15 + 79);
  REQUIRE(result.offset);
  CHECK(result.offset->min >= -100'000);
  CHECK(result.offset->max <= 100'000);
  CHECK(result.unexplained() == 0);
}

TEST_CASE("compare: who lost nothing has a partner for all that the other side saw") {
  // One tool's stamp is so much earlier that it lies nearer to the attempt before.
  Side left;
  Side right;
  std::int64_t now = 2000 * ms;
  for (int i = 0; i < 2000; ++i) {
    const bool is_printed = i < 800;
    now += is_printed ? 40'000 + i % 7 * 1000 : 1000;
    add(left, 100, now, "/nonexistent", -2);
    if (is_printed) add(right, 100, now - 34'000, "/nonexistent", -2);
  }
  right.losses.push_back({.count = 2 * 2000, .cpu = -1, .from_ns = {}, .to_ns = {}});
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 800);
  CHECK(result.unexplained() == 0);
}

TEST_CASE("compare: who reads a perf buffer never hears of its last loss") {
  for (const bool is_untold : {false, true}) {
    CAPTURE(is_untold);
    Side left;
    Side right;
    for (int i = 0; i < 100; ++i) {
      add(left, 100, (2000 + i) * ms, "/nonexistent", -2);
      if (i < 20 || (i > 29 && i < 70)) add(right, 100, (2000 + i) * ms, "/nonexistent", -2);
    }
    add(left, 200, 2000 * ms + 1, "/bin/b", -2);  // the loss is counted off in the order of time
    add(left, 300, 2150 * ms, "/bin/c");
    add(right, 300, 2150 * ms, "/bin/c");
    right.losses.push_back({.count = 20, .cpu = -1, .from_ns = {}, .to_ns = {}});
    right.last_losses_are_untold = is_untold;
    const auto result = compare::compare_sides(left, right, {});
    CHECK(result.matched == 61);
    CHECK(count_of(result.left_only, Reason::lost) == (is_untold ? 40 : 10));
    CHECK(count_of(result.left_only, Reason::unexplained) == (is_untold ? 1 : 31));
  }
}

TEST_CASE("compare: a number that was used again much later is another process") {
  Side left;
  Side right;
  add_ten(left);
  add_ten(right);
  add(left, 100, 60'000 * ms, "/bin/a");
  add(right, 105, 90'000 * ms, "/bin/a");
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 10);
  CHECK(count_of(result.left_only, Reason::unexplained) == 1);
  CHECK(count_of(result.right_only, Reason::outside) == 1);  // later than the left side's last
}

TEST_CASE("compare: retries and failures of one task are matched by what they say where time cannot tell") {
  Side left;
  Side right;
  for (const char* name : {"/a/tool", "/b/tool", "/c/tool"}) add(left, 7, 0, name, -2).ts_ns.reset();
  add(left, 7, 0, "/d/tool").ts_ns.reset();
  for (const char* name : {"/a/tool", "/c/tool"}) add(right, 7, 0, name, -2).ts_ns.reset();
  add(right, 7, 0, "/d/tool").ts_ns.reset();
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 3);
  CHECK_FALSE(result.offset);
  REQUIRE(sum_of(result.left_only) == 1);
  for (const auto& pair : result.pairs) {
    if (!pair.is_matched()) CHECK(left.attempts[pair.left].filename == "/b/tool");
  }
}

TEST_CASE("compare: no more is excused by a loss than was lost, and only at its time") {
  Side left;
  Side right;
  add_ten(left);
  add(right, 100, 1000 * ms, "/bin/a");
  add(right, 109, 1009 * ms, "/bin/a");
  right.losses.push_back({7, 0, 1003 * ms - ms / 2, 1004 * ms});
  // Eight are missing. Within reach of the mark are six of them, and seven events are two attempts of three.
  const auto result = compare::compare_sides(left, right, {});
  CHECK(count_of(result.left_only, Reason::lost) == 2);
  CHECK(count_of(result.left_only, Reason::unexplained) == 6);

  right.losses = {{1000, -1, {}, {}}};
  CHECK(count_of(compare::compare_sides(left, right, {}).left_only, Reason::lost) == 8);
}

TEST_CASE("compare: who watched one family is not expected to see others") {
  Side left;
  Side right;
  add_ten(left);
  left.is_scoped = true;
  add_ten(right);
  add(right, 200, 1005 * ms, "/bin/other").ppid = 1;
  add(right, 201, 1005 * ms, "/bin/child").ppid = 103;
  const auto result = compare::compare_sides(left, right, {});
  CHECK(count_of(result.right_only, Reason::filtered) == 1);
  CHECK(count_of(result.right_only, Reason::unexplained) == 1);
}

TEST_CASE(
    "compare: what may be of other families than a side watched is counted, for the user to narrow it") {
  Side left;
  Side right;
  add_ten(left);
  add_ten(right);
  add(right, 200, 1005 * ms, "/bin/other").ppid = 1;
  add(right, 103, 1005 * ms, "/bin/again");
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.unexplained() == 2);
  CHECK(result.strangers == 1);
}

TEST_CASE("compare: families are found through parents and forks of either side") {
  Side left;
  Side right;
  add(left, 10, 1 * ms, "/bin/sh");
  add(left, 12, 2 * ms, "/bin/a");
  add(left, 50, 2 * ms, "/bin/stranger");
  add(right, 10, 1 * ms, "/bin/sh");
  add(right, 12, 2 * ms, "/bin/a");
  add(right, 50, 2 * ms, "/bin/stranger");
  right.forks = {{10, 11}, {11, 12}};
  compare::CompareOptions options;
  options.pid_trees = {10};
  const auto result = compare::compare_sides(left, right, options);
  CHECK(result.matched == 2);
  CHECK(result.left_not_in_tree == 1);
  CHECK(result.right_not_in_tree == 1);
}

TEST_CASE("compare: fields of a pair, each with its reason") {
  Side left;
  Side right;
  right.string_limit = 63;
  const std::string long_name = "/" + std::string(100, 'x');
  const std::string cut_name = long_name.substr(0, 63);
  add(left, 1, 1 * ms, long_name.c_str()).comm = "sh";
  add(right, 1, 1 * ms, cut_name.c_str()).comm = "sh";
  add(left, 2, 2 * ms, "/bin/a").comm = "sh";
  add(right, 2, 2 * ms, "").comm = "other";
  auto& late = add(left, 3, 3 * ms, "/bin/a");
  late.comm = "sh";
  late.new_comm = "a";
  add(right, 3, 3 * ms, "/bin/b").comm = "a";
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 3);
  CHECK(field_count(result, compare::Field::filename, Reason::truncated) == 1);
  CHECK(field_count(result, compare::Field::filename, Reason::unreadable) == 1);
  CHECK(field_count(result, compare::Field::filename, Reason::unexplained) == 1);
  CHECK(field_count(result, compare::Field::comm, Reason::late_comm) == 1);
  CHECK(field_count(result, compare::Field::comm, Reason::unexplained) == 1);
}

TEST_CASE("compare: what a script's interpreter got, and what the call was made with") {
  Side left;
  Side right;
  auto& programs = add(left, 1, ms, "/t/script.sh");
  programs.argv = std::string_view("/bin/sh\0/t/script.sh\0s1\0s2\0", 27);
  programs.argv_is_programs = true;
  auto& call = add(right, 1, ms, "/t/script.sh");
  call.argv = std::string_view("script.sh\0s1\0s2\0", 16);
  CHECK(field_count(compare::compare_sides(left, right, {}), compare::Field::argv, Reason::by_design) == 1);
  call.argv = "script.sh s1 s2";
  call.argv_is_joined = true;
  CHECK(field_count(compare::compare_sides(left, right, {}), compare::Field::argv, Reason::by_design) == 1);
  call.argv = "script.sh s1 s3";
  CHECK(field_count(compare::compare_sides(left, right, {}), compare::Field::argv, Reason::unexplained) == 1);
}

TEST_CASE("compare: execs cannot be compared with ends of processes") {
  Side left;
  Side right;
  right.has_execs = false;
  right.has_ends = true;
  CHECK_THROWS_AS(compare::compare_sides(left, right, {}), Error);
}

TEST_CASE("compare: the name of a failure in late text is that of a later success of the task") {
  Side left;
  Side right;
  add_ten(left);
  add_ten(right);
  for (Side* side : {&left, &right}) {
    add(*side, 7, 1100 * ms, "/none/true", -2).comm = side == &left ? "true" : "worker";
    Attempt& other = add(*side, 7, 1101 * ms, "/bin/sh");
    other.comm = side == &left ? "true" : "worker";
    other.new_comm = "sh";
    Attempt& last = add(*side, 7, 1102 * ms, "/bin/true");
    last.comm = side == &left ? "true" : "sh";
    last.new_comm = "true";
    add(*side, 7, 1103 * ms, "/none/x", -2).comm = side == &left ? "worker" : "true";
  }
  const auto result = compare::compare_sides(left, right, {});
  CHECK(field_count(result, compare::Field::comm, Reason::late_comm) == 3);
  // A name that the task had before is no later one.
  CHECK(field_count(result, compare::Field::comm, Reason::unexplained) == 1);
}

TEST_CASE("compare: a side that ends early, though what it watched goes on, is suspicious") {
  const auto compare = [](int seen, int all, std::int32_t ppid_of_late) {
    Side left;
    Side right;
    for (int i = 0; i < all; ++i) {
      add(left, 100 + i, 1000 * ms + i * ms, "/bin/a").ppid = i < seen ? 50 : ppid_of_late;
      if (i < seen) add(right, 100 + i, 1000 * ms + i * ms, "/bin/a").ppid = 50;
    }
    return compare::compare_sides(left, right, {});
  };
  const auto early = compare(150, 199, 50);
  CHECK(early.left_outside.count() == 49);
  CHECK(early.left_outside.behind == 49);
  CHECK(early.left_outside.of == 199);
  CHECK(early.is_suspicious());
  CHECK(early.unexplained() == 0);
  CHECK_FALSE(compare(196, 199, 50).is_suspicious());    // who stops a moment earlier
  CHECK_FALSE(compare(150, 199, 4000).is_suspicious());  // other processes, of which it saw nothing
}

TEST_CASE("compare: two sides of which nothing matches are unrelated, and that is suspicious") {
  Side left;
  Side right;
  add_ten(left);
  for (int i = 0; i < 10; ++i) add(right, 3000 + i, 900'000 * ms + i * ms, "/bin/b");
  const auto apart = compare::compare_sides(left, right, {});
  CHECK(apart.matched == 0);
  CHECK(apart.is_unrelated());
  CHECK(apart.is_suspicious());

  Side same_number;  // one number met by accident
  for (int i = 0; i < 10; ++i) add(same_number, 109 + i, 900'000 * ms + i * ms, "/bin/a");
  CHECK(compare::compare_sides(left, same_number, {}).is_unrelated());

  Side longer;  // it watched longer than the other one
  add_ten(longer);
  for (int i = 0; i < 1000; ++i) add(longer, 5000 + i, 500'000 * ms + i * ms, "/bin/c").ppid = 4000;
  const auto short_one = compare::compare_sides(left, longer, {});
  CHECK(short_one.matched == 10);
  CHECK_FALSE(short_one.is_unrelated());

  Side nothing;
  CHECK_FALSE(compare::compare_sides(nothing, Side(), {}).is_unrelated());
}

TEST_CASE("compare: within one second of a coarse clock, what the attempts say pairs them") {
  Side left;
  Side right;
  const std::int64_t second = 1000 * ms;
  add_ten(left);
  for (int i = 0; i < 10; ++i) add(right, 100 + i, second, "/bin/a");
  for (const char* name : {"/a/x", "/b/x", "/c/x"}) add(left, 7, 1005 * ms, name, -2);
  for (const char* name : {"/c/x", "/a/x", "/b/x"}) add(right, 7, second, name, -2);
  right.resolution_ns = second;
  const auto result = compare::compare_sides(left, right, {});
  CHECK(result.matched == 13);
  CHECK(result.unexplained() == 0);
}

TEST_CASE("compare: a thread's exec, where one side knows threads only and the other one processes") {
  for (const bool with_clock : {true, false}) {
    CAPTURE(with_clock);
    Side left;
    Side right;
    right.tells_tids = false;
    if (with_clock) add_ten(left);
    if (with_clock) add_ten(right);
    for (Attempt& attempt : left.attempts) attempt.pid = -1;
    for (Attempt& attempt : right.attempts) attempt.tid = -1;
    add(left, 702, 1004 * ms, "/opt/next").pid = -1;
    add(right, 700, 1004 * ms + 5000, "/opt/next").tid = -1;
    const auto result = compare::compare_sides(left, right, {});
    CHECK(result.matched == (with_clock ? 11 : 1));
    CHECK(result.unexplained() == 0);
  }
}

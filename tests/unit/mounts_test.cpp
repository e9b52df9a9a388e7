#include <doctest/doctest.h>

#include <ftracectl/mounts.hpp>

using namespace ftracectl;

namespace {

std::optional<TracefsMount> find_in(std::string_view text) { return find_tracefs(parse_mounts(text)); }

constexpr std::string_view usual =
    "sysfs /sys sysfs rw,nosuid,nodev,noexec,relatime 0 0\n"
    "debugfs /sys/kernel/debug debugfs rw,nosuid,nodev,noexec,relatime 0 0\n"
    "tracefs /sys/kernel/tracing tracefs rw,nosuid,nodev,noexec,relatime 0 0\n"
    "tracefs /sys/kernel/debug/tracing tracefs rw,nosuid,nodev,noexec,relatime 0 0\n";

}  // namespace

TEST_CASE("a line of /proc/mounts is taken apart, its octal escapes resolved") {
  const auto mounts = parse_mounts("/dev/sda1 /mnt/a\\040b\\011c\\134d\\043 ext4 rw,relatime 0 0\n");
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].source == "/dev/sda1");
  CHECK(mounts[0].target == "/mnt/a b\tc\\d#");
  CHECK(mounts[0].type == "ext4");
  CHECK(mounts[0].options == "rw,relatime");
  CHECK_FALSE(mounts[0].hidden);
}

TEST_CASE("what is no escape stays as it is, and short lines are left out") {
  const auto mounts = parse_mounts("x /a\\04 t o 0 0\nx /b\\999 t o\nx /c t\n\nx /d\\777\\ t o 0 0");
  REQUIRE(mounts.size() == 3);
  CHECK(mounts[0].target == "/a\\04");
  CHECK(mounts[1].target == "/b\\999");
  CHECK(mounts[2].target == "/d\\777\\");
  CHECK(parse_mounts("").empty());
}

TEST_CASE("an empty source does not shift the columns") {
  const auto mounts = parse_mounts(" /sys/kernel/tracing tracefs rw 0 0\n");
  REQUIRE(mounts.size() == 1);
  CHECK(mounts[0].source.empty());
  CHECK(mounts[0].target == "/sys/kernel/tracing");
}

TEST_CASE("tracefs proper is preferred, wherever it stands in the file") {
  const auto found = find_in(usual);
  REQUIRE(found);
  CHECK(found->path == "/sys/kernel/tracing");
  CHECK(found->kind == TracefsMount::Kind::tracefs);
  const auto later = find_in(
      "d /sys/kernel/debug debugfs rw 0 0\nt /sys/kernel/debug/tracing tracefs rw 0 0\n"
      "t /elsewhere/my\\040trace tracefs rw 0 0\n");
  REQUIRE(later);
  CHECK(later->path == "/elsewhere/my trace");
}

TEST_CASE("then the tracefs that debugfs mounts, then debugfs' own folder") {
  const auto automount =
      find_in("d /sys/kernel/debug debugfs rw 0 0\nt /sys/kernel/debug/tracing tracefs rw 0 0\n");
  REQUIRE(automount);
  CHECK(automount->path == "/sys/kernel/debug/tracing");
  CHECK(automount->kind == TracefsMount::Kind::tracefs_in_debugfs);

  const auto debugfs = find_in("d /sys/kernel/debug debugfs rw 0 0\n");
  REQUIRE(debugfs);
  CHECK(debugfs->path == "/sys/kernel/debug/tracing");
  CHECK(debugfs->kind == TracefsMount::Kind::debugfs);

  CHECK_FALSE(find_in("proc /proc proc rw 0 0\n"));
  CHECK_FALSE(find_in(""));
}

TEST_CASE("a mount that a later one covers is not used") {
  SUBCASE("on the same folder") {
    const auto found = find_in(std::string(usual) + "tmpfs /sys/kernel/tracing tmpfs rw 0 0\n");
    REQUIRE(found);
    CHECK(found->path == "/sys/kernel/debug/tracing");
  }
  SUBCASE("on a folder above") { CHECK_FALSE(find_in(std::string(usual) + "tmpfs /sys tmpfs ro 0 0\n")); }
  SUBCASE("on everything") { CHECK_FALSE(find_in(std::string(usual) + "o / overlay rw 0 0\n")); }
  SUBCASE("and not by one with the same beginning of the name") {
    const auto found = find_in(std::string(usual) + "x /sys/kernel/trac tmpfs rw 0 0\n");
    REQUIRE(found);
    CHECK(found->path == "/sys/kernel/tracing");
  }
  SUBCASE("but mounted again on top it is") {
    const auto found =
        find_in(std::string(usual) + "x /sys tmpfs rw 0 0\nt /sys/kernel/tracing tracefs rw 0 0\n");
    REQUIRE(found);
    CHECK(found->kind == TracefsMount::Kind::tracefs);
    const auto mounts = parse_mounts(std::string(usual) + "t /sys/kernel/tracing tracefs rw 0 0\n");
    CHECK(mounts[2].hidden);
    CHECK_FALSE(mounts[4].hidden);
  }
}

TEST_CASE("a mount of a part of tracefs is not the tracing folder") {
  const std::string text =
      "tracefs /tmp/a\\040b/marker tracefs rw 0 0\ntracefs /mnt tracefs rw 0 0\n"
      "tracefs /mnt tracefs rw 0 0\ntracefs /sys/kernel/tracing tracefs rw 0 0\n";
  const std::string mountinfo =
      "20 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
      "30 20 0:12 /trace_marker /tmp/a\\040b/marker rw,relatime shared:8 master:1 - tracefs tracefs rw\n"
      "31 20 0:12 / /mnt rw - tracefs tracefs rw\n"
      "32 31 0:12 /instances/x /mnt rw shared:1 - tracefs tracefs rw\n"
      "33 20 0:12 / /sys/kernel/tracing rw,relatime - tracefs tracefs rw\n";
  auto mounts = parse_mounts(text);
  add_roots(mounts, mountinfo);
  REQUIRE(mounts.size() == 4);
  CHECK(mounts[0].root == "/trace_marker");
  CHECK(mounts[1].root == "/");
  CHECK(mounts[1].hidden);
  CHECK(mounts[2].root == "/instances/x");
  const auto found = find_all_tracefs(mounts);
  REQUIRE(found.size() == 1);
  CHECK(found[0].path == "/sys/kernel/tracing");
  // Without mountinfo nothing is known of parts.
  auto unknown = parse_mounts(text);
  add_roots(unknown, "");
  CHECK(find_all_tracefs(unknown).size() == 3);
  add_roots(unknown, "x\n1 2 3\n30 20 0:12 /part /sys/kernel/tracing rw - \n");
  CHECK(find_all_tracefs(unknown).size() == 3);
}

TEST_CASE("mounts: a hundred thousand mounts take no more time than their number") {
  std::string mounts_text;
  std::string mountinfo;
  for (int i = 0; i < 100'000; ++i) {
    const std::string target = "/mnt/" + std::to_string(i);
    mounts_text += "tmpfs " + target + " tmpfs rw 0 0\n";
    // None of them is in the other file, as where the two were read at different times.
    mountinfo += "36 24 0:12 / " + target + "x rw - tmpfs tmpfs rw\n";
  }
  mounts_text += "tracefs /t tracefs rw 0 0\n";
  mountinfo += "36 24 0:12 /instances/a /t rw - tracefs tracefs rw\n";
  auto mounts = parse_mounts(mounts_text);
  add_roots(mounts, mountinfo);
  CHECK(mounts.back().root == "/instances/a");
}

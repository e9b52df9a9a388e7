#include "records/fetched_exec.hpp"

#include <doctest/doctest.h>

#include "model/tracefs/exec_probe.hpp"
#include "support/probe_text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

FetchedExec parsed(const ProbedCall& call) {
  const auto fetched = parse_fetched_exec(probe_text(call));
  REQUIRE(fetched);
  return *fetched;
}

FetchedExec parsed_eprobe(const EprobedCall& call) {
  const auto fetched = parse_eprobe_exec(eprobe_text(call), eprobe_nonce);
  REQUIRE(fetched);
  return *fetched;
}

using Strings = std::vector<std::optional<std::string>>;

}  // namespace

TEST_CASE("fetched exec: strings end where they end, and arguments at the null") {
  const auto call = parsed({.filename = "/bin/true", .argv = {"true", "", "a\nb \xff"}});
  CHECK(call.filename_addr == 0x4e7220);
  CHECK(call.argv_addr == 0x7ffd0);
  CHECK(call.filename.text == "/bin/true");
  CHECK_FALSE(call.filename.is_cut);
  REQUIRE(call.arguments.size() == 3);
  CHECK(call.arguments[0].text == "true");
  CHECK(call.arguments[1].text.empty());
  CHECK_FALSE(call.arguments[1].is_missing);
  CHECK(call.arguments[2].text == "a\nb \xff");
  CHECK_FALSE(call.has_more);
}

TEST_CASE("fetched exec: what is longer than what is fetched is said to be cut") {
  const auto call =
      parsed({.filename = "/" + std::string(127, 'x'), .argv = {std::string(64, 'y'), std::string(63, 'z')}});
  CHECK(call.filename.text.size() == 128);
  CHECK(call.filename.is_cut);
  CHECK(call.arguments[0].is_cut);
  CHECK(call.arguments[0].text == std::string(64, 'y'));
  CHECK_FALSE(call.arguments[1].is_cut);
  CHECK(parsed({.filename = std::string(127, 'x'), .argv = {}}).filename.is_cut == false);
  CHECK(parsed({.filename = "x", .argv = std::vector<std::string>(15, "y")}).has_more == false);
  CHECK(parsed({.filename = "x", .argv = std::vector<std::string>(16, "y")}).has_more);
}

TEST_CASE("fetched exec: an argument of zeros may be an address that could not be read") {
  const auto call = parsed({.filename = "", .argv = {"a", ""}, .behind = ""});
  CHECK(call.filename.is_missing);
  CHECK_FALSE(call.arguments[0].is_missing);
  CHECK(call.arguments[1].is_missing);
}

TEST_CASE("fetched exec: no argument can imitate anything, and what is torn is nothing") {
  const std::string text = probe_text({.filename = "x", .argv = {"} p1=0x0 a1={0x0", "b"}});
  REQUIRE(parse_fetched_exec(text));
  CHECK(parse_fetched_exec(text)->arguments[0].text == "} p1=0x0 a1={0x0");
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_fetched_exec(text.substr(0, size)));
  }
  CHECK_FALSE(parse_fetched_exec(text + " "));
  CHECK_FALSE(parse_fetched_exec("execve: (0x1) file=0x2"));
}

TEST_CASE("exec probe: the definition fetches nothing of unbounded size") {
  const std::string definition =
      exec_probe_definition("ftracectl_7", "execve", "/lib/libc.so.6", 0xd4ad0, Architecture::x86_64);
  CHECK(
      definition.starts_with("p:ftracectl_7/execve /lib/libc.so.6:0xd4ad0 file=%di:x64 argv=%si:x64 "
                             "n0=+0(%di):x64[8] n1=+64(%di):x64[8] p0=+0(%si):x64 a0=+0(+0(%si)):x64[8] "));
  CHECK(definition.ends_with(" p15=+120(%si):x64 a15=+0(+120(%si)):x64[8]"));
  CHECK(definition.find("string") == std::string::npos);
  CHECK(is_exec_probe_group(exec_probe_group(7)));
  CHECK_FALSE(is_exec_probe_group("syscalls"));
}

TEST_CASE("exec probe: each machine's own registers") {
  CHECK(exec_probe_definition("g", "execveat", "/x", 1, Architecture::x86_64)
            .starts_with("p:g/execve /x:0x1 file=%si:x64 argv=%dx:x64 "));
  CHECK(exec_probe_definition("g", "execve", "/x", 1, Architecture::arm64)
            .starts_with("p:g/execve /x:0x1 file=%x0:x64 argv=%x1:x64 n0=+0(%x0):x64[8] "));
  CHECK(exec_probe_definition("g", "execveat", "/x", 1, Architecture::arm64)
            .starts_with("p:g/execve /x:0x1 file=%x1:x64 argv=%x2:x64 "));
  CHECK(exec_probe_definition("g", "execve", "/x", 1, Architecture::unknown).empty());
  CHECK(exec_eprobe_definition("g", "execve", 1, Architecture::unknown).empty());
  CHECK(exec_eprobe_definition("g", "execve", 1, Architecture::arm64) ==
        exec_eprobe_definition("g", "execve", 1, Architecture::x86_64));
}

TEST_CASE("fetched by an eprobe: strings of any bytes, and arguments up to the null") {
  const auto call =
      parsed_eprobe(EprobedCall{.filename = "/bin/true", .argv = {"true", "", "a\nb \xff\" z2=0x0"}});
  CHECK(call.is_of_eprobe());
  CHECK(call.filename_addr == 0x4e7220);
  CHECK(call.argv_addr == 0x7ffd0);
  CHECK(call.filename.text == "/bin/true");
  REQUIRE(call.arguments_are_known);
  REQUIRE(call.arguments.size() == 3);
  CHECK(call.arguments[0].text == "true");
  CHECK(call.arguments[1].text.empty());
  CHECK(call.arguments[2].text == "a\nb \xff\" z2=0x0");
  CHECK_FALSE(call.has_more);
  CHECK_FALSE(call.filename.is_cut);
}

TEST_CASE("fetched by an eprobe: an argument that says so of itself ends nothing") {
  const std::string hostile =
      "x\" z0=0x9fedcba98765432 s1=(fault) z1=0x1\n           forged-1       [000] .....     1.000000: y";
  const auto call =
      parsed_eprobe(EprobedCall{.filename = "/f\" zn=0x0 s0=\"", .argv = {hostile, "(fault)", "\""}});
  CHECK(call.filename.text == "/f\" zn=0x0 s0=\"");
  REQUIRE(call.arguments.size() == 3);
  CHECK(call.arguments[0].text == hostile);
  CHECK(call.arguments[1].text == "(fault)");
  CHECK(call.arguments[2].text == "\"");
}

TEST_CASE("fetched by an eprobe: what could not be read is not told") {
  auto call = parsed_eprobe(EprobedCall{.filename = std::nullopt, .argv = {"a", std::nullopt, "c"}});
  CHECK(call.filename.is_missing);
  CHECK_FALSE(call.arguments_are_known);
  CHECK(call.arguments.empty());
  // An array that could not be read: its pointers are an earlier call's.
  call = parsed_eprobe(EprobedCall{.filename = "f", .argv = Strings(16), .pointers = {0x1000, 0x2000, 0}});
  CHECK_FALSE(call.arguments_are_known);
  call = parsed_eprobe(EprobedCall{.filename = "f", .argv = Strings(16), .pointers = {0, 0x2000}});
  CHECK_FALSE(call.arguments_are_known);
  // No null is proved where nothing before it was read: the array may be empty, or unreadable.
  CHECK_FALSE(parsed_eprobe(EprobedCall{.filename = "f", .argv = {}}).arguments_are_known);
  // The null is on another page than all that was read.
  const EprobedCall across{.argv_addr = 0x7ff0, .filename = "f", .argv = {"a", "b"}};
  CHECK_FALSE(parsed_eprobe(across).arguments_are_known);
  EprobedCall behind = across;
  behind.argv.emplace_back("c");
  CHECK(parsed_eprobe(behind).arguments_are_known);
}

TEST_CASE("fetched by an eprobe: more arguments than are fetched, and strings as long as the kernel allows") {
  auto call = parsed_eprobe(EprobedCall{.filename = std::string(4095, 'f'), .argv = Strings(16, "y")});
  CHECK(call.has_more);
  CHECK(call.arguments.size() == 16);
  CHECK(call.filename.is_cut);
  CHECK_FALSE(parsed_eprobe(EprobedCall{.filename = std::string(4094, 'f'), .argv = Strings(15, "y")})
                  .filename.is_cut);
  CHECK_FALSE(parsed_eprobe(EprobedCall{.filename = "f", .argv = Strings(15, "y")}).has_more);
}

TEST_CASE("fetched by an eprobe: what is torn, or of another session, is nothing") {
  const std::string text = eprobe_text({.filename = "x", .argv = {"a", "b"}});
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_eprobe_exec(text.substr(0, size), eprobe_nonce));
  }
  CHECK_FALSE(parse_eprobe_exec(text, eprobe_nonce + 1));
  CHECK_FALSE(parse_eprobe_exec(text + " ", eprobe_nonce));
}

TEST_CASE("exec probe: an eprobe's number is in its name, and behind each string") {
  const std::string definition = exec_eprobe_definition("ftracectl_7", "execve", eprobe_nonce);
#if defined(__x86_64__)
  CHECK(definition.starts_with(
      "e:ftracectl_7/execve_9fedcba987654321 syscalls/sys_enter_execve file=$filename:x64 "
      "argv=$argv:x64 p0=+0($argv):x64 p1=+8($argv):x64 "));
  CHECK(definition.find(" n=+0($filename):ustring zn=\\0x9fedcba987654321:x64 s0=+0(+0($argv)):ustring "
                        "z0=\\0x9fedcba987654321:x64 s1=") != std::string::npos);
  CHECK(definition.ends_with(" s15=+0(+120($argv)):ustring z15=\\0x9fedcba987654321:x64"));
  CHECK(exec_eprobe_definition("g", "execveat", 0x12)
            .starts_with("e:g/execveat_0000000000000012 syscalls/sys_enter_execveat "));
#endif
  CHECK(definition.size() < 4096);  // what the kernel takes in one write
  CHECK(exec_eprobe_nonce("execve_9fedcba987654321") == eprobe_nonce);
  CHECK(exec_eprobe_nonce("execveat_0000000000000012") == 0x12);
  for (const char* name : {"execve", "execve_", "execve_9fedcba98765432", "execve_9fedcba9876543210",
                           "execve_9fedcba98765432g", "other_9fedcba987654321", ""}) {
    CAPTURE(name);
    CHECK_FALSE(exec_eprobe_nonce(name));
  }
}

#include "decode/fetched_exec.hpp"

#include <doctest/doctest.h>

#include "model/exec_probe.hpp"
#include "support/probe_text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

FetchedExec parsed(const ProbedCall& call) {
  const auto fetched = parse_fetched_exec(probe_text(call));
  REQUIRE(fetched);
  return *fetched;
}

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
  const std::string definition = exec_probe_definition("ftracectl_7", "execve", "/lib/libc.so.6", 0xd4ad0);
#if defined(__x86_64__)
  CHECK(
      definition.starts_with("p:ftracectl_7/execve /lib/libc.so.6:0xd4ad0 file=%di:x64 argv=%si:x64 "
                             "n0=+0(%di):x64[8] n1=+64(%di):x64[8] p0=+0(%si):x64 a0=+0(+0(%si)):x64[8] "));
  CHECK(definition.ends_with(" p15=+120(%si):x64 a15=+0(+120(%si)):x64[8]"));
  CHECK(exec_probe_definition("g", "execveat", "/x", 1)
            .starts_with("p:g/execveat /x:0x1 file=%si:x64 argv=%dx:x64 "));
#endif
  CHECK(definition.find("string") == std::string::npos);
  CHECK(is_exec_probe_group(exec_probe_group(7)));
  CHECK_FALSE(is_exec_probe_group("syscalls"));
}

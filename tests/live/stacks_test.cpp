// capture --userstack: names held against what a program of ours is known to do, and against what gdb says.

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/user_frame.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/workload.hpp"

using namespace ftracectl::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

/// One of the programs that tests/callers makes; they lie beside the workload.
std::string caller_program(const std::string& variant) {
  const fs::path path = fs::path(workload_program()).parent_path() / variant;
  if (!fs::exists(path)) skip("there is no program " + path.string());
  return path;
}

/// Functions of a record's user stack, as a person reads them; whatever has no name, as it is.
Words functions(const json& record) {
  Words names;
  if (!record.contains("user_stack")) return names;
  for (const auto& frame : record["user_stack"]) {
    const std::string text = ftracectl::readable_frame(frame.get<std::string>());
    names.push_back(text.starts_with('<') ? text : text.substr(0, text.find("+0x")));
  }
  return names;
}

std::string joined(const Words& words) {
  std::string text;
  for (const auto& word : words) text += word + "\n";
  return text;
}

/// Whether these stand in the stack in this order, others between them or not.
bool has_chain(const Words& stack, const Words& chain) {
  auto at = stack.begin();
  for (const auto& name : chain) {
    at = std::find(at, stack.end(), name);
    if (at == stack.end()) return false;
  }
  return true;
}

/// The record of /bin/true, started by `program MODE`.
json capture_true(const std::string& program, const std::string& mode, Words options = {}) {
  tracing_folder();
  setenv("CALLERS_PLUGIN", (fs::path(program).parent_path() / "libcallers-plugin.so").c_str(), 1);
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/records.jsonl";
  options.insert(options.begin(), {"capture", "--userstack", "-o", file});
  options.insert(options.end(), {"--", program, mode, "/bin/true", "60"});
  const auto finished = run_ftracectl(options);
  INFO(finished.err);
  CHECK(finished.status == 0);
  const std::string lines = read_file(file);
  check_records_if_possible(lines);
  for (const auto& exec : of_type(parse_json_lines(lines), "exec")) {
    if (exec["filename"] == "/bin/true") return exec;
  }
  FAIL("no record of /bin/true");
  return {};
}

bool can_fetch_stacks() {
  return run_ftracectl({"capture", "--userstack", "--unwind", "probe", "-o", "/dev/null", "--", "true"})
             .status == 0;
}

const Words usual = {"inner", "callers::middle", "outer", "main"};

struct Case {
  std::string mode;
  Words chain;
};
const std::vector<Case> cases = {
    {"direct", usual},
    {"fork", usual},
    {"vfork", usual},
    {"library", {"library_function", "inner", "callers::middle", "outer", "main"}},
    {"plugin", {"library_function", "inner", "callers::middle", "outer", "main"}},
    {"thread-fork", {"inner", "callers::middle", "outer"}},
    {"thread-vfork", {"inner", "callers::middle", "outer"}},
};

}  // namespace

TEST_CASE(
    "stacks: the kernel's walk along frame pointers is named, whichever way the program starts another") {
  // It misses the caller of execve(), which makes no frame.
  for (const char* variant : {"callers", "callers-fixed", "callers-debuglink"}) {
    for (const auto& [mode, chain] : cases) {
      const auto stack = functions(capture_true(caller_program(variant), mode, {"--unwind", "kernel"}));
      INFO(variant << " " << mode << ":\n" << joined(stack));
      CHECK(stack.front().find("execve") != std::string::npos);
      CHECK(has_chain(stack, Words(chain.begin() + 1, chain.end())));
    }
  }
}

TEST_CASE("stacks: unwound by the objects' tables, they are whole, with frame pointers and without") {
  if (!can_fetch_stacks()) skip("this kernel or machine has no probe that fetches stacks");
  for (const char* variant : {"callers", "callers-no-pointers", "callers-fixed", "callers-debuglink"}) {
    for (const auto& [mode, chain] : cases) {
      const auto stack = functions(capture_true(caller_program(variant), mode));
      INFO(variant << " " << mode << ":\n" << joined(stack));
      CHECK(stack.front().find("execve") != std::string::npos);
      CHECK(has_chain(stack, chain));
      CHECK(std::none_of(stack.begin(), stack.end(), [](const auto& name) { return name.starts_with('<'); }));
    }
  }
}

TEST_CASE(
    "stacks: posix_spawn() calls from the C library's own stack, and code made at run time is called "
    "anonymous") {
  if (!can_fetch_stacks()) skip("this kernel or machine has no probe that fetches stacks");
  const std::string program = caller_program("callers");
  const auto spawned = functions(capture_true(program, "spawn"));
  INFO(joined(spawned));
  CHECK(spawned.size() >= 2);
  CHECK(std::none_of(spawned.begin(), spawned.end(), [](const auto& name) { return name.starts_with('<'); }));
  const auto made = functions(capture_true(program, "made"));
  INFO(joined(made));
  const auto anonymous = std::find_if(made.begin(), made.end(),
                                      [](const auto& name) { return name.ends_with("> (anonymous)"); });
  REQUIRE(anonymous != made.end());
  CHECK(std::find(made.begin(), anonymous, "in_a_child") != anonymous);
  CHECK(has_chain(Words(anonymous, made.end()), {"inner", "callers::middle", "outer", "main"}));
}

TEST_CASE(
    "stacks: a stripped program's frames are its own addresses, and its names are found by build id later") {
  if (!can_fetch_stacks()) skip("this kernel or machine has no probe that fetches stacks");
  const std::string program = caller_program("callers-stripped");
  const TemporaryFolder folder;
  const std::string saved = folder.path() + "/saved";
  const auto record = capture_true(program, "fork", {"--save", saved});
  std::size_t own = 0;
  for (const std::string frame : record["user_stack"]) {
    if (frame.find("callers-stripped") == std::string::npos) continue;
    ++own;
    CHECK(frame.starts_with("0x"));
  }
  CHECK(own >= 4);
  // The same program before it was stripped, as a debuginfod client would have fetched it.
  std::string id;
  for (const auto& line : parse_json_lines(read_file(saved + "/stacks.jsonl"))) {
    if (line.contains("path") && line["path"] == program) id = line["build_id"];
  }
  REQUIRE(id.size() == 40);
  fs::create_directories(folder.path() + "/cache/" + id);
  fs::copy(caller_program("callers-stripped.whole"), folder.path() + "/cache/" + id + "/debuginfo");
  setenv("DEBUGINFOD_CACHE_PATH", (folder.path() + "/cache").c_str(), 1);
  const auto decoded = run_ftracectl({"decode", saved, "--format", "jsonl", "--tracefs", "/nowhere"});
  unsetenv("DEBUGINFOD_CACHE_PATH");
  Words stack;
  for (const auto& exec : of_type(parse_json_lines(decoded.out), "exec")) {
    if (exec["filename"] == "/bin/true") stack = functions(exec);
  }
  INFO(joined(stack));
  CHECK(has_chain(stack, usual));
}

TEST_CASE("stacks: what was fetched of a stack is in no saved folder") {
  if (!can_fetch_stacks()) skip("this kernel or machine has no probe that fetches stacks");
  const TemporaryFolder folder;
  const auto record = capture_true(caller_program("callers"), "direct", {"--save", folder.path() + "/saved"});
  CHECK(has_chain(functions(record), usual));
  for (const auto& entry : fs::recursive_directory_iterator(folder.path() + "/saved")) {
    INFO(entry.path());
    if (entry.is_regular_file()) CHECK(read_file(entry.path()).find("secret-on-the-st") == std::string::npos);
  }
}

TEST_CASE("stacks: without every exec nothing is named, and with them events of any kind are") {
  tracing_folder();
  const auto capture = [](Words options) {
    const TemporaryFolder folder;
    const std::string file = folder.path() + "/records.jsonl";
    options.insert(options.begin(), {"capture", "--userstack", "--latency", "0ms", "-o", file});
    options.insert(options.end(), {"--", "sh", "-c", "sleep 0.1; echo >/dev/null; exec sleep 0.1"});
    const auto finished = run_ftracectl(options);
    return std::pair(parse_json_lines(read_file(file)), finished.err);
  };
  const auto [filtered, said] = capture({"sched:sched_process_exec", "--filter", "pid > 1"});
  CHECK(said.find("user stacks show addresses only") != std::string::npos);
  for (const auto& exec : of_type(filtered, "exec")) {
    for (const auto& name : functions(exec)) CHECK(name.starts_with('<'));
  }
  const auto [opened, nothing] = capture({"syscalls:sys_enter_openat"});
  std::size_t named = 0;
  for (const auto& event : of_type(opened, "event")) {
    CHECK(event["event"] == "syscalls:sys_enter_openat");  // those that tell of memory are not shown
    const auto stack = functions(event);
    if (!stack.empty() && stack.front().find("open") != std::string::npos) ++named;
  }
  CHECK(named > 0);
  CHECK(of_type(opened, "exec").empty());
}

TEST_CASE("stacks: gdb names the same functions at the call") {
  if (run({"sh", "-c", "command -v gdb"}).status != 0) skip("gdb is not installed");
  if (!can_fetch_stacks()) skip("this kernel or machine has no probe that fetches stacks");
  for (const char* variant : {"callers", "callers-no-pointers", "callers-fixed"}) {
    const std::string program = caller_program(variant);
    const auto gdb = run({"gdb",
                          "-nx",
                          "-batch",
                          "-ex",
                          "set debuginfod enabled off",
                          "-ex",
                          "set confirm off",
                          "-ex",
                          "set breakpoint pending on",
                          "-ex",
                          "break execve",
                          "-ex",
                          "run",
                          "-ex",
                          "bt",
                          "-ex",
                          "kill",
                          "--args",
                          program,
                          "direct",
                          "/bin/true"});
    Words expected;
    std::size_t at = 0;
    // "#1  0x0000555555555280 in inner () at …"; the innermost has no address where it is at a line's begin.
    while ((at = gdb.out.find("\n#", at)) != std::string::npos) {
      std::string line = gdb.out.substr(at + 1, gdb.out.find('\n', at + 1) - at - 1);
      const auto in = line.find(" in ");
      line =
          in != std::string::npos ? line.substr(in + 4) : line.substr(line.find_first_not_of("#0123456789 "));
      expected.push_back(line.substr(0, line.find_first_of(" (")));
      ++at;
    }
    if (expected.size() < 4) skip("gdb cannot run a program here: " + gdb.err);
    const auto stack = functions(capture_true(program, "direct"));
    INFO(joined(stack) << "gdb:\n" << gdb.out);
    REQUIRE(stack.size() >= expected.size());
    for (std::size_t i = 1; i < expected.size(); ++i) CHECK(stack[i] == expected[i]);
  }
}

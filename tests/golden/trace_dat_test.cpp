// trace.dat, written from recorded captures and read again; and read by trace-cmd, where it is installed.
#include <doctest/doctest.h>

#include <cstdio>
#include <fstream>
#include <ftracectl/error.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "saved/trace_dat.hpp"
#include "support/formats.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

Ran run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Ran ran;
  ran.status = cli::run(arguments, out, err);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

std::string capture_folder() { return fixtures_folder() + "/captures/6.18/folder-whole-pages"; }

/// The recorded capture as a trace.dat.
std::string converted(const TemporaryFolder& folder) {
  std::string path = folder.path() + "/capture.dat";
  const Ran ran = run({"convert", capture_folder(), path});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  return path;
}

/// What both ways must agree on, of each exec.
std::multimap<std::uint64_t, std::string> execs_of(const std::string& input) {
  TemporaryFolder folder;
  const std::string output = folder.path() + "/records.jsonl";
  const Ran ran = run({"decode", input, "--all", "-o", output});
  REQUIRE_MESSAGE(ran.status == 0, ran.err);
  std::multimap<std::uint64_t, std::string> execs;
  std::ifstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    const auto record = nlohmann::json::parse(line);
    if (record["type"] != "exec") continue;
    std::string text;
    for (const char* key : {"cpu", "tid", "syscall", "ret", "error", "status", "duration_ns", "new_comm"})
      text += record[key].dump() + " ";
    execs.emplace(record["ts_ns"].get<std::uint64_t>(), text);
  }
  return execs;
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

TEST_CASE("trace.dat: a capture that is converted decodes to the same execs") {
  TemporaryFolder folder;
  const auto from_folder = execs_of(capture_folder());
  const auto from_dat = execs_of(converted(folder));
  CHECK(from_folder.size() > 0);
  CHECK(from_dat == from_folder);
}

TEST_CASE("trace.dat: a file that is there is not written over, and text has no pages") {
  TemporaryFolder folder;
  const std::string path = converted(folder);
  const std::string before = read_file(path);
  const Ran again = run({"convert", capture_folder(), path});
  CHECK(again.status == exit_status::failed);
  CHECK(contains(again.err, "is there already"));
  CHECK(read_file(path) == before);
  CHECK(run({"convert", capture_folder(), folder.path() + "/x.txt"}).status == exit_status::usage);
  CHECK(run({"convert", folder.path(), folder.path() + "/y.dat"}).status == exit_status::failed);
  CHECK(run({"decode", path, "--buffer", "nosuch"}).status == exit_status::usage);
}

TEST_CASE(
    "trace.dat: a file that is cut off, or whose bytes are changed, is refused or read, and nothing else") {
  TemporaryFolder folder;
  const std::string whole = read_file(converted(folder));
  const std::string path = folder.path() + "/broken.dat";
  const auto decode = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    const Ran ran = run({"decode", path, "-o", "/dev/null"});
    CHECK_MESSAGE((ran.status == exit_status::ok || ran.status == exit_status::failed), ran.err);
  };
  for (std::size_t size = 0; size < 400; size += 3) decode(whole.substr(0, size));
  for (std::size_t size = 400; size < whole.size(); size += 4099) decode(whole.substr(0, size));
  unsigned seed = 1;
  for (int i = 0; i < 300; ++i) {
    std::string bytes = whole;
    for (int change = 0; change < 3; ++change) {
      seed = seed * 1103515245 + 12345;
      bytes[(seed >> 8U) % bytes.size()] = static_cast<char>(seed >> 3U);
    }
    decode(bytes);
  }
  const auto fault_of = [&](const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
    return run({"decode", path, "-o", "/dev/null"}).err;
  };
  std::string other = whole;
  other[12] = 1;
  CHECK(contains(fault_of(other), "big-endian"));
  other = whole;
  other[10] = '9';
  CHECK(contains(fault_of(other), "version 9"));
}

TEST_CASE("trace.dat: trace-cmd reads what convert writes") {
  if (std::system("trace-cmd --help >/dev/null 2>&1") == 127 * 256) {
    std::puts("SKIPPED: trace-cmd is not installed");
    return;
  }
  TemporaryFolder folder;
  const std::string path = converted(folder);
  const std::string report = folder.path() + "/report";
  REQUIRE(std::system(("trace-cmd report " + path + " >" + report + " 2>/dev/null").c_str()) == 0);
  const std::string text = read_file(report);
  // "            sh-243   [001]  5.053518: sys_enter_execve:     filename: 0x..."
  std::map<std::string, std::uint64_t> theirs;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto event = line.find(": ");
    const auto end = event == line.npos ? line.npos : line.find(": ", event + 2);
    if (end != line.npos) ++theirs[line.substr(event + 2, end - event - 2)];
  }
  std::uint64_t attempts = 0;
  std::uint64_t successes = 0;
  for (const auto& [time, exec] : execs_of(path)) {
    ++attempts;
    if (contains(exec, "\"ok\"")) ++successes;
  }
  CHECK(theirs["sys_enter_execve"] + theirs["sys_enter_execveat"] == attempts);
  CHECK(theirs["sched_process_exec"] == successes);
}

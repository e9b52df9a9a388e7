// `capture --calls` beside strace: the same run under both, call by call.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/record_schema.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl::test;
using ordered = nlohmann::ordered_json;

namespace {

const std::string calls =
    "execve,openat,close,mkdir,rmdir,unlink,unlinkat,newfstatat,access,socket,connect,bind,dup2,pipe2,lseek,"
    "kill,"
    "getpid,mprotect,rename,ftruncate,fchmod,faccessat2";

/// Files, processes and the network, with what fails among it.
const std::string workload = R"(
import os, socket, subprocess, signal, sys
folder = sys.argv[1]
for i in range(20):
    path = f"{folder}/f{i}"
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o640)
    os.ftruncate(fd, 100 + i); os.lseek(fd, -3, os.SEEK_END); os.fchmod(fd, 0o600); os.close(fd)
    os.rename(path, path + "x"); os.unlink(path + "x")
    for call in (os.unlink, os.rmdir, os.mkdir):
        try: call(path + "/none")
        except OSError: pass
    os.mkdir(path); os.rmdir(path)
for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    s = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try: s.connect("/none" if family == socket.AF_UNIX else ("127.0.0.1" if family == socket.AF_INET else "::1", 1))
    except OSError: pass
    s.close()
for i in range(5):
    subprocess.run(["/bin/true"]); subprocess.run(["/bin/sh", "-c", "cat /nonexistent 2>/dev/null | true"])
os.kill(os.getpid(), 0)
try: os.kill(1 << 30, signal.SIGTERM)
except OSError: pass
)";

struct Straced {
  std::string name;
  std::string arguments;
  std::string result;  ///< "3", "-1 ENOENT (...)", "?"
};

void add_line(std::map<int, std::vector<Straced>>& by_tid, std::map<int, std::string>& open,
              const std::string& line) {
  const auto blank = line.find(' ');
  const int tid = std::stoi(line.substr(0, blank));
  std::string text = line.substr(line.find_first_not_of(' ', blank));
  if (text.starts_with("---") || text.starts_with("+++")) return;
  const auto unfinished = text.find(" <unfinished ...>");
  if (unfinished != text.npos) {
    open[tid] = text.substr(0, unfinished);
    return;
  }
  if (text.starts_with("<... ")) text = open[tid] + text.substr(text.find('>') + 1);
  const auto bracket = text.find('(');
  const auto equals = text.rfind(" = ");
  REQUIRE(equals != text.npos);
  const auto close = text.find_last_of(')', equals);
  by_tid[tid].push_back(
      {text.substr(0, bracket), text.substr(bracket + 1, close - bracket - 1), text.substr(equals + 3)});
}

std::map<int, std::vector<Straced>> read_strace(const std::string& path) {
  std::map<int, std::vector<Straced>> by_tid;
  std::map<int, std::string> open;
  const std::string text = read_file(path);
  for (const auto line : ftracectl::split_lines(text)) {
    if (!line.empty()) add_line(by_tid, open, std::string(line));
  }
  return by_tid;
}

/// "AT_FDCWD", "\"a, b\"", "{sa_family=AF_INET, ...}", ...: at commas outside of strings and brackets.
std::vector<std::string> split_arguments(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string && c == '\\') {
      parts.back() += text.substr(i++, 2);
      continue;
    }
    if (c == '"') in_string = !in_string;
    if (!in_string) depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (c == ',' && depth == 0 && !in_string) {
      parts.emplace_back();
      ++i;  // the blank
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

/// Whether both say something of the same: not what only strace looks at, in the memory of the program.
bool is_comparable(const std::string& straced, const std::string& ours) {
  if (straced.empty() || straced.find_first_of("\"{[/") != straced.npos) return false;
  return !ours.starts_with("0x") || straced.starts_with("0x");
}

int check_call(const ordered& record, const Straced& straced) {
  CHECK(record["syscall"] == straced.name);
  const std::string result = straced.result.substr(0, straced.result.find(' '));
  if (straced.result.starts_with("-1 ")) {
    CHECK(record["error"] == straced.result.substr(3, straced.result.find(' ', 3) - 3));
  } else if (result != "?" && !result.starts_with("0x")) {
    CHECK(std::to_string(record["ret"].get<long long>()) == result);
  }
  if (!record["args"].is_object()) return 0;
  int compared = 0;
  const auto parts = split_arguments(straced.arguments);
  std::size_t at = 0;
  for (const auto& [name, value] : record["args"].items()) {
    const std::string ours = value;
    if (at >= parts.size()) break;
    const std::string& theirs = parts[at++];
    if (theirs.starts_with('"') && !record.contains("addresses") && !ours.starts_with("0x") &&
        theirs.find('\\') == theirs.npos) {
      CHECK(theirs.substr(1, theirs.rfind('"') - 1) == ours);
      ++compared;
    }
    // strace has words for protocols, which depend on the family.
    if (name == "protocol" || !is_comparable(theirs, ours)) continue;
    CHECK_MESSAGE(ours == theirs, straced.name << " " << name);
    ++compared;
  }
  return compared;
}

std::map<int, std::vector<ordered>> read_calls(const std::string& text) {
  std::map<int, std::vector<ordered>> by_tid;
  for (const auto line : ftracectl::split_lines(text)) {
    const auto record = ordered::parse(line);
    if (record["type"] == "lost") FAIL("events were lost");
    if (record["type"] == "call") by_tid[record["tid"]].push_back(record);
  }
  return by_tid;
}

/// The tracee's first calls are strace's own: until its program runs.
void drop_before_exec(std::vector<ordered>& records) {
  std::size_t at = 0;
  while (at < records.size() && records[at]["syscall"] != "execve") ++at;
  records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

TEST_CASE("calls: strace sees the same calls, arguments and results") {
  tracing_folder();
  if (!std::filesystem::exists("/usr/bin/strace") || !std::filesystem::exists("/usr/bin/python3"))
    skip("no strace or no python3");
  const TemporaryFolder folder;
  const std::string records = folder.path() + "/calls.jsonl";
  const std::string truth = folder.path() + "/strace";
  const Finished finished = run_ftracectl({"capture",
                                           "--calls",
                                           calls,
                                           "--buffer-size",
                                           "16M",
                                           "-o",
                                           records,
                                           "--save",
                                           folder.path() + "/saved",
                                           "--",
                                           "/usr/bin/strace",
                                           "-f",
                                           "-o",
                                           truth,
                                           "-s",
                                           "4096",
                                           "-e",
                                           "trace=" + calls,
                                           "/usr/bin/python3",
                                           "-S",
                                           "-c",
                                           workload,
                                           folder.path()});
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  const std::string text = read_file(records);
  check_records_if_possible(text);
  auto ours = read_calls(text);
  int compared = 0;
  int arguments = 0;
  for (const auto& [tid, straced] : read_strace(truth)) {
    INFO("tid " << tid);
    auto& of_task = ours[tid];
    if (!straced.empty() && straced.front().name == "execve") drop_before_exec(of_task);
    CHECK(of_task.size() == straced.size());
    for (std::size_t i = 0; i < std::min(of_task.size(), straced.size()); ++i) {
      INFO(i << " " << straced[i].name << "(" << straced[i].arguments << ") = " << straced[i].result << " / "
             << of_task[i].dump());
      arguments += check_call(of_task[i], straced[i]);
      ++compared;
    }
  }
  MESSAGE(compared << " calls and " << arguments << " arguments compared");
  CHECK(compared > 300);
  const Finished decoded = run_ftracectl({"decode", folder.path() + "/saved", "--format", "jsonl"});
  CHECK(decoded.out == text);
}

TEST_CASE("calls: of the command, none before its program runs, --failed and --summary") {
  tracing_folder();
  const Finished all =
      run_ftracectl({"capture", "--calls", "execve,read,dup3", "--format", "jsonl", "--", "/bin/true"});
  REQUIRE(all.status == 0);
  const auto ours = read_calls(all.out);
  REQUIRE(ours.size() == 1);
  CHECK(ours.begin()->second.front()["syscall"] == "execve");
  const Finished failed =
      run_ftracectl({"capture", "--calls", "open*", "--failed", "--", "/bin/cat", "/nonexistent"});
  CHECK(failed.out.find("= -1 ENOENT (No such file or directory)") != failed.out.npos);
  const Finished table =
      run_ftracectl({"capture", "--calls", "openat,close", "--summary", "--", "/bin/cat", "/nonexistent"});
  CHECK(table.out.find("openat  ENOENT ") != table.out.npos);
  const Finished unknown = run_ftracectl({"capture", "--calls", "opnat", "--", "/bin/true"});
  CHECK(unknown.err.find("openat") != unknown.err.npos);
}

TEST_CASE("calls: strings are the callers', or the summary says that this kernel has none") {
  tracing_folder();
  const TemporaryFolder folder;
  const std::string name = folder.path() + "/a \"b\"";
  for (const std::vector<std::string>& options :
       {std::vector<std::string>{}, {"--source", "text"}, {"--filter", "common_pid != 1"}}) {
    std::vector<std::string> words = {"capture", "--calls", "mkdir,rmdir", "--format", "jsonl"};
    words.insert(words.end(), options.begin(), options.end());
    const std::string script = "mkdir '" + name + "'; rmdir '" + name + "'; mkdir '" + name + "/x/y'";
    for (const char* word : {"--", "sh", "-c", script.c_str()}) words.emplace_back(word);
    const Finished finished = run_ftracectl(words);
    INFO(finished.out << finished.err);
    check_records_if_possible(finished.out);
    std::vector<ordered> records;
    for (auto& [tid, of_task] : read_calls(finished.out)) {
      for (auto& record : of_task) records.push_back(record);
    }
    REQUIRE(records.size() == 3);
    const bool lacks_strings =
        finished.err.find("strings of system calls are not available") != std::string::npos;
    for (const auto& record : records) {
      const std::string path = record["args"]["pathname"];
      CHECK(record.contains("addresses") == lacks_strings);
      CHECK(path.starts_with(lacks_strings ? "0x" : name));
    }
  }
}

TEST_CASE("calls: --args none fetches nothing, and as another user the calls are that user's") {
  tracing_folder();
  const Finished none = run_ftracectl(
      {"capture", "--calls", "openat", "--args", "none", "--format", "jsonl", "--", "/bin/true"});
  REQUIRE(none.status == 0);
  CHECK(none.err.find("strings") == std::string::npos);
  if (read_file("/etc/passwd").find("nobody:") == std::string::npos) return;  // a guest
  const Finished other = run_ftracectl({"capture", "--calls", "execve,openat,setuid", "--user", "nobody",
                                        "--format", "jsonl", "--", "/bin/true"});
  INFO(other.err);
  REQUIRE(other.status == 0);
  const auto calls = read_calls(other.out);
  REQUIRE(calls.size() == 1);
  const auto& records = calls.begin()->second;
  CHECK(records.front()["syscall"] == "execve");
  for (const auto& record : records) {
    CHECK(record["uid"] != 0);
    CHECK(record["syscall"] != "setuid");
  }
}

TEST_CASE("capture: --record names the kinds of records, --summary counts execs") {
  tracing_folder();
  const auto types_of = [](const std::string& kinds) {
    const Finished finished = run_ftracectl(
        {"capture", "--record", kinds, "--format", "jsonl", "--", "/bin/sh", "-c", "/bin/true; true"});
    INFO(finished.err);
    REQUIRE(finished.status == 0);
    std::map<std::string, int> types;
    for (const auto line : ftracectl::split_lines(finished.out)) ++types[ordered::parse(line)["type"]];
    types.erase("start");
    types.erase("summary");
    return types;
  };
  using Types = std::map<std::string, int>;
  CHECK(types_of("exec") == Types{{"exec", 2}});
  CHECK(types_of("exit") == Types{{"exit", 2}});
  CHECK(types_of("exit,exec") == Types{{"exec", 2}, {"exit", 2}});
  CHECK(run_ftracectl({"capture", "--record", "call", "--", "true"}).status == 2);
  const Finished totals = run_ftracectl({"capture", "--summary", "--format", "jsonl", "--", "/bin/sh", "-c",
                                         "/bin/true; /dev/null; /bin/true"});
  INFO(totals.out << totals.err);
  std::vector<ordered> rows;
  for (const auto line : ftracectl::split_lines(totals.out)) {
    const auto record = ordered::parse(line);
    if (record["type"] == "totals") rows.push_back(record);
  }
  REQUIRE(rows.size() == 1);
  CHECK(rows[0]["calls"] == 4);
  CHECK(rows[0]["failed"] == 1);
  CHECK(rows[0]["errors"]["EACCES"] == 1);
}

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support/gate.hpp"
#include "support/live.hpp"
#include "support/process.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

using Words = std::vector<std::string>;

struct Captured {
  Finished finished;
  std::vector<json> execs;
  std::vector<json> exits;
  json summary;
};

/// `capture --format jsonl ARGUMENTS`, its records read by another JSON parser, from a file of its own.
Captured capture(std::vector<std::string> arguments) {
  tracing_folder();
  const std::string file = std::filesystem::temp_directory_path() / ("capture-" + std::to_string(getpid()));
  arguments.insert(arguments.begin(), {"capture", "--format", "jsonl", "-o", file});
  Captured captured{run_ftracectl(arguments), {}, {}, {}};
  const auto records = parse_json_lines(read_file(file));
  std::filesystem::remove(file);
  captured.execs = of_type(records, "exec");
  captured.exits = of_type(records, "exit");
  const auto summaries = of_type(records, "summary");
  REQUIRE(summaries.size() == 1);
  REQUIRE(records.back() == summaries.front());
  captured.summary = summaries.front();
  return captured;
}

/// Captures a shell, chosen by its pid with further OPTIONS, from a gate to its end.
Captured capture_by_pid(const std::string& script, const std::vector<std::string>& options, pid_t& pid) {
  tracing_folder();
  const Gate gate;
  Process shell({"sh", "-c", gate.wait() + script});
  REQUIRE(Gate::is_reached_by(shell));
  pid = shell.pid();
  std::vector<std::string> arguments = {"capture", "--format", "jsonl", "--pid", std::to_string(pid)};
  arguments.insert(arguments.end(), options.begin(), options.end());
  Process session(ftracectl_argv(arguments));
  REQUIRE(eventually([&] { return is_capturing(session.pid()); }));
  gate.open();
  shell.wait();
  session.signal(SIGINT);
  Finished finished = session.wait();
  const auto records = parse_json_lines(finished.out);
  REQUIRE_FALSE(records.empty());
  return {finished, of_type(records, "exec"), {}, records.back()};
}

Captured capture_shell(const std::string& script, std::vector<std::string> options = {}) {
  options.insert(options.end(), {"--", "sh", "-c", script});
  return capture(std::move(options));
}

/// What the kernel counted is what came out.
void check_accounts(const json& summary) {
  CHECK(summary.at("lost") == 0);
  CHECK(summary.at("malformed") == 0);
  CHECK(summary.at("kernel").at("read") == summary.at("entries"));
  CHECK(summary.at("kernel").at("left") == 0);
  CHECK(summary.at("kernel").at("overrun") == 0);
  CHECK(summary.at("kernel").at("dropped") == 0);
}

/// Each of them lives long enough for its arguments to be read from /proc however busy the machine is.
const std::string example =
    "/bin/sleep 0.2; /bin/sh -c \"/bin/sleep 0.2; :\" \"a b\"; /nonexistent/x; exit 3";

}  // namespace

TEST_CASE("capture: a record for each attempt of a command and its children, and its exit status") {
  const std::string before = tracefs_snapshot();
  const Captured captured = capture_shell(example);
  CHECK(captured.finished.status == 3);
  CHECK(captured.finished.err.find("/nonexistent/x: not found") != std::string::npos);
  REQUIRE(captured.execs.size() == 5);
  const json& shell = captured.execs[0];
  CHECK(shell["argv"] == json({"sh", "-c", example}));
  CHECK(shell["comm"] == "ftracectl");
  CHECK(shell["new_comm"] == "sh");
  const json& sleep = captured.execs[1];
  CHECK(sleep["argv"] == json({"/bin/sleep", "0.2"}));
  CHECK(sleep["comm"] == "sh");
  const json& inner = captured.execs[2];
  CHECK(inner["filename"] == "/bin/sh");
  CHECK(inner["argv"] == json({"/bin/sh", "-c", "/bin/sleep 0.2; :", "a b"}));
  // The better of the probes that this kernel has.
  CHECK((inner["argv_from"] == "uprobe" || inner["argv_from"] == "eprobe"));
  CHECK(inner["duration_ns"] > 0);
  CHECK(captured.execs[3]["ppid"] == inner["pid"]);
  const json& missing = captured.execs[4];
  CHECK(missing["status"] == "failed");
  CHECK(missing["error"] == "ENOENT");
  CHECK(missing["ret"] == -2);
  CHECK(missing["comm"] == "sh");
  CHECK(missing["filename"] == "/nonexistent/x");
  CHECK(missing["argv"] == json({"/nonexistent/x"}));
  for (const std::size_t i : {1UL, 2UL, 4UL}) CHECK(captured.execs[i]["ppid"] == shell["pid"]);
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(captured.execs[i]["status"] == "ok");
    CHECK(captured.execs[i]["ret"] == 0);
    CHECK(captured.execs[i]["uid"] == 0);
    CHECK(captured.execs[i]["clock"] == "mono");
  }
  check_accounts(captured.summary);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: --stacktrace puts a kernel stack into each record") {
  const Captured captured = capture_shell(example, {"--stacktrace"});
  REQUIRE(captured.execs.size() == 5);
  for (const auto& exec : captured.execs) {
    REQUIRE(exec.contains("stack"));
    const json& stack = exec["stack"];
    REQUIRE(stack.size() >= 2);
    CHECK(stack.back() == "entry_SYSCALL_64_after_hwframe");
  }
  check_accounts(captured.summary);
}

TEST_CASE("capture: stacks take nothing from the records, not when several captures run at once either") {
  const Words command = {"--", "sh", "-c", "for i in 1 2 3 4 5; do ls / >/dev/null; /bin/true 'a b'; done"};
  for (const Words& options :
       {Words{"--stacktrace"}, Words{"--stacktrace", "--userstack"}, Words{"--stacktrace", "--comm", "sh"}}) {
    std::vector<std::unique_ptr<Process>> captures;
    const TemporaryFolder folder;
    constexpr int at_once = 4;
    for (int i = 0; i < at_once; ++i) {
      Words words = {
          "capture", "--source", "raw", "--format", "jsonl", "-o", folder.path() + "/" + std::to_string(i)};
      words.insert(words.end(), options.begin(), options.end());
      words.insert(words.end(), command.begin(), command.end());
      captures.push_back(std::make_unique<Process>(ftracectl_argv(words)));
    }
    for (int i = 0; i < at_once; ++i) {
      CHECK(captures[static_cast<std::size_t>(i)]->wait().status == 0);
      const auto records = parse_json_lines(read_file(folder.path() + "/" + std::to_string(i)));
      const auto execs = of_type(records, "exec");
      CHECK(execs.size() >= 10);
      CHECK(of_type(records, "event").empty());  // each stack has found its event
      for (const auto& exec : execs) {
        CAPTURE(exec.dump());
        CHECK_FALSE(exec["argv"].is_null());
        CHECK_FALSE(exec["uid"].is_null());
        CHECK(exec.contains("stack"));
      }
    }
  }
}

TEST_CASE("capture: --userstack puts the stack of the program that called into each record") {
  const Captured captured = capture_shell(example, {"--userstack"});
  REQUIRE(captured.execs.size() == 5);
  CHECK_FALSE(captured.execs.front().contains("user_stack"));  // ours, to start the command
  for (std::size_t i = 1; i < captured.execs.size(); ++i) {
    const auto& exec = captured.execs[i];
    CHECK_FALSE(exec.contains("stack"));
    REQUIRE(exec.contains("user_stack"));
    const std::string frame = exec["user_stack"][0];
    // "<00007f59eb4f2ad7>" where nothing proves what was there; never what the program has mapped that runs now.
    CHECK((frame.starts_with("<0000") || frame.find("execve+0x") != std::string::npos));
  }
  check_accounts(captured.summary);
}

TEST_CASE("capture: the text table lines up and shows what was run") {
  tracing_folder();
  const Finished finished = run_ftracectl({"capture", "--", "sh", "-c", example});
  CHECK(finished.status == 3);
  const auto header_end = finished.out.find('\n');
  REQUIRE(header_end != std::string::npos);
  const auto column = finished.out.substr(0, header_end).find("COMMAND");
  REQUIRE(column != std::string::npos);
  const std::string command = "/bin/sh -c \"/bin/sleep 0.2; :\" \"a b\"\n";
  REQUIRE(finished.out.find(command) != std::string::npos);
  CHECK(finished.out.find("ENOENT") != std::string::npos);
  const auto row = finished.out.rfind('\n', finished.out.find(command));
  CHECK(finished.out.find("/bin/sh", row) - row - 1 == column);
  CHECK(finished.err.find("5 records") != std::string::npos);
}

TEST_CASE("capture: a thousand execs in a burst are a thousand records") {
  const std::size_t count = slowness() == 1 ? 1000 : 60;
  const Captured captured = capture_shell("i=0; while [ $i -lt " + std::to_string(count) +
                                          " ]; do /bin/true $i & i=$((i+1)); done; wait");
  CHECK(captured.finished.status == 0);
  REQUIRE(captured.execs.size() == count + 1);
  std::vector<bool> seen(count, false);
  std::size_t with_argv = 0;
  for (const auto& exec : captured.execs) {
    CHECK(exec["status"] == "ok");
    if (exec["filename"] != "/bin/true" || exec["argv"].is_null()) continue;
    ++with_argv;
    seen.at(static_cast<std::size_t>(std::stoi(exec["argv"][1].get<std::string>()))) = true;
  }
  CHECK(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true)) == with_argv);  // none twice
  CHECK(captured.summary["execs_with_argv"] >= with_argv);
  check_accounts(captured.summary);
}

TEST_CASE("capture: --pid is the kernel's filter, and nothing else is ever read") {
  // A shell that execs once, while others exec all the time.
  Process noise({"sh", "-c", "while :; do /bin/true noise; done"});
  pid_t pid = 0;
  const Captured captured = capture_by_pid("exec /bin/sleep 0.2", {}, pid);
  CHECK(captured.finished.status == 0);
  REQUIRE(captured.execs.size() == 1);
  CHECK(captured.execs[0]["pid"] == pid);
  CHECK(captured.execs[0]["argv"] == json({"/bin/sleep", "0.2"}));
  CHECK(captured.execs[0]["comm"] == "sh");
  // The call, enter, exec, exit, rename, the task's end: not one of the noise's entries.
  CHECK(captured.summary["entries"] <= 7);
  check_accounts(captured.summary);
}

TEST_CASE("capture: --pid --follow takes in what the process starts") {
  pid_t pid = 0;
  const Captured captured = capture_by_pid("/bin/sleep 0.2; /bin/sleep 0.3", {"--follow"}, pid);
  REQUIRE(captured.execs.size() == 2);
  CHECK(captured.execs[0]["argv"] == json({"/bin/sleep", "0.2"}));
  CHECK(captured.execs[0]["ppid"] == pid);
  CHECK(captured.execs[1]["argv"] == json({"/bin/sleep", "0.3"}));
}

TEST_CASE("capture: a filter selects attempts where they enter, and their ends come with them") {
  const Captured captured =
      capture_shell("/bin/sleep 0.2; exec /bin/true y", {"--filter", "comm == \"ftracectl\""});
  REQUIRE(captured.execs.size() == 1);
  CHECK(captured.execs[0]["argv"][0] == "sh");
  CHECK(captured.execs[0]["status"] == "ok");
}

TEST_CASE("capture: a wrong filter changes nothing and says the kernel's reason") {
  const std::string before = tracefs_snapshot();
  const std::string marker = std::filesystem::temp_directory_path() / ("ran-" + std::to_string(getpid()));
  const Finished finished = run_ftracectl({"capture", "--filter", "nosuch==1", "--", "touch", marker});
  CHECK(finished.status == 1);
  CHECK(finished.err.find("nosuch==1") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(marker));
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: arguments that are not UTF-8 survive, and names with newlines") {
  const Captured captured = capture_shell(
      "/bin/sh -c '/bin/sleep 0.2; :' \"$(printf 'na\\303\\257ve')\" \"$(printf '\\377\\376')\" 'a\nb'");
  REQUIRE(captured.execs.size() == 3);
  const json& exec = captured.execs[1];
  REQUIRE(exec["argv"].size() == 6);
  CHECK(exec["argv"][3] == "na\xc3\xafve");
  CHECK(exec["argv"][5] == "a\nb");
  CHECK(exec["argv_hex"][4] == "fffe");
}

TEST_CASE("capture: programs that are gone at once have their arguments, however many there are") {
  const std::size_t count = slowness() == 1 ? 2000 : 64;
  // Eight at a time.
  const Captured captured =
      capture_shell("i=0; while [ $i -lt " + std::to_string(count) +
                    " ]; do for j in 0 1 2 3 4 5 6 7; do /bin/true $((i+j)) & done; wait; i=$((i+8)); done");
  CHECK(captured.finished.status == 0);
  std::vector<bool> seen(count, false);
  for (const auto& exec : captured.execs) {
    if (exec["filename"] != "/bin/true") continue;
    REQUIRE(exec["argv"].size() == 2);
    seen.at(std::stoul(exec["argv"][1].get<std::string>())) = true;
  }
  CHECK(static_cast<std::size_t>(std::count(seen.begin(), seen.end(), true)) == count);
  CHECK(captured.summary["execs_with_argv"] == captured.summary["execs"]);
  check_accounts(captured.summary);
}

TEST_CASE("capture: long arguments are cut, and said to be, unless /proc has them whole") {
  const std::string script = "/bin/sh -c '/bin/sleep 0.2; :' " + std::string(100, 'x') + "; /nonexistent/y " +
                             std::string(100, 'z') + "; :";
  for (const auto& exec : capture_shell(script).execs) {
    if (exec["filename"] == "/bin/sh") {
      CHECK(exec["argv"][3] == std::string(100, 'x'));
      CHECK(exec["argv_from"] != "uprobe");
      CHECK_FALSE(exec.contains("truncated"));
    }
    if (exec["filename"] != "/nonexistent/y") continue;
    if (exec["argv_from"] == "eprobe") {  // has them whole itself
      CHECK(exec["argv"] == json({"/nonexistent/y", std::string(100, 'z')}));
      CHECK_FALSE(exec.contains("truncated"));
      continue;
    }
    CHECK(exec["argv"] == json({"/nonexistent/y", std::string(64, 'z')}));
    CHECK(exec["truncated"] == json({"argv"}));
  }
  const Captured none = capture_shell("/bin/true x", {"--args", "none"});
  for (const auto& exec : none.execs) CHECK(exec["argv"].is_null());
  CHECK(run_ftracectl({"capture", "--args", "nosuch", "--", "true"}).status == 2);
}

TEST_CASE("capture: a script's arguments are those of the call") {
  const TemporaryFolder folder;
  const std::string script = folder.path() + "/script";
  std::ofstream(script) << "#!/bin/sh\n/bin/sleep 0.2\n";
  REQUIRE(chmod(script.c_str(), 0755) == 0);
  const Captured captured = capture({"--", script, "one"});
  REQUIRE(captured.execs.size() == 2);
  CHECK(captured.execs[0]["argv"] == json({script, "one"}));
  const Captured from_proc = capture({"--args", "proc", "--", script, "one"});
  REQUIRE(from_proc.execs.size() == 2);
  CHECK(from_proc.execs[0]["argv"] == json({"/bin/sh", script, "one"}));
  CHECK(from_proc.execs[0]["argv_from"] == "proc");
}

TEST_CASE("capture: --lifetime tells each process' end, and --failed the execs that failed") {
  const Captured captured =
      capture_shell("/bin/sleep 0.1; (exit 3); /nonexistent/x; /bin/sh -c 'kill -TERM $$'; exit 44",
                    {"--lifetime", "--failed"});
  CHECK(captured.finished.status == 44);
  REQUIRE(captured.execs.size() == 1);
  CHECK(captured.execs[0]["error"] == "ENOENT");
  REQUIRE(captured.exits.size() == 5);
  CHECK(captured.exits[0]["comm"] == "sleep");
  CHECK(captured.exits[0]["exit_code"] == 0);
  CHECK(captured.exits[0]["signal"].is_null());
  CHECK(captured.exits[0]["lifetime_ns"] >= 100'000'000);
  CHECK(captured.exits[1]["exit_code"] == 3);
  CHECK(captured.exits[2]["exit_code"] == 127);
  CHECK(captured.exits[3]["signal"] == 15);
  CHECK(captured.exits[3]["exit_code"].is_null());
  CHECK(captured.exits[4]["exit_code"] == 44);
  for (std::size_t i = 0; i < 4; ++i) CHECK(captured.exits[i]["ppid"] == captured.exits[4]["pid"]);
  check_accounts(captured.summary);
}

TEST_CASE("capture: a program that execs the next at once never has its arguments") {
  for (int round = 0; round < 20 / slowness(); ++round) {
    const Captured captured = capture({"--", "env", "nice", "true", "last"});
    REQUIRE(captured.execs.size() >= 3);
    for (const auto& exec : captured.execs) {
      if (exec["argv"].is_null()) continue;
      const std::string filename = exec["filename"];
      CHECK(filename.ends_with("/" + exec["argv"][0].get<std::string>()));
    }
  }
}

TEST_CASE("capture: the command's end is told as a shell tells it") {
  tracing_folder();
  CHECK(run_ftracectl({"capture", "--", "sh", "-c", "kill -9 $$"}).status == 137);
  CHECK(run_ftracectl({"capture", "--", "true"}).status == 0);
  const Finished missing = run_ftracectl({"capture", "--", "no-such-program"});
  CHECK(missing.status == 127);
  CHECK(missing.err.find("no-such-program: command not found") != std::string::npos);
  CHECK(run_ftracectl({"capture", "--", "/etc/passwd"}).status == 126);
  CHECK(run_ftracectl({"capture", "--"}).status == 2);
  CHECK(run_ftracectl({"capture", "--duration", "500ms", "--", "sleep", "20"}).status == 143);
}

TEST_CASE("capture: one INT ends it, with and without a command") {
  const std::string before = tracefs_snapshot();
  for (const bool with_command : {true, false}) {
    std::vector<std::string> arguments = {"capture"};
    if (with_command) arguments.insert(arguments.end(), {"--", "sleep", "20"});
    Process process(ftracectl_argv(arguments));
    REQUIRE(eventually([&] { return is_capturing(process.pid()); }));
    if (with_command) REQUIRE(process.wait_for_output("sleep 20"));
    const auto begin = std::chrono::steady_clock::now();
    process.signal(SIGINT);
    const Finished finished = process.wait(std::chrono::seconds(10));
    CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(1) * slowness());
    CHECK(finished.status == (with_command ? 130 : 0));
    CHECK(finished.err.find("lost") != std::string::npos);  // the summary
  }
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: a command that does not go when asked is left to run, and that is said") {
  const std::string before = tracefs_snapshot();
  // The shell says its pid, ignores TERM, and is ended here.
  const Finished finished =
      run_ftracectl({"capture", "-o", "/dev/null", "--duration", "300ms", "--", "sh", "-c",
                     "echo $$; exec >/dev/null 2>&1; trap '' TERM; i=0; while [ $i -lt 100 ]; do sleep 0.1; "
                     "i=$((i+1)); done"});
  const pid_t pid = std::stoi(finished.out);
  CHECK(kill(pid, 0) == 0);
  kill(pid, SIGKILL);
  CHECK(finished.status == 143);
  CHECK(finished.err.find("continues, untraced") != std::string::npos);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: output that cannot be written is a clear failure that leaves nothing behind") {
  const std::string before = tracefs_snapshot();
  const Finished full = run_ftracectl({"capture", "-o", "/dev/full", "--", "true"});
  CHECK(full.status == 1);
  CHECK(full.err.find("/dev/full: cannot be written: No space left on device") != std::string::npos);
  const Finished nowhere = run_ftracectl({"capture", "-o", "/nonexistent/file", "--", "true"});
  CHECK(nowhere.status == 1);
  CHECK(nowhere.err.find("/nonexistent/file") != std::string::npos);
  const std::string program = ftracectl_argv({}).front();
  const Finished closed = run({"sh", "-c", "{ " + program + " capture -- true; echo status $? >&2; } | :"});
  CHECK(closed.err == "status 0\n");  // a reader that has seen enough is no failure
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: a file's name tells the format, unless one is asked for") {
  tracing_folder();
  const std::string file =
      std::filesystem::temp_directory_path() / ("named-" + std::to_string(getpid()) + ".jsonl");
  CHECK(run_ftracectl({"capture", "-o", file, "--", "true"}).status == 0);
  CHECK_FALSE(of_type(parse_json_lines(read_file(file)), "exec").empty());
  CHECK(run_ftracectl({"capture", "--format", "text", "-o", file, "--", "true"}).status == 0);
  CHECK(read_file(file).find("COMMAND") != std::string::npos);
  std::filesystem::remove(file);
}

TEST_CASE("capture: unknown events, formats and processes are refused before anything is made") {
  const std::string before = tracefs_snapshot();
  const Finished event = run_ftracectl({"capture", "sched:sched_proces_exec", "--", "true"});
  CHECK(event.status == 1);
  CHECK(event.err.find("sched:sched_process_exec") != std::string::npos);
  CHECK(run_ftracectl({"capture", "--format", "xml", "--", "true"}).status == 2);
  CHECK(run_ftracectl({"capture", "--pid", "0"}).status == 2);
  CHECK(run_ftracectl({"capture", "--pid", "4194305", "--duration", "1s"}).status == 1);
  CHECK(run_ftracectl({"capture", "--duration", "never"}).status == 2);
  CHECK(tracefs_snapshot() == before);
}

TEST_CASE("capture: events of the user's choice are event records with typed fields") {
  tracing_folder();
  const std::string file = std::filesystem::temp_directory_path() / ("events-" + std::to_string(getpid()));
  const Finished finished = run_ftracectl({"capture", "sched:sched_process_exit", "--format", "jsonl", "-o",
                                           file, "--", "sh", "-c", "/bin/true; exit 0"});
  CHECK(finished.status == 0);
  const auto events = of_type(parse_json_lines(read_file(file)), "event");
  std::filesystem::remove(file);
  REQUIRE(events.size() >= 1);
  CHECK(events[0]["event"] == "sched:sched_process_exit");
  CHECK(events[0]["fields"]["comm"] == "true");
  CHECK(events[0]["fields"]["pid"] == events[0]["tid"]);
}

TEST_CASE("capture: in a buffer too small for the load, what is not decoded is lost, and --strict says so") {
  // Nobody reads meanwhile: the parent is the capture.
  const std::string script =
      "kill -STOP $PPID; dd if=/dev/zero of=/dev/null bs=1 count=5000 status=none; kill -CONT $PPID";
  const Finished finished = run_ftracectl({"capture", "syscalls:sys_enter_write", "--buffer-size", "8K",
                                           "--format", "jsonl", "--strict", "--", "sh", "-c", script});
  const auto records = parse_json_lines(finished.out);
  REQUIRE_FALSE(records.empty());
  const json& summary = records.back();
  const json& kernel = summary["kernel"];
  REQUIRE(summary["lost"].get<int>() > 0);
  CHECK(finished.status == 4);
  CHECK(summary["lost"].get<int>() ==
        kernel["overrun"].get<int>() + kernel["commit_overrun"].get<int>() + kernel["dropped"].get<int>());
  CHECK(summary["entries"].get<int>() + summary["malformed"].get<int>() == kernel["read"].get<int>());
  CHECK(kernel["left"] == 0);
  CHECK(finished.err.find("try --buffer-size ") != std::string::npos);
}

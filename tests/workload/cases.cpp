#include "cases.hpp"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "names.hpp"
#include "process.hpp"
#include "report.hpp"

namespace workload {

namespace {

const std::string nowhere = "/nonexistent/prog";
constexpr long default_burst = 20;
constexpr long default_loop = 1000;

void run_and_report(const std::string& name, const Process& process) {
  report(name, process, run_processes({process}).front());
}

void run_exec(const std::string& name, const Exec& exec) { run_and_report(name, Process{{exec}}); }

void run_ok(const std::string& name, const Place& place, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "ok");
  run_exec(name, {place.folder + "/ok", arguments});
}

// ---- arguments

void plain(const std::string& name, const Place& place) { run_ok(name, place, {"plain", "two"}); }
void spaces(const std::string& name, const Place& place) {
  run_ok(name, place, {"a b", "  two  spaces ", "c"});
}
void newlines(const std::string& name, const Place& place) {
  run_ok(name, place, {"line1\nline2", "tab\there", "cr\rx"});
}
void unicode(const std::string& name, const Place& place) { run_ok(name, place, {"naïve", "☃", "e\u0301"}); }
void invalid_utf8(const std::string& name, const Place& place) {
  run_ok(name, place, {"\xff\xfe bad utf8", "cut \xe2\x98"});
}
void quotes(const std::string& name, const Place& place) {
  run_ok(name, place, {"a\"b", "it's", "back\\slash", "a, b: c", "0x12", "%s%d", "$(x) `y`"});
}
void empty_args(const std::string& name, const Place& place) { run_ok(name, place, {"", "", ""}); }
void long300(const std::string& name, const Place& place) { run_ok(name, place, {std::string(300, 'm')}); }
void long5000(const std::string& name, const Place& place) {
  run_ok(name, place, {std::string(5000, 'x'), "after"});
}
void many60(const std::string& name, const Place& place) {
  Exec exec{place.folder + "/ok", {}};
  for (int i = 0; i < 60; ++i) exec.argv.push_back("arg" + std::to_string(i));
  run_exec(name, exec);
}

// Kernels give a program without arguments one empty argument (5.18 and later, and 5.10's updates).
void no_argv(const std::string& name, const Place& place) {
  Exec exec{place.folder + "/ok", {}};
  exec.runs = std::vector<std::string>{""};
  run_exec(name, exec);
}
void null_argv(const std::string& name, const Place& place) {
  Exec exec{place.folder + "/ok", {}};
  exec.runs = std::vector<std::string>{""};
  exec.call = [](const Exec& self) { syscall(SYS_execve, self.path.c_str(), nullptr, new_environment()); };
  run_exec(name, exec);
}

// ---- files

void enoent(const std::string& name, const Place& /*place*/) { run_exec(name, {nowhere, {"prog", "x"}}); }
void eacces(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/noexec", {"noexec"}});
}
void enoexec(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/text", {"text"}});
}
void enotdir(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/text/x", {"x"}});
}
void bad_interpreter(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/badscript", {"badscript"}});
}
void script(const std::string& name, const Place& place) {
  const std::string path = place.folder + "/script.sh";
  Exec exec{path, {"script.sh", "s1", "s2"}};
  exec.runs = std::vector<std::string>{place.folder + "/ok", path, "s1", "s2"};
  run_exec(name, exec);
}
void space_in_path(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/dir with space/o k", {"o k", "1"}});
}
void newline_in_path(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/nl\nname", {"nl"}});
}
void long_program_name(const std::string& name, const Place& place) {
  run_exec(name, {place.folder + "/" + long_name, {long_name}});
}
void odd_path_fails(const std::string& name, const Place& /*place*/) {
  run_exec(name, {"/nonexistent/\"q\" ☃\n\xff", {"odd"}});
}
void long_path_fails(const std::string& name, const Place& /*place*/) {
  run_exec(name, {"/nonexistent/" + std::string(200, 'p'), {"long"}});
}
void enametoolong(const std::string& name, const Place& /*place*/) {
  run_exec(name, {"/nonexistent/" + std::string(5000, 'p'), {"long"}});
}
void empty_path(const std::string& name, const Place& /*place*/) { run_exec(name, {"", {"empty"}}); }
void e2big(const std::string& name, const Place& place) {
  run_ok(name, place, {std::string(std::size_t{200} * 1024, 'b')});
}
void relative(const std::string& name, const Place& place) {
  Process process{{{"./relative-nope", {"r"}}, {"./ok", {"ok", "relative"}}}};
  process.folder = place.folder;
  run_and_report(name, process);
}
void path_retries(const std::string& name, const Place& place) {
  Process process;
  for (const std::string folder : {"/nonexistent/bin", "/nonexistent/sbin"}) {
    process.execs.push_back({folder + "/tool", {"tool", "retry"}});
  }
  process.execs.push_back({place.folder + "/bin/tool", {"tool", "retry"}});
  run_and_report(name, process);
}

// ---- pointers

void efault(const std::string& name, const Place& /*place*/) {
  Exec exec{"", {"efault"}};
  exec.call = [](const Exec& self) {
    syscall(SYS_execve, 8, pointers_to(self.argv).data(), new_environment());
  };
  run_exec(name, exec);
}
void efault_argv(const std::string& name, const Place& place) {
  Exec exec{place.folder + "/ok", {}};
  exec.call = [](const Exec& self) { syscall(SYS_execve, self.path.c_str(), 8, new_environment()); };
  run_exec(name, exec);
}

// ---- execveat

/// execveat(fd, path), fd being open to `target`. The kernel tells such a file name as /dev/fd/FD[/PATH].
void run_execveat(const std::string& name, const std::string& target, const std::string& path) {
  const int fd = open(target.c_str(), O_PATH);
  Exec exec{path, {"execveat", name}};
  exec.syscall = "execveat";
  exec.shown = "/dev/fd/" + std::to_string(fd) + (path.empty() ? "" : "/" + path);
  exec.call = [fd](const Exec& self) {
    syscall(SYS_execveat, fd, self.path.c_str(), pointers_to(self.argv).data(), new_environment(),
            AT_EMPTY_PATH);
  };
  run_exec(name, exec);
  close(fd);
}
void execveat_fd(const std::string& name, const Place& place) {
  run_execveat(name, place.folder + "/ok", "");
}
void execveat_dirfd(const std::string& name, const Place& place) { run_execveat(name, place.folder, "ok"); }
void execveat_fails(const std::string& name, const Place& place) { run_execveat(name, place.folder, "nope"); }
void execveat_fd_fails(const std::string& name, const Place& place) {
  run_execveat(name, place.folder + "/noexec", "");
}

// ---- threads, and other ways to start

void thread_exec(const std::string& name, const Place& place) {
  Process process{{{place.folder + "/ok", {"ok", "from a thread"}}}};
  process.from_thread = true;
  run_and_report(name, process);
}
void thread_fails(const std::string& name, const Place& /*place*/) {
  Process process{{{nowhere, {"prog", "from a thread"}}}};
  process.from_thread = true;
  run_and_report(name, process);
}
void thread_fails_then_execs(const std::string& name, const Place& place) {
  Process process{{{nowhere, {"prog"}}, {place.folder + "/ok", {"ok", "second"}}}};
  process.from_thread = true;
  run_and_report(name, process);
}
void by_posix_spawn(const std::string& name, const Place& place) {
  Process process{{{place.folder + "/ok", {"ok", "spawned"}}}};
  process.start = Process::Start::posix_spawn;
  run_and_report(name, process);
}
void by_vfork(const std::string& name, const Place& place) {
  for (const auto& path : {place.folder + "/ok", nowhere}) {
    Process process{{{path, {"vforked"}}}};
    process.start = Process::Start::vfork;
    run_and_report(name, process);
  }
}

// ---- users

constexpr uid_t first_user = 61000;  ///< of nobody else

/// A call that fails, after `before`.
Exec failing_after(std::function<void()> before) {
  Exec exec{nowhere, {"prog"}};
  exec.before = std::move(before);
  return exec;
}

/// Processes that change their user at every turn, all at the same time.
void users(const std::string& name, const Place& place) {
  std::vector<Process> processes;
  for (uid_t user = first_user; user < first_user + 20; ++user) {
    const auto become_it = [user] { become(user); };
    const auto become_next = [user] { become(user + 100); };
    Exec ok{place.folder + "/ok", {"ok", "as " + std::to_string(user)}};
    Exec ok_after = ok;
    ok_after.before = become_it;
    processes.push_back({{ok_after}});
    processes.push_back({{failing_after(nullptr), failing_after(become_it), failing_after(become_next), ok}});
    processes.push_back({{failing_after(become_it), failing_after(become_next), ok}});
    processes.back().from_thread = true;
    // One that may not change it any more, which it tries.
    ok_after.before = [user] {
      if (setuid(user) != 0 || setuid(0) == 0) _exit(96);
    };
    processes.push_back({{ok_after}});
  }
  const auto ran = run_processes(processes);
  for (std::size_t i = 0; i < ran.size(); ++i) report(name, processes[i], ran[i]);
}

/// Programs that change it as the first thing they do, and execute the next.
void user_chain(const std::string& name, const Place& place) {
  std::vector<Process> processes;
  const std::vector<uid_t> chain = {first_user + 1, first_user + 2, first_user + 3};
  for (int i = 0; i < 10; ++i) {
    Exec exec{place.folder + "/ok", {"ok", "as another"}};
    exec.before = [] { become(first_user); };
    exec.call = [chain](const Exec& self) { call_execve_as(self, chain); };
    processes.push_back({{exec}});
  }
  auto ran = run_processes(processes);
  for (std::size_t i = 0; i < ran.size(); ++i) {
    for (const auto user : chain) {
      Outcome outcome = ran[i].outcomes.front();
      outcome.comm = {'o', 'k'};
      outcome.uid = user;
      processes[i].execs.push_back(processes[i].execs.front());
      ran[i].outcomes.push_back(outcome);
    }
    report(name, processes[i], ran[i]);
  }
}

// ---- names

void comm_variants(const std::string& name, const Place& place) {
  for (const auto& comm : comms()) {
    Process process{{{"/nonexistent/c", {"c"}}, {place.folder + "/" + comm, {comm}}}};
    process.comm = comm;
    run_and_report(name, process);
  }
}

// ---- many

long count_or(const Place& place, long otherwise) { return place.count > 0 ? place.count : otherwise; }

void burst(const std::string& name, const Place& place) {
  std::vector<Process> processes;
  for (long i = 0; i < count_or(place, default_burst); ++i) {
    processes.push_back({{{place.folder + "/ok", {"ok", "burst", std::to_string(i)}}}});
  }
  const auto ran = run_processes(processes);
  for (std::size_t i = 0; i < ran.size(); ++i) report(name, processes[i], ran[i]);
}

void loop(const std::string& name, const Place& place) {
  const long count = count_or(place, default_loop);
  const std::vector<std::string> words = {"prog"};
  const auto argv = pointers_to(words);
  long done = 0;
  while (done < count && execve(nowhere.c_str(), argv.data(), new_environment()) != 0) ++done;
  report_count(name, "execve " + nowhere, done);
}

// ---- trace_marker

void markers(const std::string& name, const Place& place) {
  if (place.marker.empty()) return;
  const int fd = open(place.marker.c_str(), O_WRONLY | O_CLOEXEC);
  for (const std::string text :
       {"plain marker", "two\nlines", "            true-1       [000] .....     1.000000: sys_execve -> 0x0",
        "x\n            forged-1     [000] .....     1.000000: sched_process_exec: filename=/forged pid=1 "
        "old_pid=1",
        "CPU:0 [LOST 5 EVENTS]"}) {
    report_marker(name, text, write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }
  if (fd >= 0) close(fd);
}

}  // namespace

const std::vector<std::string>& comms() {
  static const std::vector<std::string> names = {"a-b 12",
                                                 "a (b) c",
                                                 "12",
                                                 "-7",
                                                 "x-7 [001]",
                                                 "tab\there",
                                                 "nl\nline",
                                                 "é☃ü",
                                                 "\xff\xfe bad",
                                                 "<...>",
                                                 "q\"uo'te",
                                                 "esc\x1b[1m",
                                                 "trail ",
                                                 "  lead",
                                                 "a: b=c",
                                                 "#comment",
                                                 " => fake",
                                                 "CPU:0 [LOST 5",
                                                 "back\\slash",
                                                 "123456789012345",
                                                 "",
                                                 "kworker/9:9"};
  return names;
}

const std::vector<Case>& all_cases() {
  static const std::vector<Case> cases = {
      {"plain", "a success with plain arguments", plain},
      {"enoent", "the file is not there", enoent},
      {"eacces", "the file may not be executed", eacces},
      {"spaces", "spaces in arguments", spaces},
      {"newlines", "newlines, tabs and carriage returns in arguments", newlines},
      {"unicode", "arguments beyond ASCII", unicode},
      {"invalid-utf8", "arguments that are not UTF-8", invalid_utf8},
      {"quotes", "quotes, backslashes and the like in arguments", quotes},
      {"empty-args", "empty arguments", empty_args},
      {"long300", "an argument of 300 bytes", long300},
      {"long5000", "an argument of 5,000 bytes, and one behind it", long5000},
      {"many60", "60 arguments", many60},
      {"no-argv", "an empty list of arguments", no_argv},
      {"null-argv", "a null pointer for the list of arguments", null_argv},
      {"space-in-path", "spaces in the file's name", space_in_path},
      {"newline-in-path", "a newline in the file's name", newline_in_path},
      {"script", "a file that begins with #!", script},
      {"enoexec", "a file in no format", enoexec},
      {"enotdir", "a path through a file", enotdir},
      {"bad-interpreter", "a script whose interpreter is not there", bad_interpreter},
      {"efault", "a bad pointer for the path", efault},
      {"efault-argv", "a bad pointer for the arguments", efault_argv},
      {"e2big", "an argument that is too long", e2big},
      {"longname", "a file's name longer than a task's", long_program_name},
      {"odd-path", "quotes, a newline and bad UTF-8 in the name of a file that is not there", odd_path_fails},
      {"long-path", "a name of 200 bytes of a file that is not there", long_path_fails},
      {"enametoolong", "a name of 5,000 bytes", enametoolong},
      {"empty-path", "an empty name", empty_path},
      {"relative", "a relative path, first of nothing", relative},
      {"path-retries", "two folders without the program, then the one with it", path_retries},
      {"execveat-fd", "execveat of an open file", execveat_fd},
      {"execveat-dirfd", "execveat in an open folder", execveat_dirfd},
      {"execveat-fails", "execveat of a name that is not in the folder", execveat_fails},
      {"execveat-fd-fails", "execveat of an open file that may not be executed", execveat_fd_fails},
      {"thread-exec", "an exec from a thread that is not the leader", thread_exec},
      {"thread-fails", "one that fails", thread_fails},
      {"thread-retries", "one that fails, and one that does not", thread_fails_then_execs},
      {"posix-spawn", "a process made by posix_spawn", by_posix_spawn},
      {"vfork", "processes made by vfork, the second exec failing", by_vfork},
      {"users", "tasks that change their user", users, false},
      {"user-chain", "programs that change it and execute the next", user_chain, false},
      {"comm", "tasks with names that look like something else", comm_variants},
      {"burst", "many processes at the same time (burst=20)", burst},
      {"loop", "failing execs as fast as they go (loop=1000)", loop, false},
      {"markers", "texts written to the trace_marker of --marker", markers, false},
  };
  return cases;
}

}  // namespace workload

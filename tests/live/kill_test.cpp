// Sessions are ended in every way at random moments, and the kernel is then as it was before.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"

using namespace ftracectl::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// A program in a process group of its own, its output thrown away. The whole group is killed in the end: a
/// capture's command lives on when the capture is killed.
class Victim {
 public:
  explicit Victim(std::vector<std::string> argv) {
    std::vector<char*> pointers;
    for (auto& word : argv) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    // Closed by the execve: before it, a signal would meet the handlers of this test.
    std::array<int, 2> until_exec{};
    REQUIRE(pipe2(until_exec.data(), O_CLOEXEC) == 0);
    pid_ = fork();
    if (pid_ == 0) {
      setpgid(0, 0);
      const int null = open("/dev/null", O_RDWR);
      for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) dup2(null, stream);
      execvp(pointers[0], pointers.data());
      _exit(127);
    }
    close(until_exec[1]);
    char none = 0;
    CHECK(read(until_exec[0], &none, 1) == 0);
    close(until_exec[0]);
  }
  ~Victim() {
    kill(-pid_, SIGKILL);
    if (!reaped_) waitpid(pid_, nullptr, 0);
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;

  pid_t pid() const { return pid_; }
  /// False when it is still there after `limit` of an ordinary machine.
  bool ends_within(std::chrono::milliseconds limit) {
    for (const auto deadline = Clock::now() + limit * slowness(); Clock::now() < deadline; usleep(1000)) {
      if (reaped_ || waitpid(pid_, nullptr, WNOHANG) == pid_) return reaped_ = true;
    }
    return false;
  }

 private:
  pid_t pid_ = -1;
  bool reaped_ = false;
};

/// The watchdog of a session; 0 when there is none (yet).
pid_t watchdog_of(pid_t session) {
  const std::string pid = std::to_string(session);
  std::string children = read_file("/proc/" + pid + "/task/" + pid + "/children");
  for (std::size_t at = 0; at < children.size();) {
    const auto end = std::min(children.find(' ', at), children.size());
    const std::string child = children.substr(at, end - at);
    if (read_file("/proc/" + child + "/comm") == "ftracectl-guard\n") return std::stoi(child);
    at = end + 1;
  }
  return 0;
}

enum class Aim { process, group, process_and_watchdog };

void strike(const Victim& victim, int signal, Aim aim) {
  if (aim == Aim::process_and_watchdog) {
    if (const pid_t watchdog = watchdog_of(victim.pid()); watchdog > 0) kill(watchdog, signal);
  }
  kill(aim == Aim::group ? -victim.pid() : victim.pid(), signal);
}

/// A second at most, and as much again where others keep the machine busy.
bool soon(const std::function<bool()>& holds) { return eventually(holds, 2s); }

int rounds() {
  const char* wanted = std::getenv("FTRACECTL_KILL_ROUNDS");
  return wanted != nullptr ? std::atoi(wanted) : 36;
}

/// One of 4 signals, 3 aims and 3 sessions, each combination once in 36 rounds.
struct Round {
  int signal;
  Aim aim;
  std::vector<std::string> arguments;
  std::string name;
};

Round make_round(int number, const std::string& instance) {
  constexpr std::array signals = {SIGINT, SIGTERM, SIGHUP, SIGKILL};
  constexpr std::array aims = {Aim::process, Aim::group, Aim::process_and_watchdog};
  const std::vector<std::vector<std::string>> sessions = {
      {"capture", "--", "sh", "-c", "while :; do /bin/true; done"},
      {"capture", "--stacktrace"},
      {"stream", "--instance", instance},
  };
  const auto index = static_cast<std::size_t>(number);
  Round round{signals[index % 4], aims[index / 4 % 3], sessions[index / 12 % 3], {}};
  round.name = std::string(strsignal(round.signal)) + " to " +
               std::array{"the process", "its group", "it and its watchdog"}[index / 4 % 3];
  for (const auto& word : round.arguments) round.name += " " + word;
  return round;
}

/// How long a session runs before it is struck: mostly while it starts, which takes some 50 ms.
std::chrono::microseconds random_moment(std::mt19937& random) {
  return std::chrono::microseconds(std::uniform_int_distribution<int>(0, 150'000)(random)) * slowness();
}

}  // namespace

TEST_CASE("kill: however a session ends, and whenever, nothing is left in the kernel") {
  const ScratchInstance traced("ftracectl_test_traced");
  REQUIRE(write_file(traced.folder() + "/events/sched/sched_process_exec/enable", "1"));
  run_ftracectl({"recover"});
  const std::string before = tracefs_snapshot();
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int number = 0; number < rounds(); ++number) {
    const Round round = make_round(number, traced.name());
    const auto moment = random_moment(random);
    CAPTURE(seed);
    CAPTURE(number);
    CAPTURE(round.name);
    CAPTURE(moment.count());
    Victim victim(ftracectl_argv(round.arguments));
    std::this_thread::sleep_for(moment);
    const auto begin = Clock::now();
    strike(victim, round.signal, round.aim);
    // A killed process must come out of the system call that it is in, which may wait for other tracers.
    CHECK(victim.ends_within(5s));
    if (round.signal == SIGKILL && round.aim == Aim::process_and_watchdog) {
      CHECK(run_ftracectl({"recover"}).status == 0);
    }
    CHECK(soon([&] { return tracefs_snapshot() == before; }));
    CAPTURE(seconds_since(begin));
    CHECK(difference(before, tracefs_snapshot()) == "");
  }
  CHECK(run_ftracectl({"recover"}).out == "no killed session left anything behind\n");
}

TEST_CASE("kill: the next start puts back what was left when session and watchdog were killed") {
  const std::string before = tracefs_snapshot();
  Victim victim(ftracectl_argv({"capture"}));
  const std::string folder = tracing_folder() + "/instances/ftracectl-" + std::to_string(victim.pid());
  REQUIRE(soon([&] { return is_capturing(victim.pid()); }));
  // The kernel itself stops tracing when the session, which holds free_buffer, dies.
  strike(victim, SIGKILL, Aim::process_and_watchdog);
  REQUIRE(victim.ends_within(5s));
  if (std::filesystem::exists(folder + "/options/disable_on_free")) {
    CHECK(read_file(folder + "/tracing_on") == "0\n");
  }
  const auto next = run_ftracectl({"capture", "--duration", "10ms"});
  CHECK(next.status == 0);
  CHECK(next.err.find("undid what the killed session " + std::to_string(victim.pid())) != std::string::npos);
  CHECK(difference(before, tracefs_snapshot()) == "");
}

TEST_CASE("kill: a change that lasts is undone when it is killed half-way") {
  const ScratchInstance instance("ftracectl_test_half");
  const std::string before = buffer_snapshot(instance.folder(), true);
  // Each trigger takes some 70 ms, so that there is time for the blow.
  Victim victim(ftracectl_argv({"enable", "sched:*", "--filter", "common_pid==1", "--trigger", "stacktrace:1",
                                "--instance", instance.name()}));
  REQUIRE(soon([&] { return !read_file(instance.folder() + "/set_event").empty(); }));
  strike(victim, SIGKILL, Aim::process);
  REQUIRE(victim.ends_within(5s));
  CHECK(eventually([&] { return buffer_snapshot(instance.folder(), true) == before; }));
}

TEST_CASE("kill: one Ctrl-C on the terminal is enough, and the end takes less than a second") {
  const std::string before = tracefs_snapshot();
  int terminal = -1;
  const auto argv = ftracectl_argv({"capture", "--", "sleep", "100"});
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    execl(argv[0].c_str(), argv[0].c_str(), "capture", "--", "sleep", "100", nullptr);
    _exit(127);
  }
  std::array<char, 4096> buffer;
  std::string printed;
  while (printed.find("sleep") == std::string::npos) {
    const ssize_t got = read(terminal, buffer.data(), buffer.size());
    REQUIRE(got > 0);
    printed.append(buffer.data(), static_cast<std::size_t>(got));
  }
  const auto begin = Clock::now();
  REQUIRE(write(terminal, "\x03", 1) == 1);
  // A terminal's reader gets EIO when nobody has it open any more: the watchdog must not.
  while (read(terminal, buffer.data(), buffer.size()) > 0) {
  }
  int status = 0;
  REQUIRE(waitpid(pid, &status, 0) == pid);
  CHECK(seconds_since(begin) < 1.0 * slowness());
  close(terminal);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 128 + SIGINT);
  CHECK(difference(before, tracefs_snapshot()) == "");
}

TEST_CASE("kill: the watchdog keeps no pipe open and is gone when the session is") {
  Process session(ftracectl_argv({"capture", "--", "sh", "-c", "echo runs; sleep 0.3"}));
  REQUIRE(session.wait_for_output("runs"));
  const pid_t watchdog = watchdog_of(session.pid());
  REQUIRE(watchdog > 0);
  const std::string folder = "/proc/" + std::to_string(watchdog);
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/fd")) {
    const std::string target = std::filesystem::read_symlink(entry.path());
    // The last resort of a lazy unmount is a path to the tracing folder, which uses nothing of it.
    CHECK((target == "/dev/null" || target.find("pidfd") != std::string::npos || target == tracing_folder()));
    ++files;
  }
  CHECK(files == 5);
  CHECK(getsid(watchdog) == watchdog);
  CHECK(session.wait().status == 0);  // at the end of both its streams
  CHECK_FALSE(std::filesystem::exists(folder));
}

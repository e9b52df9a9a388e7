#include "process.hpp"

#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace workload {

namespace {

constexpr const char* linger_variable = "FTRACECTL_WORKLOAD_LINGER_MS";
constexpr const char* users_variable = "FTRACECTL_WORKLOAD_USERS";
constexpr std::size_t max_execs = 8;  ///< of one process

std::string linger_setting = std::string(linger_variable) + "=0";
std::array<char*, 2> environment{linger_setting.data(), nullptr};

/// What the tasks of one process write down: memory that it shares with us, and that a successful exec leaves
/// as it was before the call.
struct Board {
  std::size_t used = 0;
  std::array<Outcome, max_execs> outcomes{};
};

Board* make_boards(std::size_t count) {
  void* memory =
      mmap(nullptr, count * sizeof(Board), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("no shared memory");
  auto* boards = static_cast<Board*>(memory);
  for (std::size_t i = 0; i < count; ++i) new (boards + i) Board;
  return boards;
}

void try_execs(const std::vector<Exec>& execs, Board& board) {
  for (const auto& exec : execs) {
    if (exec.before) exec.before();
    Outcome& outcome = board.outcomes.at(board.used++);
    outcome.tid = gettid();
    outcome.uid = static_cast<uid_t>(syscall(SYS_getuid));
    prctl(PR_GET_NAME, outcome.comm.data());
    if (exec.call) {
      exec.call(exec);
    } else {
      call_execve(exec);
    }
    outcome.error = errno;
  }
}

[[noreturn]] void live(const Process& process, Board& board) {
  if (!process.folder.empty() && chdir(process.folder.c_str()) != 0) _exit(126);
  if (process.comm) prctl(PR_SET_NAME, process.comm->c_str());
  if (process.from_thread) {
    std::thread([&] { try_execs(process.execs, board); }).join();
  } else {
    try_execs(process.execs, board);
  }
  _exit(127);
}

/// The child runs in our memory until its exec, so all that it needs is made ready before.
pid_t start_by_vfork(const Exec& exec, Board& board) {
  Outcome& outcome = board.outcomes.at(board.used++);
  prctl(PR_GET_NAME, outcome.comm.data());
  outcome.uid = getuid();
  const std::vector<char*> argv = pointers_to(exec.argv);
  const pid_t child = vfork();
  if (child == 0) {
    execve(exec.path.c_str(), argv.data(), environment.data());
    outcome.error = errno;
    _exit(127);
  }
  outcome.tid = child;
  return child;
}

pid_t start_by_posix_spawn(const Exec& exec, Board& board) {
  Outcome& outcome = board.outcomes.at(board.used++);
  prctl(PR_GET_NAME, outcome.comm.data());
  outcome.uid = getuid();
  const std::vector<char*> argv = pointers_to(exec.argv);
  outcome.error =
      posix_spawn(&outcome.tid, exec.path.c_str(), nullptr, nullptr, argv.data(), environment.data());
  return outcome.tid;
}

pid_t start(const Process& process, Board& board) {
  if (process.start == Process::Start::vfork) return start_by_vfork(process.execs.front(), board);
  if (process.start == Process::Start::posix_spawn) return start_by_posix_spawn(process.execs.front(), board);
  const pid_t child = fork();
  if (child == 0) live(process, board);
  return child;
}

}  // namespace

void set_linger_ms(int milliseconds) {
  linger_setting = std::string(linger_variable) + "=" + std::to_string(milliseconds);
  environment[0] = linger_setting.data();
}

void call_execve_as(const Exec& exec, const std::vector<uid_t>& users) {
  std::string left;
  for (const auto user : users) left += (left.empty() ? "" : ",") + std::to_string(user);
  std::string setting = std::string(users_variable) + "=" + left;
  std::array<char*, 3> variables{environment[0], setting.data(), nullptr};
  execve(exec.path.c_str(), pointers_to(exec.argv).data(), variables.data());
  _exit(127);
}

void become(uid_t user) {
  if (syscall(SYS_setresuid, user, 0, 0) != 0 || static_cast<uid_t>(syscall(SYS_getuid)) != user) _exit(98);
}

namespace {

/// Becomes the first of the users asked for, and executes itself for the others. argv[0] is not its file.
void go_on_as_asked() {
  const char* asked = std::getenv(users_variable);
  if (asked == nullptr || *asked == '\0') return;
  char* end = nullptr;
  become(static_cast<uid_t>(std::strtoul(asked, &end, 10)));
  std::vector<uid_t> left;
  while (*end == ',') left.push_back(static_cast<uid_t>(std::strtoul(end + 1, &end, 10)));
  std::array<char, 4096> self{};
  if (readlink("/proc/self/exe", self.data(), self.size() - 1) <= 0) _exit(97);
  const char* linger = std::getenv(linger_variable);
  set_linger_ms(linger != nullptr ? std::atoi(linger) : 0);
  call_execve_as({self.data(), {"ok", "as another"}}, left);
}

}  // namespace

void end_if_asked() {
  go_on_as_asked();
  const char* linger = std::getenv(linger_variable);
  if (linger == nullptr) return;
  usleep(static_cast<useconds_t>(std::atoi(linger)) * 1000);
  _exit(0);
}

char* const* new_environment() { return environment.data(); }

std::vector<char*> pointers_to(const std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (const auto& word : words) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

void call_execve(const Exec& exec) {
  execve(exec.path.c_str(), pointers_to(exec.argv).data(), environment.data());
}

std::vector<Ran> run_processes(const std::vector<Process>& processes) {
  Board* boards = make_boards(processes.size());
  std::vector<Ran> ran(processes.size());
  for (std::size_t i = 0; i < processes.size(); ++i) ran[i].pid = start(processes[i], boards[i]);
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (ran[i].pid > 0) waitpid(ran[i].pid, nullptr, 0);
    const auto* outcomes = boards[i].outcomes.data();
    ran[i].outcomes.assign(outcomes, outcomes + boards[i].used);
  }
  munmap(boards, processes.size() * sizeof(Board));
  return ran;
}

}  // namespace workload

#include "live/command.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/own_process.hpp"
#include "kernel/process_end.hpp"
#include "kernel/threads.hpp"

namespace ftracectl {

namespace {

struct Pipe {
  Fd read;
  Fd write;
};

Pipe make_pipe() {
  std::array<int, 2> fds{};
  if (pipe2(fds.data(), O_CLOEXEC) != 0) throw Error(ErrorCode::failed, "pipe: " + errno_text(errno), errno);
  return {Fd(fds[0]), Fd(fds[1])};
}

/// In the child, where only async-signal-safe calls are allowed: waits for the word, then becomes the
/// command.
[[noreturn]] void wait_and_exec(int go, int outcome, const char* path, char* const* argv) {
  char word = 0;
  if (::read(go, &word, 1) != 1) _exit(exit_status::failed);
  // What we have set for ourselves is not the command's business.
  give_back_signals();
  execve(path, argv, environ);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(outcome, &error, sizeof error);
  _exit(error == ENOENT ? exit_status::not_found : exit_status::not_executable);
}

int shell_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

int check_executable(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode) || access(path.c_str(), X_OK) != 0) return EACCES;
  return 0;
}

}  // namespace

FoundProgram find_program(const std::string& name, const std::string& search_path) {
  if (name.find('/') != std::string::npos) return {name, check_executable(name)};
  FoundProgram found{name, ENOENT};
  for (const auto folder : split(search_path, ':')) {
    const std::string candidate = (folder.empty() ? "." : std::string(folder)) + "/" + name;
    const int error = check_executable(candidate);
    if (error == 0) return {candidate, 0};
    if (error == EACCES) found = {candidate, EACCES};
  }
  return found;
}

ChildCommand::ChildCommand(const std::string& path, const std::vector<std::string>& argv) {
  Pipe go = make_pipe();
  Pipe outcome = make_pipe();
  std::vector<char*> pointers;
  for (const auto& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  pid_ = fork();
  if (pid_ < 0) {
    const int error = errno;
    throw Error(ErrorCode::failed, "the command cannot be started: " + errno_text(error) + no_room_for_tasks,
                error);
  }
  if (pid_ == 0) {
    go.write.reset();
    wait_and_exec(go.read.value(), outcome.write.value(), path.c_str(), pointers.data());
  }
  go_ = std::move(go.write);
  outcome_ = std::move(outcome.read);
  pidfd_ = open_pidfd(pid_);
}

ChildCommand::~ChildCommand() {
  const bool waits_still = static_cast<bool>(go_);
  go_.reset();
  if (waits_still) waitpid(pid_, nullptr, 0);
}

int ChildCommand::start() {
  const char word = 1;
  if (::write(go_.value(), &word, 1) != 1) return errno;
  go_.reset();
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(outcome_.value(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  outcome_.reset();
  return got == sizeof error ? error : 0;
}

void ChildCommand::signal(int number) const {
  if (!status_) kill(pid_, number);
}

std::optional<int> ChildCommand::exit_status() {
  int status = 0;
  if (!status_ && waitpid(pid_, &status, WNOHANG) == pid_) status_ = shell_status(status);
  return status_;
}

int ChildCommand::wait() {
  int status = 0;
  while (!status_) {
    if (waitpid(pid_, &status, 0) == pid_) status_ = shell_status(status);
  }
  return *status_;
}

}  // namespace ftracectl

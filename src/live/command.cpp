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
#include "live/command_user.hpp"

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
[[noreturn]] void wait_and_exec(int go, int outcome, const char* path, char* const* argv,
                                char* const* variables) {
  char word = 0;
  if (::read(go, &word, 1) != 1) _exit(exit_status::failed);
  // What we have set for ourselves is not the command's business.
  give_back_signals();
  execve(path, argv, variables);
  const int error = errno;
  [[maybe_unused]] const ssize_t written = ::write(outcome, &error, sizeof error);
  _exit(error == ENOENT ? exit_status::not_found : exit_status::not_executable);
}

/// In the child, and with the same restriction. Tells the parent how it went.
void become_or_exit(const CommandUser& user, int outcome) {
  const int error = become(user);
  const bool is_told = ::write(outcome, &error, sizeof error) == sizeof error;
  if (error != 0 || !is_told) _exit(exit_status::failed);
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (const auto& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
  pointers.push_back(nullptr);
  return pointers;
}

int shell_status(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

int check_executable(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return errno;
  if (!S_ISREG(status.st_mode) || faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) != 0) return EACCES;
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

ChildCommand::ChildCommand(const std::string& path, const std::vector<std::string>& argv,
                           const CommandUser* user) {
  Pipe go = make_pipe();
  Pipe outcome = make_pipe();
  const std::vector<char*> words = pointers_to(argv);
  const auto own_variables = user != nullptr ? environment_of(*user) : std::vector<std::string>();
  const std::vector<char*> variables = pointers_to(own_variables);
  pid_ = fork();
  if (pid_ < 0) {
    const int error = errno;
    throw Error(ErrorCode::failed, "the command cannot be started: " + errno_text(error) + no_room_for_tasks,
                error);
  }
  if (pid_ == 0) {
    go.write.reset();
    // Before the wait: what is traced begins with the execve.
    if (user != nullptr) become_or_exit(*user, outcome.write.value());
    wait_and_exec(go.read.value(), outcome.write.value(), path.c_str(), words.data(),
                  user != nullptr ? variables.data() : environ);
  }
  go_ = std::move(go.write);
  outcome_ = std::move(outcome.read);
  pidfd_ = open_pidfd(pid_);
  if (user == nullptr) return;
  outcome.write.reset();  // or the end of a child that tells nothing would not be seen
  const int error = read_errno().value_or(ESRCH);
  if (error == 0) return;
  waitpid(pid_, nullptr, 0);
  throw Error(ErrorCode::no_permission, "--user: cannot become " + user->name + ": " + errno_text(error),
              error);
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
  const int error = read_errno().value_or(0);
  outcome_.reset();
  return error;
}

/// What the child has to tell; nothing where it has become the command, or is gone.
std::optional<int> ChildCommand::read_errno() const {
  int error = 0;
  ssize_t got = 0;
  do {
    got = ::read(outcome_.value(), &error, sizeof error);
  } while (got < 0 && errno == EINTR);
  return got == sizeof error ? std::optional(error) : std::nullopt;
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

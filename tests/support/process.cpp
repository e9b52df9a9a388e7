#include "support/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace ftracectl::test {

namespace {

using Clock = std::chrono::steady_clock;

/// In the child: never returns.
[[noreturn]] void exec_child(std::vector<char*> argv, int out, int err) {
  const int null = open("/dev/null", O_RDONLY);
  dup2(null, STDIN_FILENO);
  dup2(out, STDOUT_FILENO);
  dup2(err, STDERR_FILENO);
  execvp(argv[0], argv.data());
  _exit(127);
}

/// Appends what can be read now; false at the end of the stream.
bool append_available(int fd, std::string& to) {
  std::array<char, 65536> buffer;
  const ssize_t got = read(fd, buffer.data(), buffer.size());
  if (got <= 0) return false;
  to.append(buffer.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

Process::Process(const std::vector<std::string>& argv) {
  std::array<int, 2> out{};
  std::array<int, 2> err{};
  if (pipe2(out.data(), O_CLOEXEC) != 0 || pipe2(err.data(), O_CLOEXEC) != 0) {
    throw std::runtime_error("cannot make a pipe");
  }
  std::vector<char*> pointers;
  for (const auto& word : argv) pointers.push_back(const_cast<char*>(word.c_str()));
  pointers.push_back(nullptr);
  pid_ = fork();
  if (pid_ == 0) exec_child(pointers, out[1], err[1]);
  close(out[1]);
  close(err[1]);
  out_fd_ = out[0];
  err_fd_ = err[0];
}

Process::~Process() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (out_fd_ >= 0) close(out_fd_);
  if (err_fd_ >= 0) close(err_fd_);
}

void Process::signal(int number) const {
  if (pid_ > 0) ::kill(pid_, number);
}

bool Process::read_more(Clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
  std::array<pollfd, 2> fds{pollfd{out_fd_, POLLIN, 0}, pollfd{err_fd_, POLLIN, 0}};
  if (poll(fds.data(), fds.size(), left > 0 ? static_cast<int>(left) : 0) <= 0)
    return out_fd_ >= 0 || err_fd_ >= 0;
  if (fds[0].revents != 0 && !append_available(out_fd_, finished_.out)) {
    close(out_fd_);
    out_fd_ = -1;
  }
  if (fds[1].revents != 0 && !append_available(err_fd_, finished_.err)) {
    close(err_fd_);
    err_fd_ = -1;
  }
  return out_fd_ >= 0 || err_fd_ >= 0;
}

bool Process::wait_for_output(const std::string& text, std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  const auto seen = [&] {
    return finished_.out.find(text) != std::string::npos || finished_.err.find(text) != std::string::npos;
  };
  while (!seen() && Clock::now() < deadline && read_more(deadline)) {
  }
  return seen();
}

Finished Process::wait(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (Clock::now() < deadline && read_more(deadline)) {
  }
  if (Clock::now() >= deadline) ::kill(pid_, SIGKILL);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  finished_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished_;
}

Finished run(const std::vector<std::string>& argv, std::chrono::milliseconds limit) {
  return Process(argv).wait(limit);
}

std::vector<std::string> ftracectl_argv(std::vector<std::string> arguments) {
  const char* program = std::getenv("FTRACECTL_PROGRAM");
  if (program == nullptr) throw std::runtime_error("FTRACECTL_PROGRAM is not set; ctest sets it");
  arguments.insert(arguments.begin(), program);
  return arguments;
}

Finished run_ftracectl(const std::vector<std::string>& arguments, std::chrono::milliseconds limit) {
  return run(ftracectl_argv(arguments), limit);
}

}  // namespace ftracectl::test

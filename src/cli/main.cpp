#include <poll.h>
#include <unistd.h>

#include <exception>
#include <ftracectl/error.hpp>
#include <iostream>
#include <new>

#include "base/printable.hpp"
#include "cli/command.hpp"
#include "kernel/own_process.hpp"

namespace {

/// Whoever read the pipe has seen enough: `ftracectl list | head`.
bool is_reader_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int flush_output(int status) {
  std::cout.flush();
  if (!std::cout.fail() || status != ftracectl::exit_status::ok || is_reader_gone()) return status;
  std::cerr << "ftracectl: standard output: cannot be written" << std::endl;
  return ftracectl::exit_status::failed;
}

}  // namespace

int main(int argc, char** argv) {
  ftracectl::prepare_own_process();
  std::ios::sync_with_stdio(false);
  try {
    return flush_output(ftracectl::cli::run({argv + 1, argv + argc}, std::cout, std::cerr));
  } catch (const std::bad_alloc&) {
    std::cerr << "ftracectl: out of memory: a limit (ulimit -v) or the system leaves no more" << std::endl;
  } catch (const std::exception& error) {
    std::cerr << "ftracectl: internal error: " << ftracectl::printable(error.what()) << std::endl;
  }
  return ftracectl::exit_status::failed;
}

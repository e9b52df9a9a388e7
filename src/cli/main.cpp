#include <csignal>
#include <exception>
#include <ftracectl/error.hpp>
#include <iostream>

#include "base/printable.hpp"
#include "cli/command.hpp"

int main(int argc, char** argv) {
  // A reader that went away is an error of write(2), to be reported, and no reason to die half-way.
  std::signal(SIGPIPE, SIG_IGN);
  std::ios::sync_with_stdio(false);
  try {
    const int status = ftracectl::cli::run({argv + 1, argv + argc}, std::cout, std::cerr);
    std::cout.flush();
    if (std::cout.fail() && status == ftracectl::exit_status::ok) {
      std::cerr << "ftracectl: standard output: cannot be written" << std::endl;
      return ftracectl::exit_status::failed;
    }
    return status;
  } catch (const std::exception& error) {
    std::cerr << "ftracectl: internal error: " << ftracectl::printable(error.what()) << std::endl;
    return ftracectl::exit_status::failed;
  }
}

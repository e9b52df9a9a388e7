#pragma once

#include <string>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace ftracectl::test {

/// Holds a shell back until the test is ready for what it does next, without the shell starting a program.
class Gate {
 public:
  Gate();

  /// The words for the shell, which says that it is here, and waits.
  std::string wait() const { return "echo at the gate; read go <" + path_ + "; "; }
  static bool is_reached_by(Process& shell) { return shell.wait_for_output("at the gate"); }
  /// Lets it go.
  void open() const;

 private:
  TemporaryFolder folder_;
  std::string path_;
};

}  // namespace ftracectl::test

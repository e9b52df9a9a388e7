#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"

namespace ftracectl::test {

/// The shell sees the program as "$F", and a folder for files as "$D".
class Shell {
 public:
  Shell() {
    tracing_folder();
    std::string pattern = "/tmp/ftracectl_shell.XXXXXX";
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
  }
  ~Shell() { std::filesystem::remove_all(folder_); }
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  std::vector<std::string> argv(const std::string& script) const {
    return {"bash", "-c", "F=" + ftracectl_argv({}).front() + "; D=" + folder_ + "; " + script};
  }
  Finished run(const std::string& script) const {
    return test::run(argv(script), std::chrono::seconds(60) * slowness());
  }
  const std::string& folder() const { return folder_; }
  std::string file(const std::string& name) const { return read_file(folder_ + "/" + name); }

 private:
  std::string folder_;
};

}  // namespace ftracectl::test

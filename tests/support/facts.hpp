#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"

namespace ftracectl::test {

/// The tracing folder of a kernel of which only some files were recorded, to be read. What was seen to be
/// there exists; what was not recorded cannot be read.
class KernelFacts : public Files {
 public:
  explicit KernelFacts(const std::string& kernel);

  std::string read(const std::string& path) override;
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& path) override;

  [[noreturn]] void write(const std::string& path, std::string_view value) override;
  [[noreturn]] void truncate(const std::string& path) override;
  [[noreturn]] void make_dir(const std::string& path) override;
  [[noreturn]] void remove_dir(const std::string& path) override;

 private:
  std::string folder_;
  std::vector<std::string> events_;  ///< "system:name"
};

}  // namespace ftracectl::test

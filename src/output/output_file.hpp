#pragma once

#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace ftracectl {

/// Where a sink's bytes leave the process: a file, or standard output.
class OutputFile {
 public:
  /// Creates or empties `path`; "-" and "" are standard output. Throws Error with the path and the reason.
  explicit OutputFile(const std::string& path);

  /// Writes all of it, waiting for a slow reader. Throws Error: a full disk, a closed pipe.
  void write(std::string_view bytes);
  /// Closes it, and reports what the kernel only says then.
  void close();

  const std::string& name() const { return name_; }
  int fd() const { return fd_; }

 private:
  std::string name_;
  Fd owned_;
  int fd_ = -1;
};

}  // namespace ftracectl

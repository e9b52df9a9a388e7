#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

/// Reports who opens or writes to files in some folders of tracefs, by inotify, which works there as on any
/// file system (seen on 6.18). Writes by this process count, too. Without inotify nothing is reported.
class FileWatch {
 public:
  struct Touch {
    std::string folder;     ///< as given
    std::string name;       ///< of the file in it
    bool is_write = false;  ///< else it was opened
  };

  /// `root` is the tracing folder, `folders` are relative to it.
  FileWatch(const std::string& root, const std::vector<std::string>& folders);

  /// Readable when something was touched; -1 without inotify.
  int fd() const { return fd_.value(); }
  /// What was touched since the last call, the same touch in a row once.
  std::vector<Touch> take();

 private:
  Fd fd_;
  std::map<int, std::string> folders_;  ///< by watch
};

}  // namespace ftracectl

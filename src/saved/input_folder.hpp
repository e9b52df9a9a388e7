#pragma once

#include <string>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

/// A folder that was made elsewhere and may be made to harm its reader. Nothing outside of it is read: a symbolic link
/// in it is refused, and so is a name that leads out, and all but regular files. The path of the folder itself may have
/// links in it: the user has chosen it.
class InputFolder {
 public:
  /// Throws Error(failed) where there is no such folder.
  explicit InputFolder(std::string path);

  const std::string& path() const { return path_; }
  /// For messages.
  std::string path_of(const std::string& name) const { return path_ + "/" + name; }

  /// Whether there is anything by this name, be it something that will not be read.
  bool has(const std::string& name) const;
  /// Whether it is a folder, or a link in the place of one.
  bool has_folder(const std::string& name) const;
  /// The methods below throw Error(failed) with the path of the file.
  Fd open(const std::string& name) const;
  /// All of a file that is small by its nature: a format, a manifest.
  std::string read(const std::string& name) const;
  /// What is in a folder beneath, sorted; "" is this one.
  std::vector<std::string> list(const std::string& name) const;

 private:
  std::string path_;
  Fd folder_;
};

/// "formats/SYSTEM/NAME/format" for SYSTEM:NAME. Throws Error(failed) for what is no name of an event, such as
/// "x:../../secret".
std::string format_file_of(const std::string& event);

}  // namespace ftracectl

#pragma once

#include <string>

#include "base/fd.hpp"
#include "output/output_file.hpp"

namespace ftracectl {

/// A folder that we make, and that only its owner may look into. Whoever owns the folder around it can rename it or put
/// something else in its place at any moment: it is entered once, by descriptor, seen to be ours and empty then, and
/// from there on no path is used and nothing followed.
class OwnFolder {
 public:
  /// Throws Error(usage) where `path` is there and is anything but an empty folder of ours; Error(failed) where the
  /// way to it is through a symbolic link of another user. Makes nothing yet.
  explicit OwnFolder(std::string path);

  const std::string& path() const { return path_; }

  /// Makes it, and the folders around it that are missing, and enters it. Throws as the constructor does.
  void make();
  /// Makes a file that was not there, "a/b/file", and the folders that it is in. Throws Error(failed).
  OutputFile create(const std::string& name) const;
  /// Of two names without a folder. Throws Error(failed).
  void rename(const std::string& from, const std::string& to) const;

 private:
  enum class IfMissing { leave, make };
  Fd open(IfMissing if_missing) const;
  void check(const Fd& folder) const;
  [[noreturn]] void fail(const std::string& name, const char* what, int error) const;

  std::string path_;
  Fd folder_;
};

}  // namespace ftracectl

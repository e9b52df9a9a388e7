#pragma once

#include <ftracectl/mounts.hpp>
#include <functional>
#include <optional>
#include <string>

#include "kernel/files.hpp"

namespace ftracectl {

/// Which tracing folder is wanted.
struct TracefsWish {
  enum class PrivateMount { allowed, refused };
  std::string path;  ///< the folder; empty: the one found in /proc/mounts
  PrivateMount private_mount = PrivateMount::allowed;
  std::function<void(const std::string&)> note;  ///< told, once, that a private mount was made
};

/// Finds the tracing folder: the one wished for, else by /proc/mounts, else by private_mount(). Mounts nothing that
/// others see. Throws Error: not_mounted (with the command that mounts it), not_readable, no_permission,
/// denied_to_root.
TracefsMount locate_tracefs(const TracefsWish& wish);

/// The tracing folder by /proc/mounts, usable or not.
std::optional<TracefsMount> mounted_tracefs();

/// Whether the folder's files may be written, as far as opening one tells; nothing is written. Throws Error
/// as locate_tracefs() does.
void check_writable(const std::string& root);

/// The machine's tracefs below `root`. An error of writing a filter or a trigger carries the kernel's own
/// reason from error_log, if the kernel logged one after the write.
class Tracefs : public Files {
 public:
  explicit Tracefs(std::string root) : root_(std::move(root)) {}

  std::string read(const std::string& path) override;
  void write(const std::string& path, std::string_view value) override;
  void truncate(const std::string& path) override;
  bool exists(const std::string& path) override;
  std::vector<std::string> list(const std::string& path) override;
  void make_dir(const std::string& path) override;
  void remove_dir(const std::string& path) override;

  const std::string& root() const { return root_; }
  std::string absolute(const std::string& path) const { return root_ + "/" + path; }

 private:
  std::string root_;
};

}  // namespace ftracectl

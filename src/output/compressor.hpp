#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "output/file_rights.hpp"
#include "output/rotated_files.hpp"

namespace ftracectl {

/// Compresses full files with zstd, one after the other, in a thread that gets only what nobody else wants of the cpus.
/// A file is complete under its own name or under the compressed one's, whatever happens: where compressing ends
/// early, by a stop, a kill or a full disk, the file stays as it was, and the next run compresses it.
class Compressor {
 public:
  /// `files` outlives it.
  Compressor(const RotatedFiles& files, const FileRights& rights);
  /// Stops at once.
  ~Compressor();
  Compressor(const Compressor&) = delete;
  Compressor& operator=(const Compressor&) = delete;

  void add(std::string name);

 private:
  void work();
  void compress(const std::string& name) const;

  const RotatedFiles& files_;
  FileRights rights_;
  std::atomic<bool> ends_{false};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::string> names_;
  std::thread thread_;
};

}  // namespace ftracectl

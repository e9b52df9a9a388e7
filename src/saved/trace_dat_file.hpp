#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace ftracectl {

/// The bytes of a trace.dat, which are not believed: whatever an offset or a size says, nothing outside the file is read
/// and nothing larger than a bound is kept. Regular files of little-endian machines only.
class TraceDatFile {
 public:
  /// Throws Error(failed): it cannot be read, or is no regular file.
  explicit TraceDatFile(const std::string& path);

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

  /// Throws Error(failed): the file ends before, or so much is not kept at once.
  std::string read(std::uint64_t offset, std::uint64_t size) const;
  /// As far as the file goes, without a bound of its own on what is missing.
  std::string read_up_to(std::uint64_t offset, std::uint64_t size) const;

  [[noreturn]] void fail(const std::string& why) const;

 private:
  std::string path_;
  Fd file_;
  std::uint64_t size_ = 0;
};

/// Goes through bytes of such a file: numbers are little-endian. What is not there throws Error(failed).
class TraceDatCursor {
 public:
  TraceDatCursor(const TraceDatFile& file, std::string_view bytes) : file_(file), rest_(bytes) {}

  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(number(4)); }
  std::uint64_t u64() { return number(8); }
  std::string_view bytes(std::uint64_t count);
  /// Up to a NUL, which is passed over.
  std::string_view string();
  /// `text` and nothing else stands here.
  void expect(std::string_view text);

  std::size_t left() const { return rest_.size(); }

 private:
  std::uint64_t number(std::size_t size);

  const TraceDatFile& file_;
  std::string_view rest_;
};

/// How the parts of a version 7 file are compressed: as the name in its header says. Version 6 has none.
enum class TraceDatCompression { none, zstd };

/// `compressed` becomes `size` bytes. Throws Error(failed): it does not.
std::string decompress(const TraceDatFile& file, TraceDatCompression how, std::string_view compressed,
                       std::uint64_t size);

}  // namespace ftracectl

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"

namespace ftracectl {

/// Bytes from a file or from standard input, as they come.
class ByteSource {
 public:
  /// "-" is standard input. Throws Error(failed) with the path and the reason.
  explicit ByteSource(const std::string& path);
  /// Of a file that is open already.
  ByteSource(Fd file, std::string name);

  /// At least one byte and at most `limit`; empty at the end. The view lives until the next call. Throws
  /// Error(failed).
  std::string_view read(std::uint64_t limit = ~std::uint64_t{0});

 private:
  std::string name_;
  Fd owned_;
  int fd_ = -1;
  std::string buffer_;
};

}  // namespace ftracectl

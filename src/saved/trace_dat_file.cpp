#include "saved/trace_dat_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>

namespace ftracectl {

namespace {

/// The kernel's symbols are the largest part that is kept whole: 10 MB, 20 MB on kernels with everything built in.
constexpr std::uint64_t most_at_once = std::uint64_t{256} << 20;

}  // namespace

TraceDatFile::TraceDatFile(const std::string& path)
    : path_(path), file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
  struct stat status {};
  if (!file_ || fstat(file_.value(), &status) != 0)
    throw Error(ErrorCode::failed, path_ + ": cannot be read: " + errno_text(errno), errno);
  if (!S_ISREG(status.st_mode))
    fail("no regular file: a trace.dat is read here and there, not from its beginning");
  size_ = static_cast<std::uint64_t>(status.st_size);
}

void TraceDatFile::fail(const std::string& why) const { throw Error(ErrorCode::failed, path_ + ": " + why); }

std::string TraceDatFile::read(std::uint64_t offset, std::uint64_t size) const {
  if (offset > size_ || size > size_ - offset)
    fail("the file is cut off: it says that there is more than it has");
  return read_up_to(offset, size);
}

std::string TraceDatFile::read_up_to(std::uint64_t offset, std::uint64_t size) const {
  size = offset > size_ ? 0 : std::min(size, size_ - offset);
  if (size > most_at_once) fail("one of its parts has more than 256 MiB");
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t count =
        ::pread(file_.value(), bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw Error(ErrorCode::failed, path_ + ": cannot be read: " + errno_text(errno), errno);
    if (count == 0) break;  // somebody has cut it meanwhile
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

std::string_view TraceDatCursor::bytes(std::uint64_t count) {
  if (count > rest_.size()) file_.fail("the file is cut off, or no trace.dat: a part ends too soon");
  const auto found = rest_.substr(0, count);
  rest_.remove_prefix(count);
  return found;
}

std::string_view TraceDatCursor::string() {
  const std::size_t end = rest_.find('\0');
  if (end == rest_.npos) file_.fail("the file is cut off, or no trace.dat: a name has no end");
  const auto found = bytes(end);
  rest_.remove_prefix(1);
  return found;
}

void TraceDatCursor::expect(std::string_view text) {
  if (!rest_.starts_with(text))
    file_.fail("no trace.dat: '" + std::string(text.substr(0, text.find('\0'))) + "' is not there");
  rest_.remove_prefix(text.size());
}

std::uint64_t TraceDatCursor::number(std::size_t size) {
  std::uint64_t value = 0;
  const auto found = bytes(size);
  for (std::size_t i = size; i-- > 0;) value = value << 8U | static_cast<unsigned char>(found[i]);
  return value;
}

std::string decompress(const TraceDatFile& file, TraceDatCompression how, std::string_view compressed,
                       std::uint64_t size) {
  if (how == TraceDatCompression::none) file.fail("a part is compressed, and the file does not say how");
  if (size > most_at_once) file.fail("one of its parts has more than 256 MiB");
  std::string bytes(size, '\0');
  const std::size_t got = ZSTD_decompress(bytes.data(), bytes.size(), compressed.data(), compressed.size());
  if (ZSTD_isError(got) != 0)
    file.fail(std::string("a part cannot be decompressed: ") + ZSTD_getErrorName(got));
  if (got != bytes.size()) file.fail("a part has another size than the file says");
  return bytes;
}

}  // namespace ftracectl

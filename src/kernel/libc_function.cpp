#include "kernel/libc_function.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <vector>

#include "base/elf.hpp"
#include "base/fd.hpp"
#include "base/text.hpp"
#include "kernel/proc.hpp"

namespace ftracectl {

namespace {

/// A line of /proc/PID/maps, as far as it matters here:
///     7f39b5926000-7f39b5a7c000 r-xp 00026000 08:01 1234    /usr/lib/x86_64-linux-gnu/libc.so.6
struct MappedFile {
  std::string path;
  std::uint64_t inode = 0;
};

/// glibc since 2.34, glibc before ("libc-2.28.so"), and musl, whose loader is the library.
bool is_libc(std::string_view path) {
  const auto name = path.substr(path.rfind('/') + 1);
  return name == "libc.so.6" || (name.starts_with("libc-") && name.ends_with(".so")) ||
         (name.starts_with("ld-musl-") && name.ends_with(".so.1"));
}

std::optional<MappedFile> parse_libc_mapping(std::string_view line) {
  const auto path_at = line.find('/');
  if (path_at == std::string_view::npos || !is_libc(line.substr(path_at))) return std::nullopt;
  std::vector<std::string_view> words;
  for (const auto word : split(line.substr(0, path_at), ' ')) {
    if (!word.empty()) words.push_back(word);
  }
  const auto inode = words.size() == 5 ? parse_number<std::uint64_t>(words[4]) : std::nullopt;
  if (!inode) return std::nullopt;
  return MappedFile{std::string(line.substr(path_at)), *inode};
}

std::optional<MappedFile> libc_of(const std::string& process) {
  std::ifstream maps("/proc/" + process + "/maps");
  for (std::string line; std::getline(maps, line);) {
    if (const auto mapping = parse_libc_mapping(line)) return mapping;
  }
  return std::nullopt;
}

bool shares_our_mounts(const std::string& process) {
  struct stat ours {};
  struct stat theirs {};
  return ::stat("/proc/self/ns/mnt", &ours) == 0 &&
         ::stat(("/proc/" + process + "/ns/mnt").c_str(), &theirs) == 0 && ours.st_ino == theirs.st_ino;
}

/// A static program has no C library of its own to look at: its parents have, the shell among them.
std::optional<MappedFile> find_libc() {
  if (auto own = libc_of("self")) return own;
  pid_t pid = ::getppid();
  for (int generation = 0; pid > 0 && generation < 64; ++generation) {
    const std::string process = std::to_string(pid);
    if (shares_our_mounts(process)) {
      if (auto inherited = libc_of(process)) return inherited;
    }
    const auto status = read_process_status(pid);
    pid = status ? status->ppid : 0;
  }
  return std::nullopt;
}

/// A file's bytes, as long as this lives.
class FileView {
 public:
  explicit FileView(const MappedFile& file) {
    const Fd fd(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status {};
    if (!fd || ::fstat(fd.value(), &status) != 0 || status.st_ino != file.inode || status.st_size <= 0)
      return;
    size_ = static_cast<std::size_t>(status.st_size);
    address_ = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, fd.value(), 0);
  }
  ~FileView() {
    if (is_mapped()) ::munmap(address_, size_);
  }
  FileView(const FileView&) = delete;
  FileView& operator=(const FileView&) = delete;

  std::string_view bytes() const {
    return is_mapped() ? std::string_view(static_cast<const char*>(address_), size_) : std::string_view();
  }

 private:
  bool is_mapped() const { return address_ != MAP_FAILED && address_ != nullptr; }

  void* address_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

std::optional<LibcFunction> find_libc_function(const char* name) {
  const auto libc = find_libc();
  if (!libc) return std::nullopt;
  const FileView file(*libc);
  const auto offset = exported_function_offset(file.bytes(), name);
  if (!offset) return std::nullopt;
  return LibcFunction{libc->path, *offset};
}

}  // namespace ftracectl

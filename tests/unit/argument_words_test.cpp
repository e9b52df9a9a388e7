#include "model/syscalls/argument_words.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <csignal>
#include <string>

using namespace ftracectl;

namespace {

/// The argument as it is written; `declaration` as in a format file.
std::string written(std::string_view syscall, const std::string& declaration, std::int64_t value,
                    Architecture architecture = own_architecture()) {
  std::string text;
  const auto form = argument_form(syscall, parse_declaration(declaration), architecture);
  append_argument(text, form, static_cast<std::uint64_t>(value));
  return text;
}

}  // namespace

TEST_CASE("arguments of calls: numbers have the sign and the width of their C type") {
  CHECK(written("close", "unsigned int fd", 3) == "3");
  CHECK(written("dup2", "unsigned int oldfd", -1) == "-1");
  CHECK(written("kill", "pid_t pid", 0xffffffff) == "-1");
  CHECK(written("kill", "pid_t pid", -7) == "-7");
  CHECK(written("lseek", "off_t offset", -5) == "-5");
  CHECK(written("read", "size_t count", -1) == "18446744073709551615");
  CHECK(written("setuid", "uid_t uid", -1) == "4294967295");
  // The upper half of a slot is whatever the register held.
  CHECK(written("ftruncate", "int fd", 0x1234567800000003) == "3");
}

TEST_CASE("arguments of calls: addresses and modes") {
  CHECK(written("read", "char * buf", 0x7ffe1234) == "0x7ffe1234");
  CHECK(written("execve", "const char *const * envp", 0) == "NULL");
  CHECK(written("mmap", "unsigned long addr", 0x7f0000001000) == "0x7f0000001000");
  CHECK(written("mmap", "unsigned long len", 8192) == "8192");
  CHECK(written("openat", "umode_t mode", 0644) == "0644");
  CHECK(written("openat", "umode_t mode", 0) == "0");
}

TEST_CASE("arguments of calls: flags have the words of strace") {
  CHECK(written("openat", "int dfd", AT_FDCWD) == "AT_FDCWD");
  CHECK(written("openat", "int dfd", 0xffffff9c) == "AT_FDCWD");
  CHECK(written("openat", "int dfd", 5) == "5");
  CHECK(written("openat", "int dfd", -1) == "-1");
  CHECK(written("openat", "int flags", O_RDONLY | O_CLOEXEC) == "O_RDONLY|O_CLOEXEC");
  CHECK(written("openat", "int flags", O_WRONLY | O_CREAT | O_TRUNC) == "O_WRONLY|O_CREAT|O_TRUNC");
  CHECK(written("openat", "int flags", O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_DIRECTORY) ==
        "O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY");
  CHECK(written("openat", "int flags", O_RDONLY) == "O_RDONLY");
  CHECK(written("openat", "int flags", O_RDONLY | 0x40000000) == "O_RDONLY|0x40000000");
  CHECK(written("mprotect", "unsigned long prot", PROT_NONE) == "PROT_NONE");
  CHECK(written("mprotect", "unsigned long prot", PROT_READ | PROT_EXEC) == "PROT_READ|PROT_EXEC");
  CHECK(written("mmap", "unsigned long flags", MAP_PRIVATE | MAP_FIXED | MAP_DENYWRITE) ==
        "MAP_PRIVATE|MAP_FIXED|MAP_DENYWRITE");
  CHECK(written("socket", "int family", AF_UNIX) == "AF_UNIX");
  CHECK(written("socket", "int family", 99) == "99");
  CHECK(written("socket", "int type", SOCK_STREAM | SOCK_CLOEXEC) == "SOCK_STREAM|SOCK_CLOEXEC");
  CHECK(written("access", "int mode", F_OK) == "F_OK");
  CHECK(written("access", "int mode", R_OK | X_OK) == "R_OK|X_OK");
  CHECK(written("kill", "int sig", SIGTERM) == "SIGTERM");
  CHECK(written("kill", "int sig", 0) == "0");
  CHECK(written("kill", "int sig", 40) == "SIGRT_8");
  CHECK(written("kill", "int sig", 65) == "65");
  CHECK(written("clone", "unsigned long clone_flags", 0x01200011) ==
        "CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD");
  CHECK(written("clone", "unsigned long clone_flags", 0x100) == "CLONE_VM");
  CHECK(written("unlinkat", "int flag", 0) == "0");
  CHECK(written("unlinkat", "int flag", AT_REMOVEDIR) == "AT_REMOVEDIR");
}

TEST_CASE("arguments of calls: arm64 has other bits for four flags of open") {
  CHECK(written("openat", "int flags", 040000, Architecture::arm64) == "O_RDONLY|O_DIRECTORY");
  CHECK(written("openat", "int flags", 0200000, Architecture::arm64) == "O_RDONLY|O_DIRECT");
  CHECK(written("openat", "int flags", 0100000, Architecture::arm64) == "O_RDONLY|O_NOFOLLOW");
  CHECK(written("openat", "int flags", 020040000, Architecture::arm64) == "O_RDONLY|O_TMPFILE");
  CHECK(written("openat", "int flags", 020200000, Architecture::x86_64) == "O_RDONLY|O_TMPFILE");
}

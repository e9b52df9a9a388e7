#include "base/elf.hpp"

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <link.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

using namespace ftracectl;

namespace {

/// The C library of this process and where its execve() lies in it, as the loader knows both.
struct Libc {
  std::string file;
  std::uint64_t offset = 0;
};

Libc libc_by_loader() {
  Dl_info info{};
  void* execve = dlsym(RTLD_DEFAULT, "execve");
  REQUIRE(dladdr(execve, &info) != 0);
  std::ifstream stream(info.dli_fname, std::ios::binary);
  Libc libc;
  libc.file.assign(std::istreambuf_iterator<char>(stream), {});
  // The loader's address less its base is the address in the file; of a function in libc's text segment,
  // offset and address are the same on amd64 and arm64.
  libc.offset = static_cast<std::uint64_t>(static_cast<char*>(execve) - static_cast<char*>(info.dli_fbase));
  return libc;
}

}  // namespace

TEST_CASE("elf: a function's offset is where the loader finds it") {
  const auto libc = libc_by_loader();
  CHECK(exported_function_offset(libc.file, "execve") == libc.offset);
  CHECK_FALSE(exported_function_offset(libc.file, "execv_"));
  CHECK_FALSE(exported_function_offset(libc.file, ""));
  CHECK_FALSE(exported_function_offset(libc.file, "environ"));  // data, not code
}

TEST_CASE("elf: any bytes are safe") {
  const auto libc = libc_by_loader();
  CHECK_FALSE(exported_function_offset("", "execve"));
  CHECK_FALSE(exported_function_offset("#!/bin/sh\n", "execve"));
  CHECK_FALSE(exported_function_offset(std::string("\x7f"
                                                   "ELF\2\1",
                                                   6),
                                       "execve"));
  auto big_endian = libc.file;
  big_endian[5] = 2;
  CHECK_FALSE(exported_function_offset(big_endian, "execve"));
  for (const std::size_t length : {7U, 16U, 63U, 64U, 1000U, 100000U}) {
    CHECK_FALSE(exported_function_offset(std::string_view(libc.file).substr(0, length), "execve"));
  }
  // Every field of the header, one after the other, as large as can be.
  for (std::size_t at = 6; at < 64; at += 2) {
    auto damaged = libc.file;
    std::memset(damaged.data() + at, 0xff, 2);
    const auto offset = exported_function_offset(damaged, "execve");
    if (offset) CHECK(*offset < damaged.size());
  }
}

TEST_CASE("elf: the C library has a build id, and its functions lie where its tables say") {
  const auto libc = libc_by_loader();
  const auto id = build_id_of(libc.file);
  CHECK(id.size() == 40);
  CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(build_id_of(std::string_view(libc.file).substr(0, 65536)) == id);  // it stands at the beginning
  CHECK(loaded_address(libc.file, libc.offset) == libc.offset);
  CHECK_FALSE(loaded_address(libc.file, std::uint64_t{1} << 60U));
  for (const std::size_t length : {0U, 7U, 64U, 100U, 500U}) {
    CHECK(build_id_of(std::string_view(libc.file).substr(0, length)).empty());
  }
}

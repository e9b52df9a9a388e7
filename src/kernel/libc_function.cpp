#include "kernel/libc_function.hpp"

#include <dlfcn.h>

#include <fstream>
#include <memory>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// A line of /proc/self/maps, as far as it matters here:
///     7f39b5926000-7f39b5a7c000 r-xp 00026000 08:01 1234    /usr/lib/x86_64-linux-gnu/libc.so.6
struct Mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t offset = 0;
  std::string path;
};

std::optional<Mapping> parse_mapping(std::string_view line) {
  const auto words = split(line, ' ');
  const auto path_at = line.find('/');
  if (words.size() < 5 || path_at == std::string_view::npos) return std::nullopt;
  const auto range = split(words[0], '-');
  if (range.size() != 2) return std::nullopt;
  const auto begin = parse_number<std::uint64_t>(range[0], 16);
  const auto end = parse_number<std::uint64_t>(range[1], 16);
  const auto offset = parse_number<std::uint64_t>(words[2], 16);
  if (!begin || !end || !offset) return std::nullopt;
  return Mapping{*begin, *end, *offset, std::string(line.substr(path_at))};
}

struct Unload {
  void operator()(void* library) const { dlclose(library); }
};

std::uint64_t address_in_libc(const char* name) {
  const std::unique_ptr<void, Unload> library(dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD));
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast)
  return library ? reinterpret_cast<std::uintptr_t>(dlsym(library.get(), name)) : 0;
}

}  // namespace

std::optional<LibcFunction> find_libc_function(const char* name) {
  const std::uint64_t address = address_in_libc(name);
  if (address == 0) return std::nullopt;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    const auto mapping = parse_mapping(line);
    if (!mapping || address < mapping->begin || address >= mapping->end) continue;
    if (mapping->path.ends_with(" (deleted)")) return std::nullopt;
    return LibcFunction{mapping->path, address - mapping->begin + mapping->offset};
  }
  return std::nullopt;
}

}  // namespace ftracectl

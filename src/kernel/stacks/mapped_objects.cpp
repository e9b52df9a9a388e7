#include "kernel/stacks/mapped_objects.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cinttypes>
#include <cstdio>

#include "base/elf.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t max_objects = 512;
/// Of an object that are kept: what calls from more places than this is looked up anew.
constexpr std::size_t max_places = 16384;

/// A path in a folder tree that is somebody else's: what it leads to is looked at before it is opened.
Fd open_if_mapped(const std::string& path, const Mapping& mapping, int flags) {
  const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC | flags));
  struct stat status {};
  if (!place || ::fstat(place.value(), &status) != 0) return {};
  if (!S_ISREG(status.st_mode) || status.st_ino != mapping.inode) return {};
  return Fd(::open(("/proc/self/fd/" + std::to_string(place.value())).c_str(), O_RDONLY | O_CLOEXEC));
}

/// By the kernel's own link to what is mapped, which only root may follow; or by its path, as the process sees it, and
/// as we do.
Fd open_mapped(const Mapping& mapping, pid_t pid) {
  std::array<char, 96> link;
  std::snprintf(link.data(), link.size(), "/proc/%d/map_files/%" PRIx64 "-%" PRIx64, pid, mapping.begin,
                mapping.end);
  if (Fd file = open_if_mapped(link.data(), mapping, 0)) return file;
  if (!mapping.path.starts_with('/')) return {};
  if (Fd file = open_if_mapped("/proc/" + std::to_string(pid) + "/root" + mapping.path, mapping, O_NOFOLLOW))
    return file;
  return open_if_mapped(mapping.path, mapping, O_NOFOLLOW);
}

std::string key_of(const struct stat& status) {
  return std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino) + ":" +
         std::to_string(status.st_size) + ":" + std::to_string(status.st_ctim.tv_sec) + "." +
         std::to_string(status.st_ctim.tv_nsec);
}

}  // namespace

MappedObjects::Object* MappedObjects::find(const Mapping& mapping, pid_t pid) {
  Fd file = open_mapped(mapping, pid);
  struct stat status {};
  if (!file || ::fstat(file.value(), &status) != 0) return nullptr;
  if (objects_.size() >= max_objects) objects_.clear();
  const auto [found, is_new] = objects_.try_emplace(key_of(status));
  if (is_new) {
    found->second.build_id = build_id_of(read_beginning(file));
    if (Fd safe = safe_to_map(std::move(file), status))
      found->second.names = open_(std::move(safe), mapping.path);
  }
  return &found->second;
}

const ObjectNames::Place& MappedObjects::place_of(Object& object, const Mapping& mapping,
                                                  std::uint64_t address, AddressKind kind) {
  auto& places = kind == AddressKind::instruction ? object.places : object.places_returned_to;
  if (places.size() >= max_places) places.clear();
  const std::uint64_t at = address - mapping.begin + mapping.offset;
  const auto [found, is_new] = places.try_emplace(at);
  if (is_new && object.names != nullptr) found->second = object.names->find(at, kind);
  return found->second;
}

}  // namespace ftracectl

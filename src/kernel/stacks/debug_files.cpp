#include "kernel/stacks/debug_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/elf.hpp"
#include "kernel/stacks/crc32.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

Fd open_regular(const std::string& path) {
  const Fd place(::open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!place || ::fstat(place.value(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  Fd file(::open(("/proc/self/fd/" + std::to_string(place.value())).c_str(), O_RDONLY | O_CLOEXEC));
  return file ? safe_to_map(std::move(file), status) : Fd();
}

/// A build id becomes part of a path.
bool is_build_id(const std::string& id) {
  return id.size() >= 4 && id.size() <= 128 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

Fd open_first(const std::vector<std::string>& places, const std::string& build_id) {
  for (const auto& place : places) {
    Fd file = open_regular(place);
    if (file && build_id_of(read_beginning(file)) == build_id) return file;
  }
  return {};
}

/// "/usr/lib/debug/.build-id/c0/47672cae79…" and what stands behind it.
void add_places(std::vector<std::string>& places, const DebugFolders& folders, const std::string& id,
                const std::string& ending) {
  for (const auto& folder : folders.debug)
    places.push_back(folder + "/.build-id/" + id.substr(0, 2) + "/" + id.substr(2) + ending);
}

}  // namespace

Fd open_debug_file(const DebugFolders& folders, const WantedObject& object) {
  if (!is_build_id(object.build_id)) return {};
  std::vector<std::string> places;
  add_places(places, folders, object.build_id, ".debug");
  if (!folders.cache.empty()) places.push_back(folders.cache + "/" + object.build_id + "/debuginfo");
  return open_first(places, object.build_id);
}

Fd open_linked_debug_file(const DebugFolders& folders, const WantedObject& object, const std::string& name,
                          std::uint32_t checksum) {
  if (name.empty() || name.find('/') != std::string::npos || !object.path.starts_with('/')) return {};
  const std::string own = folder_of(object.path);
  std::vector<std::string> places = {own + name, own + ".debug/" + name};
  for (const auto& folder : folders.debug) places.push_back(folder + own + name);
  for (const auto& place : places) {
    Fd file = open_regular(place);
    if (!file) continue;
    const std::string id = build_id_of(read_beginning(file));
    const bool have_ids = !object.build_id.empty() && !id.empty();
    if (have_ids ? id == object.build_id : crc32_of(file) == checksum) return file;
  }
  return {};
}

/// The object first: it tells where its debug information is.
Fd open_same_object(const DebugFolders& folders, const WantedObject& object) {
  if (!is_build_id(object.build_id)) return {};
  std::vector<std::string> places;
  if (object.path.starts_with('/')) places.push_back(object.path);
  add_places(places, folders, object.build_id, "");
  if (!folders.cache.empty()) places.push_back(folders.cache + "/" + object.build_id + "/executable");
  Fd file = open_first(places, object.build_id);
  return file ? std::move(file) : open_debug_file(folders, object);
}

}  // namespace ftracectl

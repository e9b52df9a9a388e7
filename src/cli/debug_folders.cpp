#include "cli/debug_folders.hpp"

#include <cstdlib>

namespace ftracectl::cli {

namespace {

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

}  // namespace

DebugFolders debug_folders() {
  DebugFolders folders;
  folders.cache = variable("DEBUGINFOD_CACHE_PATH");
  if (folders.cache.empty() && !variable("XDG_CACHE_HOME").empty())
    folders.cache = variable("XDG_CACHE_HOME") + "/debuginfod_client";
  if (folders.cache.empty() && !variable("HOME").empty())
    folders.cache = variable("HOME") + "/.cache/debuginfod_client";
  return folders;
}

std::unique_ptr<ObjectNames> find_object(const std::string& path, const std::string& build_id) {
  const DebugFolders folders = debug_folders();
  if (!has_libdw()) return nullptr;
  Fd file = open_same_object(folders, {path, build_id});
  return file ? object_opener(folders)(std::move(file), path) : nullptr;
}

}  // namespace ftracectl::cli

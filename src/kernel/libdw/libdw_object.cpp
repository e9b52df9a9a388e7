#include "kernel/libdw/libdw_object.hpp"

#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cstring>

#include "base/elf.hpp"
#include "kernel/libdw/crc32.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

Fd open_regular(const std::string& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (!file || ::fstat(file.value(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return safe_to_map(std::move(file), status);
}

std::string folder_of(const std::string& path) { return path.substr(0, path.rfind('/') + 1); }

/// What the search for an object's names needs; the object of libdw holds a pointer to it.
struct Search {
  DebugFolders folders;
  std::string path;
  std::string build_id;

  Fd by_build_id() const;
  Fd by_link(const std::string& name, std::uint32_t checksum) const;
};

/// "/usr/lib/debug/.build-id/c0/47672cae79….debug". Whatever it is called, it must say the same number.
Fd Search::by_build_id() const {
  if (build_id.size() < 4) return {};
  std::vector<std::string> places;
  for (const auto& folder : folders.debug)
    places.push_back(folder + "/.build-id/" + build_id.substr(0, 2) + "/" + build_id.substr(2) + ".debug");
  if (!folders.cache.empty()) places.push_back(folders.cache + "/" + build_id + "/debuginfo");
  for (const auto& place : places) {
    Fd file = open_regular(place);
    if (file && build_id_of(read_beginning(file)) == build_id) return file;
  }
  return {};
}

/// Beside the object, in .debug beside it, and under the object's folder in the folders of debug files.
Fd Search::by_link(const std::string& name, std::uint32_t checksum) const {
  if (name.empty() || name.find('/') != std::string::npos || !path.starts_with('/')) return {};
  std::vector<std::string> places = {folder_of(path) + name, folder_of(path) + ".debug/" + name};
  for (const auto& folder : folders.debug) places.push_back(folder + folder_of(path) + name);
  for (const auto& place : places) {
    Fd file = open_regular(place);
    if (!file) continue;
    const std::string own = build_id_of(read_beginning(file));
    const bool is_same = !build_id.empty() && !own.empty() ? own == build_id : crc32_of(file) == checksum;
    if (is_same) return file;
  }
  return {};
}

int find_debug_file(Dwfl_Module* /*module*/, void** user_data, const char* /*name*/, Dwarf_Addr /*base*/,
                    const char* /*file*/, const char* link, GElf_Word checksum, char** /*found*/) {
  const auto* search = static_cast<const Search*>(*user_data);
  if (search == nullptr) return -1;
  Fd file = search->by_build_id();
  if (!file && link != nullptr) file = search->by_link(link, checksum);
  return file.release();
}

const Dwfl_Callbacks callbacks = {nullptr, find_debug_file, nullptr, nullptr};

struct EndDwfl {
  void operator()(Dwfl* dwfl) const { dwfl_end(dwfl); }
};

class LibdwObject : public ObjectNames {
 public:
  LibdwObject(Fd file, Search search);

  bool is_open() const { return module_ != nullptr; }
  Place find(std::uint64_t file_offset, AddressKind kind) override;

 private:
  Search search_;
  std::string beginning_;
  std::unique_ptr<Dwfl, EndDwfl> dwfl_{dwfl_begin(&callbacks)};
  Dwfl_Module* module_ = nullptr;
  GElf_Addr bias_ = 0;
};

LibdwObject::LibdwObject(Fd file, Search search) : search_(std::move(search)) {
  if (dwfl_ == nullptr) return;
  beginning_ = read_beginning(file);
  search_.build_id = build_id_of(beginning_);
  dwfl_report_begin(dwfl_.get());
  module_ = dwfl_report_offline(dwfl_.get(), search_.path.c_str(), search_.path.c_str(), file.value());
  if (module_ != nullptr) file.release();  // it is libdw's from then on
  dwfl_report_end(dwfl_.get(), nullptr, nullptr);
  void** user_data = nullptr;
  if (module_ == nullptr) return;
  dwfl_module_info(module_, &user_data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  if (user_data != nullptr) *user_data = &search_;
  if (dwfl_module_getelf(module_, &bias_) == nullptr) module_ = nullptr;
}

ObjectNames::Place LibdwObject::find(std::uint64_t file_offset, AddressKind kind) {
  Place place;
  const auto address = loaded_address(beginning_, file_offset);
  if (!address) return place;
  place.address = *address;
  place.is_known = true;
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const std::uint64_t back = kind == AddressKind::returned_to ? 1 : 0;
  const char* name =
      dwfl_module_addrinfo(module_, *address + bias_ - back, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name == nullptr || *name == '\0') return place;
  place.function = name;
  place.offset = offset + back;
  return place;
}

}  // namespace

bool has_libdw() { return true; }

OpenObject object_opener(DebugFolders folders) {
  return [folders = std::move(folders)](Fd file, const std::string& path) -> std::unique_ptr<ObjectNames> {
    auto object = std::make_unique<LibdwObject>(std::move(file), Search{folders, path, {}});
    if (!object->is_open()) return nullptr;
    return object;
  };
}

}  // namespace ftracectl

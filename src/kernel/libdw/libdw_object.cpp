#include "kernel/libdw/libdw_object.hpp"

#include <elfutils/libdwfl.h>

#include <algorithm>
#include <cstdlib>

#include "base/elf.hpp"
#include "kernel/libdw/cfi.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

/// What the search for an object's names needs; the object of libdw holds a pointer to it.
struct Search {
  DebugFolders folders;
  WantedObject object;
};

int find_debug_file(Dwfl_Module* /*module*/, void** user_data, const char* /*name*/, Dwarf_Addr /*base*/,
                    const char* /*file*/, const char* link, GElf_Word checksum, char** /*found*/) {
  const auto* search = static_cast<const Search*>(*user_data);
  if (search == nullptr) return -1;
  Fd file = open_debug_file(search->folders, search->object);
  if (!file && link != nullptr)
    file = open_linked_debug_file(search->folders, search->object, link, checksum);
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
  Place find(std::uint64_t file_offset, AddressKind kind) override {
    const auto address = loaded_address(beginning_, file_offset);
    return address ? find_address(*address, kind) : Place();
  }
  Place find_address(std::uint64_t address, AddressKind kind) override;
  bool step(std::uint64_t file_offset, AddressKind kind, FetchedStack& stack) override;

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
  search_.object.build_id = build_id_of(beginning_);
  dwfl_report_begin(dwfl_.get());
  module_ = dwfl_report_offline(dwfl_.get(), search_.object.path.c_str(), search_.object.path.c_str(),
                                file.value());
  if (module_ != nullptr) file.release();  // it is libdw's from then on
  dwfl_report_end(dwfl_.get(), nullptr, nullptr);
  void** user_data = nullptr;
  if (module_ == nullptr) return;
  dwfl_module_info(module_, &user_data, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr);
  if (user_data != nullptr) *user_data = &search_;
  if (dwfl_module_getelf(module_, &bias_) == nullptr) module_ = nullptr;
}

ObjectNames::Place LibdwObject::find_address(std::uint64_t address, AddressKind kind) {
  Place place;
  place.address = address;
  place.is_known = true;
  GElf_Off offset = 0;
  GElf_Sym symbol;
  const std::uint64_t back = kind == AddressKind::returned_to ? 1 : 0;
  const char* name =
      dwfl_module_addrinfo(module_, address + bias_ - back, &offset, &symbol, nullptr, nullptr, nullptr);
  if (name == nullptr || *name == '\0') return place;
  const std::string_view versioned = name;  // "__libc_start_main@@GLIBC_2.34"
  place.function = versioned.substr(0, std::max<std::size_t>(versioned.find('@'), 1));
  place.offset = offset + back;
  return place;
}

/// By .eh_frame, which every program has whose functions may be left by an exception, on x86_64 all.
bool LibdwObject::step(std::uint64_t file_offset, AddressKind kind, FetchedStack& stack) {
  const auto address = loaded_address(beginning_, file_offset);
  GElf_Addr cfi_bias = 0;
  Dwarf_CFI* rules = address ? dwfl_module_eh_cfi(module_, &cfi_bias) : nullptr;
  if (rules == nullptr) return false;
  Dwarf_Frame* frame = nullptr;
  const std::uint64_t back = kind == AddressKind::returned_to ? 1 : 0;
  if (dwarf_cfi_addrframe(rules, *address + bias_ - cfi_bias - back, &frame) != 0) return false;
  const std::unique_ptr<Dwarf_Frame, decltype(&std::free)> owner(frame, &std::free);
  return step_by_rules(frame, stack);
}

}  // namespace

bool has_libdw() { return true; }

OpenObject object_opener(DebugFolders folders) {
  return [folders = std::move(folders)](Fd file, const std::string& path) -> std::unique_ptr<ObjectNames> {
    auto object = std::make_unique<LibdwObject>(std::move(file), Search{folders, {path, {}}});
    if (!object->is_open()) return nullptr;
    return object;
  };
}

}  // namespace ftracectl

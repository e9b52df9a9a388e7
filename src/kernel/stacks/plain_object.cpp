#include "kernel/stacks/plain_object.hpp"

#include "base/elf.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

class PlainObject : public ObjectNames {
 public:
  explicit PlainObject(std::string beginning) : beginning_(std::move(beginning)) {}

  Place find(std::uint64_t file_offset, AddressKind kind) override {
    const auto address = loaded_address(beginning_, file_offset);
    return address ? find_address(*address, kind) : Place();
  }
  Place find_address(std::uint64_t address, AddressKind /*kind*/) override {
    Place place;
    place.address = address;
    place.is_known = true;
    return place;
  }
  bool step(std::uint64_t /*file_offset*/, AddressKind /*kind*/, FetchedStack& /*stack*/) override {
    return false;
  }

 private:
  std::string beginning_;
};

}  // namespace

std::unique_ptr<ObjectNames> open_plain_object(Fd file, const std::string& /*path*/) {
  return std::make_unique<PlainObject>(read_beginning(file));
}

}  // namespace ftracectl

#include "kernel/stacks/plain_object.hpp"

#include "base/elf.hpp"
#include "kernel/stacks/object_file.hpp"

namespace ftracectl {

namespace {

class PlainObject : public ObjectNames {
 public:
  explicit PlainObject(std::string beginning) : beginning_(std::move(beginning)) {}

  Place find(std::uint64_t file_offset, AddressKind /*kind*/) override {
    const auto address = loaded_address(beginning_, file_offset);
    Place place;
    place.address = address.value_or(0);
    place.is_known = address.has_value();
    return place;
  }

 private:
  std::string beginning_;
};

}  // namespace

std::unique_ptr<ObjectNames> open_plain_object(Fd file, const std::string& /*path*/) {
  return std::make_unique<PlainObject>(read_beginning(file));
}

}  // namespace ftracectl

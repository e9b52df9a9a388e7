#include "model/tracefs/c_type.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace ftracectl {

namespace {

struct Row {
  std::string_view name;
  CType type;
};

/// By size. A size of 0 is that of a long.
constexpr std::array<Row, 92> rows = {{
    {"char", {1, true}},
    {"signed char", {1, true}},
    {"unsigned char", {1, false}},
    {"bool", {1, false}},
    {"_Bool", {1, false}},
    {"u8", {1, false}},
    {"s8", {1, true}},
    {"__u8", {1, false}},
    {"__s8", {1, true}},
    {"uint8_t", {1, false}},
    {"int8_t", {1, true}},
    {"short", {2, true}},
    {"short int", {2, true}},
    {"unsigned short", {2, false}},
    {"unsigned short int", {2, false}},
    {"u16", {2, false}},
    {"s16", {2, true}},
    {"__u16", {2, false}},
    {"__s16", {2, true}},
    {"__le16", {2, false}},
    {"__be16", {2, false}},
    {"uint16_t", {2, false}},
    {"int16_t", {2, true}},
    {"umode_t", {2, false}},
    {"sa_family_t", {2, false}},
    {"int", {4, true}},
    {"signed", {4, true}},
    {"signed int", {4, true}},
    {"unsigned", {4, false}},
    {"unsigned int", {4, false}},
    {"u32", {4, false}},
    {"s32", {4, true}},
    {"__u32", {4, false}},
    {"__s32", {4, true}},
    {"__le32", {4, false}},
    {"__be32", {4, false}},
    {"uint32_t", {4, false}},
    {"int32_t", {4, true}},
    {"uint", {4, false}},
    {"pid_t", {4, true}},
    {"uid_t", {4, false}},
    {"gid_t", {4, false}},
    {"old_uid_t", {2, false}},
    {"old_gid_t", {2, false}},
    {"qid_t", {4, false}},
    {"gfp_t", {4, false}},
    {"fmode_t", {4, false}},
    {"dev_t", {4, false}},
    {"key_t", {4, true}},
    {"key_serial_t", {4, true}},
    {"mqd_t", {4, true}},
    {"clockid_t", {4, true}},
    {"timer_t", {4, true}},
    {"rwf_t", {4, true}},
    {"vm_fault_t", {4, false}},
    {"blk_opf_t", {4, false}},
    {"blk_status_t", {1, false}},
    {"projid_t", {4, false}},
    {"nid_t", {4, false}},
    {"block_t", {4, false}},
    {"tid_t", {4, false}},
    {"long", {0, true}},
    {"long int", {0, true}},
    {"unsigned long", {0, false}},
    {"unsigned long int", {0, false}},
    {"size_t", {0, false}},
    {"ssize_t", {0, true}},
    {"off_t", {0, true}},
    {"__kernel_size_t", {0, false}},
    {"uintptr_t", {0, false}},
    {"intptr_t", {0, true}},
    {"ptrdiff_t", {0, true}},
    {"aio_context_t", {0, false}},
    {"cap_user_header_t", {0, false}},
    {"cap_user_data_t", {0, false}},
    {"phys_addr_t", {8, false}},
    {"dma_addr_t", {8, false}},
    {"resource_size_t", {8, false}},
    {"long long", {8, true}},
    {"long long int", {8, true}},
    {"unsigned long long", {8, false}},
    {"unsigned long long int", {8, false}},
    {"u64", {8, false}},
    {"s64", {8, true}},
    {"__u64", {8, false}},
    {"__s64", {8, true}},
    {"uint64_t", {8, false}},
    {"int64_t", {8, true}},
    {"uintmax_t", {8, false}},
    {"loff_t", {8, true}},
    {"sector_t", {8, false}},
    {"ktime_t", {8, true}},
}};

/// "const volatile u32" is "u32".
std::string_view without_qualifiers(std::string_view name) {
  name = trim(name);
  for (bool goes_on = true; goes_on;) {
    goes_on = false;
    for (const std::string_view word : {"const ", "volatile "}) {
      if (!name.starts_with(word)) continue;
      name = trim(name.substr(word.size()));
      goes_on = true;
    }
  }
  if (name.ends_with(" const")) name.remove_suffix(6);
  return name;
}

}  // namespace

std::optional<CType> c_type(std::string_view name, std::size_t size_of_long) {
  name = without_qualifiers(name);
  if (name.ends_with('*')) return CType{size_of_long, false};
  if (name.starts_with("enum ")) return CType{4, false};
  const auto* row =
      std::find_if(rows.begin(), rows.end(), [&](const Row& each) { return each.name == name; });
  if (row == rows.end()) return std::nullopt;
  return CType{row->type.size == 0 ? size_of_long : row->type.size, row->type.is_signed};
}

}  // namespace ftracectl

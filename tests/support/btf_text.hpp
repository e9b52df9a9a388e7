#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace ftracectl::test {

struct BtfMember {
  std::string name;
  std::size_t offset = 0;  ///< in bytes
  std::size_t size = 0;    ///< 0: an array without an end
  bool is_bitfield = false;
};

/// The structs whose names begin with `prefix`, in the output of `bpftool btf dump … format raw`. Throws
/// std::runtime_error where that refers to types which are not in it.
///
///     [10235] STRUCT 'trace_event_raw_sched_process_exec' size=20 vlen=5
///     	'ent' type_id=2378 bits_offset=0
std::map<std::string, std::vector<BtfMember>> parse_btf_structs(const std::string& text,
                                                                const std::string& prefix);

}  // namespace ftracectl::test

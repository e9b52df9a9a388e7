#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "saved/byte_source.hpp"

namespace ftracectl {

/// The binary pages in a capture folder: per_cpu/cpuN/trace_pipe_raw.
class SavedPages {
 public:
  SavedPages(std::string folder, std::size_t page_size);

  /// The next bytes of a cpu, as many as were read at once; fewer at the end of a file that was cut off. They
  /// live until the next call.
  std::string_view read(int cpu, std::uint64_t count);

  /// What is left of all cpus, some pages of each in turn; `is_last` behind the last cpu of a turn.
  void read_rest(const std::function<void(int cpu, std::string_view bytes, bool is_last)>& take);

 private:
  ByteSource& source_of(int cpu);

  std::string folder_;
  std::size_t page_size_;
  std::map<int, std::unique_ptr<ByteSource>> sources_;
  std::string bytes_;
};

}  // namespace ftracectl

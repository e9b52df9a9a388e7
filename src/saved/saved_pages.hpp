#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "decode/pages/page_layout.hpp"
#include "saved/byte_source.hpp"
#include "saved/input_folder.hpp"

namespace ftracectl {

/// The binary pages in a capture folder: per_cpu/cpuN/trace_pipe_raw.
class SavedPages {
 public:
  /// What the files have of each page; used_part(): see there.
  enum class Form { whole, used_part };
  /// The folder must outlive this.
  SavedPages(const InputFolder& folder, const PageLayout& layout, Form form);

  /// Whole pages out of the next bytes of a cpu, as many as were read at once; fewer at the end of a file that was cut off. They
  /// live until the next call.
  std::string_view read(int cpu, std::uint64_t count);

  /// The next pages of a cpu, whatever reads.jsonl says of them; empty at the end. They live until the next call.
  std::string_view read_next(int cpu);
  /// That have a file, in their order.
  std::vector<int> cpus() const;

  /// What is left of all cpus, some pages of each in turn; `is_last` behind the last cpu of a turn.
  void read_rest(const std::function<void(int cpu, std::string_view bytes, bool is_last)>& take);

 private:
  ByteSource& source_of(int cpu);
  std::string_view read_pages(int cpu, std::uint64_t count);
  void read_bytes(ByteSource& source, std::uint64_t count);
  void pad(std::string_view bytes);

  const InputFolder& folder_;
  PageLayout layout_;
  Form form_;
  std::map<int, std::unique_ptr<ByteSource>> sources_;
  std::string bytes_;
  std::string pages_;  ///< with their padding
};

}  // namespace ftracectl

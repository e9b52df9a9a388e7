#include "saved/saved_pages.hpp"

#include <boost/filesystem.hpp>

#include "base/text.hpp"

namespace ftracectl {

namespace fs = boost::filesystem;

namespace {

constexpr std::uint64_t pages_in_turn = 64;

}  // namespace

SavedPages::SavedPages(std::string folder, std::size_t page_size)
    : folder_(std::move(folder)), page_size_(page_size) {}

ByteSource& SavedPages::source_of(int cpu) {
  auto& source = sources_[cpu];
  if (!source) {
    source = std::make_unique<ByteSource>(folder_ + "/per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw");
  }
  return *source;
}

std::string_view SavedPages::read(int cpu, std::uint64_t count) {
  ByteSource& source = source_of(cpu);
  bytes_.clear();
  while (bytes_.size() < count) {
    const auto piece = source.read(count - bytes_.size());
    if (piece.empty()) break;
    bytes_ += piece;
  }
  return bytes_;
}

void SavedPages::read_rest(const std::function<void(int cpu, std::string_view bytes, bool is_last)>& take) {
  std::map<int, bool> cpus;  // whether there is more
  boost::system::error_code error;
  for (fs::directory_iterator entry(fs::path(folder_) / "per_cpu", error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    const auto cpu =
        name.starts_with("cpu") ? parse_number<int>(std::string_view(name).substr(3)) : std::nullopt;
    if (cpu) cpus[*cpu] = true;
  }
  for (bool any = !cpus.empty(); any;) {
    any = false;
    for (auto& [cpu, has_more] : cpus) {
      const bool is_last = cpu == cpus.rbegin()->first;
      const auto bytes = has_more ? read(cpu, pages_in_turn * page_size_) : std::string_view();
      has_more = !bytes.empty();
      any = any || has_more;
      take(cpu, bytes, is_last);
    }
  }
}

}  // namespace ftracectl

#include "saved/saved_pages.hpp"

#include <boost/filesystem.hpp>

#include "base/text.hpp"
#include "decode/pages/page_use.hpp"

namespace ftracectl {

namespace fs = boost::filesystem;

namespace {

constexpr std::uint64_t pages_in_turn = 64;

}  // namespace

SavedPages::SavedPages(std::string folder, const PageLayout& layout, Form form)
    : folder_(std::move(folder)), layout_(layout), form_(form) {}

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
  read_bytes(source, count);
  if (form_ == Form::whole) return bytes_;
  pages_.clear();
  pad(bytes_);
  return pages_;
}

/// Puts so many more bytes behind those that there are, as far as there are more.
void SavedPages::read_bytes(ByteSource& source, std::uint64_t count) {
  while (count > 0) {
    const auto piece = source.read(count);
    if (piece.empty()) break;
    bytes_ += piece;
    count -= piece.size();
  }
}

/// Gives each page its padding back. Of a file that was cut off the last page may have lost more than that: it
/// is left as it is.
void SavedPages::pad(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto page = bytes.substr(0, used_part(layout_, bytes));
    pages_ += page;
    bytes.remove_prefix(page.size());
    const bool is_whole = !bytes.empty() || page.size() == used_part(layout_, page);
    if (is_whole) pages_.append(layout_.page_size - page.size(), '\0');
  }
}

/// What a capture that was killed wrote of a cpu and did not come to tell: some pages.
std::string_view SavedPages::read_pages(int cpu, std::uint64_t count) {
  if (form_ == Form::whole) return read(cpu, count * layout_.page_size);
  ByteSource& source = source_of(cpu);
  pages_.clear();
  for (; count > 0; --count) {
    bytes_.clear();
    read_bytes(source, layout_.data_offset);
    if (bytes_.empty()) break;
    if (bytes_.size() == layout_.data_offset) read_bytes(source, used_part(layout_, bytes_) - bytes_.size());
    pad(bytes_);
  }
  return pages_;
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
      const auto bytes = has_more ? read_pages(cpu, pages_in_turn) : std::string_view();
      has_more = !bytes.empty();
      any = any || has_more;
      take(cpu, bytes, is_last);
    }
  }
}

}  // namespace ftracectl

#include "saved/saved_pages.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "decode/pages/page_use.hpp"

namespace ftracectl {

namespace {

constexpr std::uint64_t pages_in_turn = 64;

/// No kernel gives that much at once, whatever a folder says.
constexpr std::size_t most_at_once = std::size_t{256} << 20;

void check_size(std::size_t size) {
  if (size > most_at_once)
    throw Error(ErrorCode::failed, "reads.jsonl, manifest.json: more pages at once than any kernel gives");
}

}  // namespace

SavedPages::SavedPages(const InputFolder& folder, const PageLayout& layout, Form form)
    : folder_(folder), layout_(layout), form_(form) {}

ByteSource& SavedPages::source_of(int cpu) {
  auto& source = sources_[cpu];
  if (!source) {
    const std::string name = "per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw";
    source = std::make_unique<ByteSource>(folder_.open(name), folder_.path_of(name));
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
    check_size(bytes_.size());
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
    check_size(pages_.size());
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

std::string_view SavedPages::read_next(int cpu) { return read_pages(cpu, pages_in_turn); }

std::vector<int> SavedPages::cpus() const {
  std::vector<int> found;
  const auto names = folder_.has("per_cpu") ? folder_.list("per_cpu") : std::vector<std::string>();
  for (const auto& name : names) {
    const auto cpu =
        name.starts_with("cpu") ? parse_number<int>(std::string_view(name).substr(3)) : std::nullopt;
    if (cpu && *cpu >= 0) found.push_back(*cpu);
  }
  std::sort(found.begin(), found.end());
  return found;
}

void SavedPages::read_rest(const std::function<void(int cpu, std::string_view bytes, bool is_last)>& take) {
  std::map<int, bool> cpus;  // whether there is more
  for (const int cpu : this->cpus()) cpus[cpu] = true;
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

#include "records/forget_stacks.hpp"

#include <algorithm>

#include "decode/pages/field_bytes.hpp"
#include "decode/pages/page_reader.hpp"
#include "model/tracefs/stack_probe.hpp"

namespace ftracectl {

namespace {

/// common_type, common_flags, common_preempt_count, common_pid.
constexpr std::size_t common_fields = 8;
/// What stands before an entry's data, and tells its length.
constexpr std::size_t entry_header = 8;

}  // namespace

StackForgetter::StackForgetter(const EventTable& events, const PageLayout& layout) : layout_(layout) {
  for (const auto& event : events.all()) {
    if (is_stack_probe(event->schema.system, event->schema.name)) ids_.insert(event->schema.id);
  }
}

std::string_view StackForgetter::forget(std::string_view pages) {
  copy_ = pages;
  for (std::size_t at = 0; at < pages.size(); at += layout_.page_size) {
    const std::size_t size = std::min(layout_.page_size, pages.size() - at);
    std::string page(pages.substr(at, size));
    page.resize(layout_.page_size);  // one that is torn is read as if zeros followed
    forget_in(page, at, size);
  }
  return copy_;
}

/// `page` stands at `begin` of what was given, which has `size` bytes of it.
void StackForgetter::forget_in(std::string_view page, std::size_t begin, std::size_t size) {
  const auto zero = [&](std::string_view bytes, std::size_t from) {
    const auto at = static_cast<std::size_t>(bytes.data() - page.data()) + from;
    const auto end = std::min(static_cast<std::size_t>(bytes.data() - page.data()) + bytes.size(), size);
    if (at < end) std::fill_n(copy_.begin() + static_cast<std::ptrdiff_t>(begin + at), end - at, '\0');
  };
  discarded_.clear();
  PageReader reader(layout_, page);
  if (!reader.fault().empty()) return zero(page, layout_.data_offset);
  reader.note_discarded(&discarded_);
  while (reader.advance()) {
    const auto payload = reader.payload();
    if (payload.size() >= 2 && ids_.contains(load_number(payload.data(), 2))) zero(payload, common_fields);
  }
  for (const auto entry : discarded_) zero(entry, 0);
  zero(reader.faulty_bytes(), entry_header);
}

}  // namespace ftracectl

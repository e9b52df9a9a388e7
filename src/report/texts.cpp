#include "report/texts.hpp"

#include <functional>

namespace ftracectl::report {

std::string_view Texts::at(TextId id) const {
  if (id >= ends_.size()) return {};
  const std::size_t begin = id == 0 ? 0 : ends_[id - 1];
  return std::string_view(all_).substr(begin, ends_[id] - begin);
}

std::size_t Texts::slot_of(std::string_view text, std::size_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot] != no_text) {
    const TextId id = slots_[slot];
    if (hashes_[id] == static_cast<std::uint32_t>(hash) && at(id) == text) break;
    slot = (slot + 1) & mask;
  }
  return slot;
}

void Texts::grow() {
  slots_.assign(slots_.empty() ? 1024 : slots_.size() * 2, no_text);
  const std::size_t mask = slots_.size() - 1;
  for (TextId id = 0; id < ends_.size(); ++id) {
    std::size_t slot = hashes_[id] & mask;
    while (slots_[slot] != no_text) slot = (slot + 1) & mask;
    slots_[slot] = id;
  }
}

TextId Texts::keep(std::string_view text) {
  if (slots_.size() < 2 * (ends_.size() + 1)) grow();
  // Half of the hash is kept: as many texts as that tells apart do not fit anyway.
  const std::size_t hash = std::hash<std::string_view>{}(text)&0xFFFFFFFFU;
  const std::size_t slot = slot_of(text, hash);
  if (slots_[slot] != no_text) return slots_[slot];
  const auto id = static_cast<TextId>(ends_.size());
  all_ += text;
  ends_.push_back(all_.size());
  hashes_.push_back(static_cast<std::uint32_t>(hash));
  slots_[slot] = id;
  return id;
}

}  // namespace ftracectl::report

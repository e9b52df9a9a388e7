#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::report {

/// The number of a text in Texts.
using TextId = std::uint32_t;
inline constexpr TextId no_text = 0xFFFFFFFF;

/// Texts, each kept once: a million records have a few thousand different names. A text's number counts from 0 in the
/// order in which they came.
class Texts {
 public:
  TextId keep(std::string_view text);
  /// Empty for no_text. The view lives until the next keep().
  std::string_view at(TextId id) const;
  std::size_t size() const { return ends_.size(); }
  std::size_t bytes() const { return all_.size(); }

 private:
  void grow();
  std::size_t slot_of(std::string_view text, std::size_t hash) const;

  std::string all_;                ///< one behind the other
  std::vector<std::size_t> ends_;  ///< where each ends
  std::vector<TextId> slots_;      ///< open addressing, a power of two
  std::vector<std::uint32_t> hashes_;
};

}  // namespace ftracectl::report

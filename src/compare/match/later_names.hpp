#pragma once

#include <string_view>
#include <unordered_map>
#include <vector>

#include "compare/match/comparison.hpp"

namespace ftracectl::compare {

/// The names that tasks got by their execs. A line of text shows the name that its task had when the line was read:
/// that of any exec that the task had done by then.
class LaterNames {
 public:
  /// `pairs` stand in the order of time.
  LaterNames(const std::vector<Pair>& pairs, const Side& left, const Side& right);

  /// Whether one side has a name of the task's later life for its name in the pair at that place.
  bool explain(const Pair& pair, std::size_t place, const Side& left, const Side& right) const;

 private:
  struct Name {
    std::size_t place;  ///< among the pairs
    std::string_view name;
  };
  void add(const Attempt& attempt, std::size_t place);
  bool has(const Attempt& attempt, const Attempt& other, std::size_t place) const;

  std::unordered_map<std::int32_t, std::vector<Name>> names_;  ///< by process and by thread
};

}  // namespace ftracectl::compare

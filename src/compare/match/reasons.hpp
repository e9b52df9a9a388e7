#pragma once

#include <unordered_map>

#include "compare/match/matching.hpp"

namespace ftracectl::compare {

/// Finds out why one side lacks what the other one saw. What a side lost is used up by what is missing there:
/// more than it says to have lost is not excused.
class Reasons {
 public:
  Reasons(const Side& left, const Side& right, const Matching& matching, const CompareOptions& options);

  /// Sets the reason of each pair that has one side only. `pairs` stand in the order of time.
  void explain(std::vector<Pair>& pairs);
  /// Sets the reason of what is unexplained of a pair that both saw: half of an attempt and half of the next one look
  /// like one where what was between them was lost.
  void explain_differences(Pair& pair);

 private:
  /// What is missing on a side may have its reason there.
  struct Lacking {
    const Side& side;
    std::optional<std::int64_t> begin_ns;  ///< of its work, by the left clock
    std::optional<std::int64_t> end_ns;
    /// The first and the last attempt of the other side that this one saw too: who tells no time still tells
    /// the order.
    std::uint32_t first_matched = Pair::none;
    std::uint32_t last_matched = 0;
    bool is_whole = false;
    bool is_left = false;
    std::unordered_set<std::int32_t> family;        ///< of a side that watched some processes only
    std::unordered_set<std::int32_t> thread_execs;  ///< processes whose leader a thread's exec replaced
    std::vector<Loss> losses;                       ///< by the left clock; counts go down as they are used up
    std::size_t first_loss = 0;                     ///< those before it are over, or used up
    /// By the left clock, when this side saw each task last; of one that does not report its last losses.
    std::unordered_map<std::int32_t, std::int64_t> last_seen;
  };

  Reason reason_for(const Side& seen_by, std::uint32_t index, Lacking& lacking);
  bool is_outside(const std::optional<std::int64_t>& ts_ns, const Lacking& lacking) const;
  static bool is_in_untold_loss(const std::optional<std::int64_t>& ts_ns, const Attempt& attempt,
                                const Lacking& lacking);
  bool use_up(const std::optional<std::int64_t>& ts_ns, std::uint64_t events, Lacking& lacking);
  std::optional<std::int64_t> left_time(const Side& side, const Attempt& attempt) const;
  Lacking make_lacking(const Side& side, const Side& other, const Matching& matching, bool is_left,
                       bool is_whole) const;

  const Side& left_;
  const Side& right_;
  Clocks clocks_;
  Lacking on_left_;
  Lacking on_right_;
};

}  // namespace ftracectl::compare

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "compare/match/side.hpp"

namespace ftracectl::compare {

/// Why two sides do not say the same.
enum class Reason : std::uint8_t {
  lost,         ///< the side that lacks it lost events, by its own word
  outside,      ///< it happened while the other side was not at work
  by_design,    ///< the other tool cannot show that, or shows it another way
  filtered,     ///< the other side was asked to leave it out
  truncated,    ///< one side cut the text
  unreadable,   ///< the text was not in memory when one side looked
  late_comm,    ///< one side looked up the name after the exec
  unexplained,  ///< none of these
};
inline constexpr std::size_t reason_count = 8;
std::string_view reason_name(Reason reason);
std::optional<Reason> find_reason(std::string_view name);

enum class Field : std::uint8_t { filename, argv, ret, comm, pid };
inline constexpr std::array all_fields = {Field::filename, Field::argv, Field::ret, Field::comm, Field::pid};
std::string_view field_name(Field field);

/// More of a reason, where there is more to say.
enum class Detail : std::uint8_t {
  none,
  latin1,       ///< one side wrote each byte above 127 as the code point of Latin-1
  replaced,     ///< one side wrote a mark for bytes that are not UTF-8
  dots,         ///< one side wrote a dot for each byte that cannot be printed
  interpreter,  ///< one side tells the arguments of a script, the other one those of its interpreter
};
inline constexpr std::size_t detail_count = 5;
/// For people, behind the reason; empty for none.
std::string_view detail_text(Detail detail);

/// What became of one field of a pair.
struct Verdict {
  enum class State : std::uint8_t { unknown, agrees, differs };
  State state = State::unknown;  ///< unknown: one side does not tell it
  Reason reason = Reason::unexplained;
  Detail detail = Detail::none;

  static Verdict agree() { return {State::agrees, {}, {}}; }
  static Verdict differ(Reason reason, Detail detail = Detail::none) {
    return {State::differs, reason, detail};
  }
};

/// One attempt as both sides saw it, or one that one side alone saw.
struct Pair {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  std::uint32_t left = none;  ///< index into the side's attempts
  std::uint32_t right = none;
  Reason reason = Reason::unexplained;  ///< of one that one side lacks
  std::uint64_t count = 1;              ///< so many of them, where a side is a counter's
  std::array<Verdict, all_fields.size()> fields{};

  bool is_matched() const { return left != none && right != none; }
  bool has_difference() const;
  bool is_unexplained() const;
};

/// How much later one clock was read than the other: right minus left, in nanoseconds.
struct ClockOffset {
  std::int64_t min = 0;
  std::int64_t median = 0;
  std::int64_t max = 0;
  std::uint64_t count = 0;  ///< of pairs that tell it
};

struct CompareOptions {
  std::vector<std::int32_t> pid_trees;  ///< only these processes and their descendants; empty: all
  bool left_is_whole = false;  ///< that side was at work all the time, whatever its first and last record
  bool right_is_whole = false;
};

struct FieldCount {
  std::uint64_t compared = 0;
  std::uint64_t agreed = 0;
  std::array<std::uint64_t, reason_count> differ{};
  std::array<std::uint64_t, detail_count> details{};  ///< of those that differ
};

/// What one side saw while the other one was not at work.
struct Outside {
  std::uint64_t before = 0;  ///< the first that both saw
  std::uint64_t behind = 0;  ///< it
  std::uint64_t of = 0;      ///< all that this side saw
  /// So many of them are of tasks that the other side watched that it is likely to have stopped early, or to have
  /// missed the beginning, without a word.
  bool is_suspicious = false;

  std::uint64_t count() const { return before + behind; }
};

struct Comparison {
  std::vector<Pair> pairs;  ///< in the order of time, as far as that is known
  Outside left_outside;     ///< seen by the left side
  Outside right_outside;
  std::optional<ClockOffset> offset;
  bool matched_by_tid = true;
  std::uint64_t matched = 0;
  std::array<std::uint64_t, reason_count> left_only{};
  std::array<std::uint64_t, reason_count> right_only{};
  std::array<FieldCount, all_fields.size()> fields{};
  /// Of what is unexplained: attempts of processes of which the other side saw nothing, nor of their parents.
  std::uint64_t strangers = 0;
  std::uint64_t left_not_in_tree = 0;
  std::uint64_t right_not_in_tree = 0;
  std::uint64_t left_not_comparable = 0;  ///< ends of processes, say, of which the other side tells nothing
  std::uint64_t right_not_comparable = 0;

  /// Nothing, or next to nothing, was seen by both, and what one saw was while the other was not at work: they seem
  /// to be of different runs.
  bool is_unrelated() const;
  bool is_suspicious() const {
    return left_outside.is_suspicious || right_outside.is_suspicious || is_unrelated();
  }
  std::uint64_t unexplained() const;
  std::uint64_t differences(Reason reason) const;
};

/// Throws Error(failed) where the two have nothing that could be compared.
Comparison compare_sides(const Side& left, const Side& right, const CompareOptions& options);

/// The processes that these ones and their descendants are, as far as either side tells.
std::unordered_set<std::int32_t> family_of(const std::vector<std::int32_t>& roots, const Side& left,
                                           const Side& right);
bool is_in_family(const std::unordered_set<std::int32_t>& family, const Attempt& attempt);

/// What the fields of a matched pair say.
std::array<Verdict, all_fields.size()> compare_fields(const Side& left, const Attempt& a, const Side& right,
                                                      const Attempt& b);
/// Whether what two attempts say makes it likely that they are one.
bool is_alike(const Side& left, const Attempt& a, const Side& right, const Attempt& b);
/// Whether file names and arguments can be of the same attempt.
bool texts_contradict(const Side& left, const Attempt& a, const Side& right, const Attempt& b);

}  // namespace ftracectl::compare

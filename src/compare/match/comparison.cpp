#include "compare/match/comparison.hpp"

#include <algorithm>

namespace ftracectl::compare {

namespace {

constexpr std::array<std::string_view, reason_count> reason_names = {
    "lost", "outside", "by-design", "filtered", "truncated", "unreadable", "late-comm", "unexplained"};
constexpr std::array<std::string_view, all_fields.size()> field_names = {"filename", "argv", "ret", "comm",
                                                                         "pid"};

constexpr std::array<std::string_view, detail_count> detail_texts = {
    "", "bytes as Latin-1 code points", "marks for bytes that are not UTF-8",
    "dots for bytes that cannot be printed", "a script's arguments, and its interpreter's"};

}  // namespace

std::string_view detail_text(Detail detail) { return detail_texts[static_cast<std::size_t>(detail)]; }

std::string_view reason_name(Reason reason) { return reason_names[static_cast<std::size_t>(reason)]; }

std::optional<Reason> find_reason(std::string_view name) {
  const auto found = std::find(reason_names.begin(), reason_names.end(), name);
  if (found == reason_names.end()) return std::nullopt;
  return static_cast<Reason>(found - reason_names.begin());
}

std::string_view field_name(Field field) { return field_names[static_cast<std::size_t>(field)]; }

bool Pair::has_difference() const {
  return !is_matched() || std::any_of(fields.begin(), fields.end(),
                                      [](const Verdict& v) { return v.state == Verdict::State::differs; });
}

bool Pair::is_unexplained() const {
  if (!is_matched()) return reason == Reason::unexplained;
  return std::any_of(fields.begin(), fields.end(), [](const Verdict& v) {
    return v.state == Verdict::State::differs && v.reason == Reason::unexplained;
  });
}

std::uint64_t Comparison::differences(Reason reason) const {
  const auto index = static_cast<std::size_t>(reason);
  std::uint64_t count = left_only[index] + right_only[index];
  for (const FieldCount& field : fields) count += field.differ[index];
  return count;
}

bool Comparison::is_unrelated() const {
  constexpr std::uint64_t few = 10;  // at most one of so many matches by accident
  if (left_outside.count() + right_outside.count() == 0) return false;
  if (matched == 0) return true;
  const auto is_mostly = [](const Outside& outside) { return outside.count() * 2 > outside.of; };
  return is_mostly(left_outside) && is_mostly(right_outside) &&
         matched * few <= std::min(left_outside.of, right_outside.of);
}

std::uint64_t Comparison::unexplained() const { return differences(Reason::unexplained); }

}  // namespace ftracectl::compare

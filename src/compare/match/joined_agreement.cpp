#include "compare/match/joined_agreement.hpp"

#include <algorithm>
#include <string>

namespace ftracectl::compare {

namespace {

std::string escape_newlines(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '\n') {
      escaped += "\\n";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

std::size_t common_prefix(std::string_view a, std::string_view b) {
  return static_cast<std::size_t>(std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin());
}

/// Takes joined text apart, one argument of the list after the other.
class Joined {
 public:
  explicit Joined(const JoinedText& joined) : joined_(joined), rest_(joined.text) {}

  std::optional<Verdict> take(const SeenText& seen, bool is_first) {
    if (!is_first) {
      if (rest_.empty() && joined_.is_cut) return Verdict::differ(Reason::truncated);
      if (rest_.empty() && joined_.ends_at_empty)
        return Verdict::differ(seen.text.empty() ? Reason::by_design : Reason::unreadable);
      if (!rest_.starts_with(' ')) return Verdict::differ(is_cut_ ? Reason::truncated : Reason::unexplained);
      rest_.remove_prefix(1);
    }
    const std::string escaped = joined_.escapes_newline ? escape_newlines(seen.text) : std::string();
    return take_text(seen, joined_.escapes_newline ? escaped : seen.text);
  }

  std::string_view rest() const { return rest_; }
  bool is_cut() const { return is_cut_; }
  /// Of an argument that has its bytes written another way.
  const Verdict& other_form() const { return other_form_; }

 private:
  bool ends_here(std::string_view rest) const { return rest.empty() || rest.front() == ' '; }

  std::optional<Verdict> take_text(const SeenText& seen, std::string_view argument) {
    if (rest_.starts_with(argument)) {
      // Where an argument was cut in the list, the text goes on with what is missing there.
      const std::string_view behind = rest_.substr(argument.size());
      const bool may_be_cut = seen.is_marked_cut || seen.may_be_cut || may_fill_buffer(seen);
      if (may_be_cut && !ends_here(behind)) return Verdict::differ(Reason::truncated);
      rest_ = behind;
      return std::nullopt;
    }
    const std::size_t same = common_prefix(rest_, argument);
    if (is_cut_at(same)) {
      is_cut_ = true;
      return std::nullopt;
    }
    // "arg"... in the list.
    for (const std::string_view mark : {"...", ".."}) {
      if (argument.size() > mark.size() && argument.ends_with(mark) && same + mark.size() == argument.size())
        return Verdict::differ(Reason::truncated);
    }
    if (joined_.is_cut && argument.starts_with(rest_)) return Verdict::differ(Reason::truncated);
    if (ends_here(rest_)) return Verdict::differ(Reason::unreadable);
    return take_other_form(argument);
  }

  /// The text has so much of the argument, and then its end: a blank, a mark, or nothing.
  bool is_cut_at(std::size_t same) {
    constexpr std::size_t least_of_joined = 15;  // the other arguments' lengths are not known
    std::string_view behind = rest_.substr(same);
    const bool fills =
        same > 0 && (same == joined_.string_limit || (same >= least_of_joined && fills_buffer(same)));
    bool is_marked = false;
    for (const std::string_view mark : {"...", ".."}) {
      if (same == 0 || is_marked || !behind.starts_with(mark) || !ends_here(behind.substr(mark.size())))
        continue;
      behind.remove_prefix(mark.size());
      is_marked = true;
    }
    if (!is_marked && !(fills && ends_here(behind))) return false;
    rest_ = behind;
    return true;
  }

  /// The same argument with bytes written another way.
  std::optional<Verdict> take_other_form(std::string_view argument) {
    for (std::size_t end = rest_.find(' ');; end = rest_.find(' ', end + 1)) {
      end = std::min(end, rest_.size());
      const Verdict verdict =
          compare_texts({rest_.substr(0, end), false, false, 0}, {argument, false, false, 0});
      if (verdict.reason == Reason::by_design && verdict.detail != Detail::none) {
        rest_.remove_prefix(end);
        other_form_ = verdict;
        return std::nullopt;
      }
      if (end == rest_.size() || end > 4 * argument.size()) return Verdict::differ(Reason::unexplained);
    }
  }

  const JoinedText& joined_;
  std::string_view rest_;
  bool is_cut_ = false;
  Verdict other_form_ = Verdict::agree();
};

}  // namespace

Verdict compare_joined(const JoinList& list, const JoinedText& joined) {
  Joined text(joined);
  bool is_first = true;
  for (const SeenText& argument : list.arguments) {
    if (const auto verdict = text.take(argument, is_first)) return *verdict;
    is_first = false;
  }
  if (text.rest().empty() && !joined.is_cut) {
    if (text.is_cut()) return Verdict::differ(Reason::truncated);
    return text.other_form();
  }
  if (list.is_cut || joined.is_cut) return Verdict::differ(Reason::truncated);
  return Verdict::differ(list.arguments.empty() ? Reason::unreadable : Reason::unexplained);
}

}  // namespace ftracectl::compare

#include <algorithm>

#include "base/text.hpp"
#include "compare/match/comparison.hpp"
#include "compare/match/joined_agreement.hpp"
#include "compare/match/text_agreement.hpp"

namespace ftracectl::compare {

namespace {

/// One of the two, with the side it is of.
struct Seen {
  const Side& side;
  const Attempt& attempt;

  bool may_be_cut(std::string_view text) const {
    return side.string_limit > 0 && text.size() >= side.string_limit;
  }
  SeenText filename() const {
    const std::string_view text = *attempt.filename;
    return {text, attempt.filename_is_cut, may_be_cut(text), side.longest_filename};
  }
  SeenText argument(std::string_view text, std::size_t number) const {
    // Some of its arguments were cut, by its own word; which ones, it does not say.
    constexpr std::size_t shortest = 31;
    const bool may_be = may_be_cut(text) || (attempt.argv_is_cut && text.size() >= shortest);
    return {text, (attempt.cut_arguments & argument_bit(number)) != 0, may_be, side.longest_argument};
  }
};

/// /dev/fd/3 and "", /dev/fd/3/name and "name": what the kernel calls an execveat's file, and what the call
/// had.
bool is_same_execveat(std::string_view kernels, std::string_view calls) {
  constexpr std::string_view folder = "/dev/fd/";
  if (!kernels.starts_with(folder)) return false;
  kernels.remove_prefix(folder.size());
  const std::size_t digits = std::min(kernels.find_first_not_of("0123456789"), kernels.size());
  if (digits == 0) return false;
  kernels.remove_prefix(digits);
  if (calls.empty()) return kernels.empty();
  return kernels.starts_with('/') && kernels.substr(1) == calls;
}

Verdict compare_filenames(const Seen& a, const Seen& b) {
  if (!a.attempt.filename || !b.attempt.filename) return {};
  const std::string_view left = *a.attempt.filename;
  const std::string_view right = *b.attempt.filename;
  if (left == right) return Verdict::agree();
  if (a.attempt.is_execveat || b.attempt.is_execveat) {
    if (is_same_execveat(left, right) || is_same_execveat(right, left)) return Verdict::agree();
  }
  return compare_texts(a.filename(), b.filename());
}

/// Keeps what says most of several differences: a cut says least.
void note_difference(std::optional<Verdict>& found, const Verdict& verdict) {
  if (!found || found->reason == Reason::truncated) found = verdict;
}

/// Both as lists.
Verdict compare_lists(const Seen& a, const std::vector<std::string_view>& left, const Seen& b,
                      const std::vector<std::string_view>& right) {
  std::optional<Verdict> found;
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    const Verdict verdict = compare_texts(a.argument(left[i], i), b.argument(right[i], i));
    if (verdict.state == Verdict::State::agrees) continue;
    if (verdict.reason == Reason::unexplained) return verdict;
    note_difference(found, verdict);
  }
  if (left.size() != right.size()) {
    const Seen& shorter = left.size() < right.size() ? a : b;
    if (std::min(left.size(), right.size()) == 0) {
      note_difference(found, Verdict::differ(Reason::unreadable));
    } else if (shorter.attempt.argv_is_cut) {
      note_difference(found, Verdict::differ(Reason::truncated));
    } else {
      return Verdict::differ(Reason::unexplained);
    }
  }
  return found.value_or(Verdict::agree());
}

/// The list of one side, in the form that the other one uses.
std::vector<std::string_view> list_of(const Seen& seen, bool with_name) {
  auto arguments = arguments_of(*seen.attempt.argv);
  if (!with_name || seen.attempt.argv_has_name) return arguments;
  const std::string_view name = seen.attempt.filename.value_or(std::string_view());
  if (arguments.empty()) return {name};
  arguments[0] = name;
  return arguments;
}

JoinList list_to_join(const Seen& seen, const std::vector<std::string_view>& arguments) {
  JoinList list;
  for (std::size_t i = 0; i < arguments.size(); ++i) list.arguments.push_back(seen.argument(arguments[i], i));
  list.is_cut = seen.attempt.argv_is_cut;
  return list;
}

JoinedText joined_of(const Seen& seen) {
  return {*seen.attempt.argv, seen.attempt.argv_is_cut, seen.side.string_limit,
          seen.side.joined_ends_at_empty, seen.side.joined_escapes_newline};
}

std::vector<std::string_view> arguments_if_list(const Seen& seen) {
  return seen.attempt.argv_is_joined ? std::vector<std::string_view>() : arguments_of(*seen.attempt.argv);
}

bool is_without_arguments(const std::vector<std::string_view>& arguments) {
  return arguments.empty() || (arguments.size() == 1 && arguments[0].empty());
}

/// A script's program gets the interpreter, and what else its first line says, in front of its own arguments.
bool is_call_of_script(const std::vector<std::string_view>& programs,
                       const std::vector<std::string_view>& calls) {
  if (calls.empty() || programs.size() <= calls.size()) return false;
  return std::equal(calls.rbegin(), calls.rend() - 1, programs.rbegin());
}

/// The same, of a call whose arguments are joined.
bool is_call_of_script(const std::vector<std::string_view>& programs, std::string_view call) {
  const std::string_view behind = call.substr(std::min(call.find(' '), call.size()));
  std::string tail;
  for (std::size_t first = programs.size(); first >= 2; --first) {
    if (tail == behind) return true;
    tail = " " + std::string(programs[first - 1]) + tail;
  }
  return false;
}

bool is_call_of_script(const Attempt& programs, const std::vector<std::string_view>& list,
                       const Attempt& call, const std::vector<std::string_view>& calls) {
  if (!programs.argv_is_programs) return false;
  return call.argv_is_joined ? is_call_of_script(list, *call.argv) : is_call_of_script(list, calls);
}

Verdict compare_argv(const Seen& a, const Seen& b) {
  if (!a.attempt.argv || !b.attempt.argv) return {};
  if (*a.attempt.argv == *b.attempt.argv && a.attempt.argv_is_joined == b.attempt.argv_is_joined &&
      a.attempt.argv_has_name == b.attempt.argv_has_name && !a.attempt.argv_is_lost &&
      !b.attempt.argv_is_lost)
    return Verdict::agree();
  const bool with_name = a.attempt.argv_has_name || b.attempt.argv_has_name;
  if (with_name && ((!a.attempt.argv_has_name && !a.attempt.filename) ||
                    (!b.attempt.argv_has_name && !b.attempt.filename)))
    return {};  // nothing to put in the place of the first argument
  for (const Seen* seen : {&a, &b}) {
    if (seen->attempt.argv_is_lost)
      return Verdict::differ(seen->side.losses.empty() ? Reason::unexplained : Reason::lost);
  }
  if (a.attempt.argv_is_joined && b.attempt.argv_is_joined)
    return *a.attempt.argv == *b.attempt.argv ? Verdict::agree() : Verdict::differ(Reason::unexplained);
  Verdict verdict;
  const auto left = a.attempt.argv_is_joined ? std::vector<std::string_view>() : list_of(a, with_name);
  const auto right = b.attempt.argv_is_joined ? std::vector<std::string_view>() : list_of(b, with_name);
  if (a.attempt.argv_is_joined) {
    verdict = compare_joined(list_to_join(b, right), joined_of(a));
  } else if (b.attempt.argv_is_joined) {
    verdict = compare_joined(list_to_join(a, left), joined_of(b));
  } else {
    if (is_without_arguments(left) && is_without_arguments(right)) return Verdict::agree();
    verdict = compare_lists(a, left, b, right);
  }
  if (verdict.state == Verdict::State::agrees || verdict.reason != Reason::unexplained) return verdict;
  const bool is_script = is_call_of_script(a.attempt, arguments_if_list(a), b.attempt, right) ||
                         is_call_of_script(b.attempt, arguments_if_list(b), a.attempt, left);
  if (is_script) return Verdict::differ(Reason::by_design, Detail::interpreter);
  return verdict;
}

Verdict compare_rets(const Seen& a, const Seen& b) {
  if (!a.attempt.ret || !b.attempt.ret) return {};
  return *a.attempt.ret == *b.attempt.ret ? Verdict::agree() : Verdict::differ(Reason::unexplained);
}

/// Tools put names into columns: blanks around one are not told apart from the column's.
bool is_same_comm(const std::optional<std::string_view>& a, const std::optional<std::string_view>& b) {
  return a && b && trim(*a) == trim(*b);
}

Verdict compare_comms(const Seen& a, const Seen& b) {
  const Attempt& left = a.attempt;
  const Attempt& right = b.attempt;
  if (left.comm && right.comm) {
    if (is_same_comm(left.comm, right.comm)) return Verdict::agree();
    if (is_same_comm(left.comm, right.new_comm) || is_same_comm(left.new_comm, right.comm))
      return Verdict::differ(Reason::late_comm);
    return Verdict::differ(Reason::unexplained);
  }
  if (!left.new_comm || !right.new_comm) return {};
  return is_same_comm(left.new_comm, right.new_comm) ? Verdict::agree()
                                                     : Verdict::differ(Reason::unexplained);
}

Verdict compare_pids(const Seen& a, const Seen& b) {
  const auto both = [](std::int32_t x, std::int32_t y) { return x >= 0 && y >= 0; };
  const Attempt& left = a.attempt;
  const Attempt& right = b.attempt;
  if (both(left.pid, right.pid) && left.pid != right.pid) return Verdict::differ(Reason::unexplained);
  // The end of a process is told by its last thread, or by its leader.
  if (left.kind == Attempt::Kind::exec && both(left.tid, right.tid) && left.tid != right.tid)
    return Verdict::differ(Reason::unexplained);
  return both(left.pid, right.pid) || both(left.tid, right.tid) ? Verdict::agree() : Verdict{};
}

}  // namespace

std::array<Verdict, all_fields.size()> compare_fields(const Side& left, const Attempt& a, const Side& right,
                                                      const Attempt& b) {
  const Seen x{left, a};
  const Seen y{right, b};
  return {compare_filenames(x, y), compare_argv(x, y), compare_rets(x, y), compare_comms(x, y),
          compare_pids(x, y)};
}

bool texts_contradict(const Side& left, const Attempt& a, const Side& right, const Attempt& b) {
  const auto contradicts = [](const Verdict& verdict) {
    return verdict.state == Verdict::State::differs && verdict.reason == Reason::unexplained;
  };
  const Seen x{left, a};
  const Seen y{right, b};
  return contradicts(compare_filenames(x, y)) || contradicts(compare_argv(x, y));
}

bool is_alike(const Side& left, const Attempt& a, const Side& right, const Attempt& b) {
  if (a.kind != b.kind || a.kind == Attempt::Kind::end || texts_contradict(left, a, right, b)) return false;
  if (a.ret && b.ret && *a.ret != *b.ret) return false;
  const auto fields = compare_fields(left, a, right, b);
  // The same file alone proves little: programs are run over and over.
  return std::any_of(fields.begin(), fields.begin() + 2, [](const Verdict& verdict) {
    return verdict.state == Verdict::State::agrees ||
           (verdict.state == Verdict::State::differs &&
            (verdict.reason == Reason::truncated || verdict.reason == Reason::by_design));
  });
}

}  // namespace ftracectl::compare

#include <cstdio>
#include <ftracectl/error.hpp>
#include <ostream>

#include "cli/compare_report.hpp"
#include "cli/string_output.hpp"
#include "cli/table.hpp"

namespace ftracectl::cli {

namespace {

using compare::Attempt;
using compare::Field;
using compare::Pair;
using compare::Reason;
using compare::Side;
using compare::Verdict;
using Counts = std::array<std::uint64_t, compare::reason_count>;

std::string plural(std::uint64_t count, const std::string& word) {
  return std::to_string(count) + " " + word + (count == 1 ? "" : "s");
}

/// "12.345 us", "3.2 ms", "1795360851.4 s" with a sign.
std::string duration_text(std::int64_t ns) {
  const double size = static_cast<double>(ns < 0 ? -ns : ns);
  const char* unit = size < 1e3 ? "ns" : size < 1e6 ? "us" : size < 1e9 ? "ms" : "s";
  const double scale = size < 1e3 ? 1 : size < 1e6 ? 1e3 : size < 1e9 ? 1e6 : 1e9;
  char text[64];
  std::snprintf(text, sizeof text, "%s%.*f %s", ns < 0 ? "-" : "", size < 1e3 ? 0 : 3, size / scale, unit);
  return text;
}

/// What a reason means for attempts that one side lacks; `tool` is that side's.
std::string reason_words(Reason reason, const Side& side) {
  switch (reason) {
    case Reason::lost:
      return "lost by " + side.tool;
    case Reason::outside:
      return "while " + side.tool + " was not at work";
    case Reason::by_design:
      return side.tool + " does not show these";
    case Reason::filtered:
      return side.tool + " was told to leave them out";
    default:
      return std::string(reason_name(reason));
  }
}

std::vector<std::string> lone_row(const std::string& name, const Counts& counts, const Side& lacking) {
  std::uint64_t sum = 0;
  std::string why;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] == 0) continue;
    sum += counts[i];
    const auto reason = static_cast<Reason>(i);
    why += (why.empty() ? "" : "; ") + std::string(reason_name(reason)) + " " + std::to_string(counts[i]);
    if (reason_words(reason, lacking) != reason_name(reason))
      why += " (" + reason_words(reason, lacking) + ")";
  }
  return {name, std::to_string(sum), why};
}

std::string side_text(const Side& side) {
  std::uint64_t execs = 0;
  std::uint64_t lost = 0;
  std::uint64_t exits = 0;
  for (const Attempt& attempt : side.attempts) {
    (attempt.kind == Attempt::Kind::exec ? execs : exits) += attempt.count;
  }
  for (const compare::Loss& loss : side.losses) lost += loss.count;
  std::string text = side.format + ", " + plural(execs, "exec");
  if (side.has_ends) text += ", " + plural(exits, "exit");
  text += ", " + plural(lost, "event") + " lost";
  if (side.malformed > 0) text += ", " + plural(side.malformed, "malformed line");
  return text;
}

void print_sides(std::ostream& out, const CompareReport& report) {
  std::vector<std::vector<std::string>> rows;
  for (const Side* side : {&report.left, &report.right}) {
    std::string name;
    append_printable(name, side->name);
    rows.push_back({side == &report.left ? "left" : "right", name, side_text(*side)});
    for (const auto& note : side->notes) rows.push_back({"", "", "note: " + note});
  }
  print_table(out, rows);
}

void print_clocks(std::ostream& out, const CompareReport& report) {
  const auto& offset = report.result.offset;
  if (offset) {
    // Clocks of other origins are seconds or years apart: then the middle says that, and the rest how far
    // from it.
    constexpr std::int64_t second = 1'000'000'000;
    const bool is_near = offset->median > -second && offset->median < second;
    const std::int64_t from = is_near ? 0 : offset->median;
    out << "clocks: right - left: median " << duration_text(offset->median) << ", min "
        << duration_text(offset->min - from) << ", max " << duration_text(offset->max - from)
        << (is_near ? "" : " from that") << " (" << plural(offset->count, "pair") << ")\n";
  } else {
    out << "clocks: at least one side has no times; matched by the order in each task\n";
  }
  if (!report.result.matched_by_tid)
    out << "tasks: matched by process, because one side does not show threads\n";
}

void print_scope(std::ostream& out, const CompareReport& report) {
  const auto& result = report.result;
  if (!report.pid_trees.empty()) {
    out << "left out, not in that process tree: " << result.left_not_in_tree << " left, "
        << result.right_not_in_tree << " right\n";
  }
  if (result.left_not_comparable + result.right_not_comparable > 0) {
    out << "left out, of a kind that only one side shows: " << result.left_not_comparable << " left, "
        << result.right_not_comparable << " right\n";
  }
}

/// "outside: 49 of 199 (24.6 %) that left saw: 0 before right saw anything, 49 behind its last".
void print_outside(std::ostream& out, const CompareReport& report) {
  for (const bool is_left : {true, false}) {
    const auto& outside = is_left ? report.result.left_outside : report.result.right_outside;
    if (outside.count() == 0) continue;
    char part[16];
    std::snprintf(part, sizeof part, "%.1f",
                  100.0 * static_cast<double>(outside.count()) / static_cast<double>(outside.of));
    const std::string other = is_left ? "right" : "left";
    out << "outside: " << outside.count() << " of the " << outside.of << " (" << part << " %) of "
        << (is_left ? "left" : "right") << ": " << outside.before << " before the first of " << other << ", "
        << outside.behind << " after its last\n";
    if (outside.is_suspicious)
      out << "         " << other
          << " seems to have missed them: tasks that it watched continued. If it was not at work "
          << "then,\n         --tolerate outside accepts them\n";
  }
}

void print_unrelated(std::ostream& out, const CompareReport& report) {
  const auto& result = report.result;
  const std::string matches = result.matched == 0 ? "nothing matches"
                              : result.matched == 1
                                  ? "only 1 attempt matches"
                                  : "only " + std::to_string(result.matched) + " attempts match";
  out << matches
      << ": the two sides seem to be of different runs, or one of them saw nothing\n"
         "         --tolerate outside accepts that\n";
}

void print_fields(std::ostream& out, const CompareReport& report) {
  std::vector<std::vector<std::string>> rows = {{"FIELD", "COMPARED", "AGREE", "DIFFER"}};
  for (const Field field : compare::all_fields) {
    const auto& count = report.result.fields[static_cast<std::size_t>(field)];
    std::string why;
    for (std::size_t i = 0; i < count.differ.size(); ++i) {
      if (count.differ[i] == 0) continue;
      why += (why.empty() ? "" : "; ") + std::string(reason_name(static_cast<Reason>(i))) + " " +
             std::to_string(count.differ[i]);
    }
    for (std::size_t i = 1; i < count.details.size(); ++i) {
      if (count.details[i] == 0) continue;
      why += " (" + std::string(detail_text(static_cast<compare::Detail>(i))) + ": " +
             std::to_string(count.details[i]) + ")";
    }
    rows.push_back({std::string(field_name(field)), std::to_string(count.compared),
                    std::to_string(count.agreed), why.empty() ? "0" : why});
  }
  print_table(out, rows);
}

void append_quoted(std::string& to, std::string_view text) {
  constexpr std::size_t longest = 200;
  to += '\'';
  append_printable(to, text.substr(0, longest));
  to += text.size() > longest ? "'..." : "'";
}

std::string attempt_text(const Side& side, const Attempt& attempt) {
  std::string text;
  const auto part = [&](const std::string& word) { text += (text.empty() ? "" : " ") + word; };
  if (attempt.line > 0) part("line " + std::to_string(attempt.line) + ":");
  if (attempt.ts_ns) {
    char time[48];
    std::snprintf(time, sizeof time, "%lld.%09lld", static_cast<long long>(*attempt.ts_ns / 1'000'000'000),
                  static_cast<long long>(*attempt.ts_ns % 1'000'000'000));
    part(time);
  }
  if (attempt.pid >= 0) part("pid " + std::to_string(attempt.pid));
  if (attempt.tid >= 0) part("tid " + std::to_string(attempt.tid));
  if (attempt.comm) append_quoted(text += " comm ", *attempt.comm);
  part(attempt.kind == Attempt::Kind::end ? "exit" : attempt.is_execveat ? "execveat" : "exec");
  if (attempt.filename) append_quoted(text += ' ', *attempt.filename);
  if (attempt.argv) {
    text += " [";
    const auto arguments =
        attempt.argv_is_joined ? std::vector{*attempt.argv} : compare::arguments_of(*attempt.argv);
    for (const auto argument : arguments) append_quoted(text += text.ends_with('[') ? "" : ", ", argument);
    text += ']';
  }
  if (attempt.ret) {
    part("= " + std::to_string(*attempt.ret));
    if (attempt.kind == Attempt::Kind::exec && *attempt.ret < 0) part(result_error_name(*attempt.ret));
  }
  return text + "  (" + side.tool + ")";
}

void print_difference(std::ostream& out, const CompareReport& report, const Pair& pair) {
  if (pair.is_matched()) {
    std::string what;
    for (const Field field : compare::all_fields) {
      const Verdict& verdict = pair.fields[static_cast<std::size_t>(field)];
      if (verdict.state != Verdict::State::differs) continue;
      what += (what.empty() ? "" : ", ") + std::string(field_name(field)) +
              " differs: " + std::string(reason_name(verdict.reason));
      if (verdict.detail != compare::Detail::none)
        what += " (" + std::string(detail_text(verdict.detail)) + ")";
    }
    out << what;
  } else {
    out << (pair.right == Pair::none ? "left" : "right") << " only: " << reason_name(pair.reason);
  }
  out << (pair.count > 1 ? ", " + std::to_string(pair.count) + " times\n" : "\n");
  if (pair.left != Pair::none)
    out << "  left   " << attempt_text(report.left, report.left.attempts[pair.left]) << "\n";
  if (pair.right != Pair::none)
    out << "  right  " << attempt_text(report.right, report.right.attempts[pair.right]) << "\n";
}

void print_differences(std::ostream& out, const CompareReport& report) {
  std::size_t shown = 0;
  std::size_t all = 0;
  for (const bool unexplained : {true, false}) {
    if (!unexplained && !report.show_explained) break;
    for (const Pair& pair : report.result.pairs) {
      if (!pair.has_difference() || pair.is_unexplained() != unexplained) continue;
      ++all;
      if (shown >= report.show) continue;
      if (shown++ == 0) out << "\n";
      print_difference(out, report, pair);
    }
  }
  if (shown < all && report.show > 0)
    out << "... and " << all - shown << " more: --show N shows more, --records FILE all\n";
}

}  // namespace

void print_comparison(std::ostream& out, const CompareReport& report) {
  const auto& result = report.result;
  print_sides(out, report);
  print_clocks(out, report);
  if (result.is_unrelated()) print_unrelated(out, report);
  print_scope(out, report);
  print_outside(out, report);
  out << "\n";
  print_table(out, {{"matched", std::to_string(result.matched), ""},
                    lone_row("left only", result.left_only, report.right),
                    lone_row("right only", result.right_only, report.left)});
  out << "\n";
  print_fields(out, report);
  print_differences(out, report);
  if (result.strangers > 0 && report.pid_trees.empty()) {
    out << "\n"
        << result.strangers << " of these are of processes that the other side never saw: if it watched one "
        << "process tree only,\n--pid-tree N compares only that of process N\n";
  }
  out << "\n"
      << (result.unexplained() > 0 ? plural(result.unexplained(), "difference") + " unexplained"
          : result.is_unrelated()  ? "what does not match cannot be judged"
                                   : "nothing is unexplained")
      << "\n";
}

}  // namespace ftracectl::cli

#include "cli/compare_report.hpp"
#include "cli/string_output.hpp"

namespace ftracectl::cli {

namespace {

using compare::Attempt;
using compare::Comparison;
using compare::Field;
using compare::Pair;
using compare::Reason;
using compare::Side;
using compare::Verdict;

/// `"name":` behind whatever stands there already.
std::string& key(std::string& to, std::string_view name) {
  if (!to.ends_with('{')) to += ',';
  append_json_string(to, name);
  return to += ':';
}

void put_text(std::string& to, std::string_view name, const std::optional<std::string_view>& text) {
  if (!text) {
    key(to, name) += "null";
  } else if (!append_json_string(key(to, name), *text)) {
    append_json_hex(key(to, std::string(name) + "_hex"), *text);
  }
}

void put_number(std::string& to, std::string_view name, const std::optional<std::int64_t>& number) {
  if (number) {
    append_number(key(to, name), *number);
  } else {
    key(to, name) += "null";
  }
}

void put_count(std::string& to, std::string_view name, std::uint64_t number) {
  append_number(key(to, name), number);
}

void put_task(std::string& to, std::string_view name, std::int32_t task) {
  put_number(to, name, task >= 0 ? std::optional<std::int64_t>(task) : std::nullopt);
}

void put_argv(std::string& to, const Attempt& attempt) {
  if (!attempt.argv || attempt.argv_is_joined) return put_text(to, "argv", attempt.argv);
  key(to, "argv") += '[';
  bool is_valid = true;
  for (const auto argument : compare::arguments_of(*attempt.argv)) {
    if (!to.ends_with('[')) to += ',';
    is_valid = append_json_string(to, argument) && is_valid;
  }
  to += ']';
  if (!is_valid) append_json_hex(key(to, "argv_hex"), *attempt.argv);
}

void put_attempt(std::string& to, const Attempt& attempt) {
  to += '{';
  key(to, "kind") += attempt.kind == Attempt::Kind::exec ? "\"exec\"" : "\"exit\"";
  put_number(to, "ts_ns", attempt.ts_ns);
  put_task(to, "pid", attempt.pid);
  put_task(to, "tid", attempt.tid);
  put_task(to, "ppid", attempt.ppid);
  put_text(to, "comm", attempt.comm);
  put_text(to, "new_comm", attempt.new_comm);
  put_text(to, "filename", attempt.filename);
  put_argv(to, attempt);
  put_number(to, "ret", attempt.ret);
  put_number(to, "line",
             attempt.line > 0 ? std::optional(static_cast<std::int64_t>(attempt.line)) : std::nullopt);
  to += '}';
}

std::string_view verdict_text(const Verdict& verdict) {
  if (verdict.state == Verdict::State::unknown) return "unknown";
  return verdict.state == Verdict::State::agrees ? "agree" : compare::reason_name(verdict.reason);
}

void put_reasons(std::string& to, std::string_view name,
                 const std::array<std::uint64_t, compare::reason_count>& counts) {
  key(to, name) += '{';
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) put_count(to, compare::reason_name(static_cast<Reason>(i)), counts[i]);
  }
  to += '}';
}

void put_side(std::string& to, std::string_view name, const Side& side) {
  key(to, name) += '{';
  put_text(to, "name", side.name);
  put_text(to, "format", side.format);
  std::uint64_t execs = 0;
  std::uint64_t lost = 0;
  std::uint64_t exits = 0;
  for (const Attempt& attempt : side.attempts) {
    (attempt.kind == Attempt::Kind::exec ? execs : exits) += attempt.count;
  }
  for (const compare::Loss& loss : side.losses) lost += loss.count;
  put_count(to, "execs", execs);
  put_count(to, "exits", exits);
  put_count(to, "lost", lost);
  put_count(to, "malformed", side.malformed);
  put_number(to, "first_ns", side.first_ns);
  put_number(to, "last_ns", side.last_ns);
  key(to, "notes") += '[';
  for (const auto& note : side.notes) {
    if (!to.ends_with('[')) to += ',';
    append_json_string(to, note);
  }
  to += "]}";
}

void put_outside(std::string& to, std::string_view name, const compare::Outside& outside) {
  key(to, name) += '{';
  put_count(to, "count", outside.count());
  put_count(to, "of", outside.of);
  put_count(to, "before", outside.before);
  put_count(to, "behind", outside.behind);
  key(to, "suspicious") += outside.is_suspicious ? "true" : "false";
  to += '}';
}

void put_offset(std::string& to, const Comparison& result) {
  if (!result.offset) {
    key(to, "offset_ns") += "null";
    return;
  }
  key(to, "offset_ns") += '{';
  put_number(to, "min", result.offset->min);
  put_number(to, "median", result.offset->median);
  put_number(to, "max", result.offset->max);
  put_count(to, "pairs", result.offset->count);
  to += '}';
}

}  // namespace

std::string comparison_json(const CompareReport& report) {
  const Comparison& result = report.result;
  std::string to = "{";
  put_side(to, "left", report.left);
  put_side(to, "right", report.right);
  put_offset(to, result);
  key(to, "matched_by") += result.matched_by_tid ? "\"tid\"" : "\"pid\"";
  put_count(to, "matched", result.matched);
  put_reasons(to, "left_only", result.left_only);
  put_reasons(to, "right_only", result.right_only);
  key(to, "outside") += '{';
  put_outside(to, "left", result.left_outside);
  put_outside(to, "right", result.right_outside);
  to += '}';
  key(to, "fields") += '{';
  for (const Field field : compare::all_fields) {
    const compare::FieldCount& count = result.fields[static_cast<std::size_t>(field)];
    key(to, field_name(field)) += '{';
    put_count(to, "compared", count.compared);
    put_count(to, "agreed", count.agreed);
    put_reasons(to, "differ", count.differ);
    to += '}';
  }
  to += '}';
  key(to, "not_in_tree") += '{';
  put_count(to, "left", result.left_not_in_tree);
  put_count(to, "right", result.right_not_in_tree);
  to += '}';
  key(to, "not_comparable") += '{';
  put_count(to, "left", result.left_not_comparable);
  put_count(to, "right", result.right_not_comparable);
  to += '}';
  key(to, "unrelated") += result.is_unrelated() ? "true" : "false";
  put_count(to, "unexplained", result.unexplained());
  if (report.show > 0) {
    key(to, "differences") += '[';
    std::size_t shown = 0;
    for (const Pair& pair : result.pairs) {
      const bool is_told = report.show_explained ? pair.has_difference() : pair.is_unexplained();
      if (!is_told || shown++ >= report.show) continue;
      if (!to.ends_with('[')) to += ',';
      append_pair_json(to, report, pair);
    }
    to += ']';
  }
  return to + '}';
}

void append_pair_json(std::string& to, const CompareReport& report, const Pair& pair) {
  const bool has_left = pair.left != Pair::none;
  const bool has_right = pair.right != Pair::none;
  to += '{';
  key(to, "status") += pair.is_matched() ? "\"matched\"" : has_left ? "\"left_only\"" : "\"right_only\"";
  if (pair.count > 1) put_count(to, "count", pair.count);
  key(to, "reason");
  if (pair.is_matched()) {
    to += "null";
  } else {
    append_json_string(to, compare::reason_name(pair.reason));
  }
  key(to, "fields") += '{';
  for (const Field field : compare::all_fields) {
    if (!pair.is_matched()) break;
    append_json_string(key(to, field_name(field)),
                       verdict_text(pair.fields[static_cast<std::size_t>(field)]));
  }
  to += '}';
  key(to, "details") += '{';
  for (const Field field : compare::all_fields) {
    const auto detail = pair.fields[static_cast<std::size_t>(field)].detail;
    if (detail != compare::Detail::none) append_json_string(key(to, field_name(field)), detail_text(detail));
  }
  to += '}';
  for (const bool is_left : {true, false}) {
    key(to, is_left ? "left" : "right");
    if (is_left ? has_left : has_right) {
      put_attempt(to, is_left ? report.left.attempts[pair.left] : report.right.attempts[pair.right]);
    } else {
      to += "null";
    }
  }
  to += '}';
}

}  // namespace ftracectl::cli

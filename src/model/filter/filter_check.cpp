#include "model/filter/filter_check.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>

#include "model/filter/filter_meaning.hpp"
#include "model/filter/filter_parser.hpp"
#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_kernel_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_clear(std::string_view text) {
  while (!text.empty() && is_kernel_space(text.front())) text.remove_prefix(1);
  return text == "0";
}

Verdict verdict_of(Verdict::Kind kind, const TextFault& fault) {
  return {kind, fault.reason, fault.column, fault.advice, {}};
}

Verdict verdict_of(const ParsedFilter& filter, std::string_view system, const FilterDialect& dialect) {
  if (filter.fault) return fault_verdict(*filter.fault);
  if (filter.open_end) return verdict_of(Verdict::Kind::meaningless, *filter.open_end);
  Verdict verdict;
  for (const auto& term : filter.terms) {
    if (const auto fault = find_wrong_meaning(term, dialect)) {
      return verdict_of(Verdict::Kind::meaningless, *fault);
    }
    if (const auto fault = find_other_pid(term, system, dialect)) {
      return verdict_of(Verdict::Kind::other_pids, *fault);
    }
    for (auto& note : notes_on_term(term)) {
      if (std::find(verdict.notes.begin(), verdict.notes.end(), note) == verdict.notes.end()) {
        verdict.notes.push_back(std::move(note));
      }
    }
  }
  return verdict;
}

/// Tabs and newlines count as one column, and so must what stands above the caret. Of a long text, the part
/// around the fault.
std::string with_caret_in(const std::string& message, std::string_view text, std::size_t column) {
  constexpr std::size_t before = 60;
  constexpr std::size_t width = 100;
  const std::size_t begin = text.size() <= width || column < before ? 0 : column - before;
  std::string line(text.substr(begin, width));
  if (begin > 0) line.replace(0, 3, "...");
  if (begin + width < text.size()) line += "...";
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  }
  return with_caret(message, line, std::min(column - begin, line.size()));
}

}  // namespace

Verdict fault_verdict(const TextFault& fault) {
  using Kind = Verdict::Kind;
  return verdict_of(fault.is_missing_feature ? Kind::feature_missing : Kind::rejected, fault);
}

Verdict check_filter(std::string_view text, const EventSchema& schema, const FilterDialect& dialect) {
  if (text.size() >= dialect.page_size) {
    return {Verdict::Kind::rejected,
            "it has " + std::to_string(text.size()) + " bytes, and the kernel accepts less than " +
                std::to_string(dialect.page_size),
            0,
            "",
            {}};
  }
  text = without_trailing_space(text.substr(0, text.find('\0')));
  if (is_clear(text)) return {};
  return verdict_of(parse_filter(text, schema, dialect), schema.system, dialect);
}

std::string verdict_message(const Verdict& verdict, std::string_view what, std::string_view text) {
  const std::string subject = "this " + std::string(what);
  std::string message = "the kernel would refuse " + subject + ": ";
  if (verdict.kind == Verdict::Kind::meaningless) {
    message = "the kernel accepts " + subject + ", but it cannot work as written: ";
  }
  if (verdict.kind == Verdict::Kind::other_pids)
    message = "the kernel would accept " + subject + " and select another process: ";
  message = with_caret_in(message + verdict.reason, text, verdict.column);
  if (!verdict.advice.empty()) message += "\n" + verdict.advice;
  return message;
}

}  // namespace ftracectl

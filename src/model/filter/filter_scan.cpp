#include "model/filter/filter_scan.hpp"

#include <vector>

#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

bool is_quote(char c) { return c == '\'' || c == '"'; }

/// "&&" or "||".
bool is_junction(std::string_view text, std::size_t at) {
  return (text[at] == '&' || text[at] == '|') && at + 1 < text.size() && text[at + 1] == text[at];
}

}  // namespace

std::size_t count_filter_terms(std::string_view text) {
  std::vector<std::size_t> open;
  std::size_t terms = 0;
  std::size_t quote_at = 0;
  char quote = 0;
  bool in_term = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (is_kernel_space(c)) continue;
    if (quote != 0) {
      if (c == quote) quote = 0;
      continue;
    }
    if (is_quote(c)) {
      quote = c;
      quote_at = at;
    }
    if (c == '(') open.push_back(at);
    if (c == ')' && open.empty()) throw TextFault{"there is no '(' for this ')'", at, ""};
    if (c == ')') open.pop_back();
    const bool is_term = c != '(' && c != ')' && !is_junction(text, at);
    if (is_term && !in_term) ++terms;
    in_term = is_term;
  }
  if (quote != 0) {
    const bool is_escaped =
        text.find("\\\"") != std::string_view::npos || text.find("\\'") != std::string_view::npos;
    throw TextFault{"this quote is never closed", quote_at,
                    is_escaped ? "the kernel has no escapes: use the other kind of quotes" : ""};
  }
  if (!open.empty()) throw TextFault{"this '(' is never closed", open.back(), ""};
  return terms;
}

}  // namespace ftracectl

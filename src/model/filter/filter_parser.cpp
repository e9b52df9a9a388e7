#include "model/filter/filter_parser.hpp"

#include "model/filter/filter_scan.hpp"
#include "model/filter/filter_term.hpp"
#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

/// The kernel's predicate_parse(): a list of terms, joined by && and ||, with ! and parentheses around them.
///     a == 1 && !(b == 2 || c == 3)
class FilterReader {
 public:
  FilterReader(std::string_view text, const EventSchema& schema, const FilterDialect& dialect)
      : text_(text), schema_(schema), dialect_(dialect) {}

  ParsedFilter read() {
    try {
      // It makes room for the terms it counted, and for two more.
      max_terms_ = count_filter_terms(text_);
      if (max_terms_ == 0) throw TextFault{"it contains no comparison", 0, ""};
      max_terms_ += 2;
      read_all();
    } catch (TextFault& fault) {
      filter_.fault = std::move(fault);
    }
    return std::move(filter_);
  }

 private:
  void read_all();
  bool read_junction();
  void note_open_end();
  char at(std::size_t index) const { return index < text_.size() ? text_[index] : '\0'; }
  bool at_space() const { return at_ < text_.size() && is_kernel_space(text_[at_]); }
  bool at_not() const { return at(at_) == '!' && at(at_ + 1) != '=' && at(at_ + 1) != '~'; }
  std::string junction_advice() const;

  std::string_view text_;
  const EventSchema& schema_;
  const FilterDialect& dialect_;
  ParsedFilter filter_;
  std::size_t at_ = 0;
  std::size_t last_word_ = 0;  ///< where the last && or || or ! stands
  std::size_t max_terms_ = 0;
  std::size_t depth_ = 0;
};

void FilterReader::read_all() {
  while (at_ < text_.size()) {
    if (at_space()) {
      ++at_;
    } else if (at(at_) == '(') {
      ++depth_;
      ++at_;
    } else if (at_not()) {
      last_word_ = at_++;
    } else {
      if (filter_.terms.size() >= max_terms_) throw TextFault{"there are too many comparisons", at_, ""};
      filter_.terms.push_back(read_filter_term(text_, at_, schema_, dialect_));
      at_ = filter_.terms.back().end;
      if (!read_junction()) return;
    }
  }
  if (depth_ > 0) throw TextFault{"a '(' is never closed", text_.size(), ""};
  if (filter_.terms.empty()) throw TextFault{"it contains no comparison", 0, ""};
  note_open_end();
}

/// What stands behind a term: false at the end of the text.
bool FilterReader::read_junction() {
  for (;; ++at_) {
    if (at_space()) continue;
    const char c = at(at_);
    if ((c == '&' || c == '|') && at(at_ + 1) == c) {
      last_word_ = at_;
      at_ += 2;
      return true;
    }
    if (at_ == text_.size()) {
      if (depth_ > 0) throw TextFault{"a '(' is never closed", at_, ""};
      return false;
    }
    if (c != ')') throw TextFault{"'&&' or '||' must come between two comparisons", at_, junction_advice()};
    if (depth_ == 0) throw TextFault{"there is no '(' for this ')'", at_, ""};
    --depth_;
  }
}

/// What stands where && or || must: a word or a sign of other languages?
std::string FilterReader::junction_advice() const {
  const auto rest = text_.substr(at_);
  const auto is_word = [&](std::string_view word) {
    return rest.starts_with(word) && (rest.size() == word.size() || !is_kernel_alnum(rest[word.size()]));
  };
  if (is_word("and") || is_word("AND") || is_word("&")) return "did you mean '&&'?";
  if (is_word("or") || is_word("OR") || is_word("|")) return "did you mean '||'?";
  return "";
}

/// The text ends behind an operator that waits for one more term.
void FilterReader::note_open_end() {
  const std::string word(at(last_word_) == '!' ? "!" : text_.substr(last_word_, 2));
  filter_.open_end = TextFault{"nothing follows the '" + word + "'", last_word_,
                               "if nothing is missing, leave out the '" + word + "'"};
  if (dialect_.refuses_open_end) throw TextFault(*filter_.open_end);
}

}  // namespace

ParsedFilter parse_filter(std::string_view text, const EventSchema& schema, const FilterDialect& dialect) {
  return FilterReader(text, schema, dialect).read();
}

}  // namespace ftracectl

#include <algorithm>
#include <ftracectl/schema.hpp>
#include <limits>
#include <stdexcept>

#include "base/text.hpp"

namespace ftracectl {

namespace {

bool is_identifier_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_identifier(std::string_view text) {
  return !text.empty() && !(text.front() >= '0' && text.front() <= '9') &&
         std::all_of(text.begin(), text.end(), is_identifier_char);
}

/// Takes `word` and the blanks behind it off the front of `text`.
bool take_word(std::string_view& text, std::string_view word) {
  if (!text.starts_with(word) || text.size() == word.size() || text[word.size()] != ' ') return false;
  text = trim(text.substr(word.size()));
  return true;
}

/// The elements of "[16]": 0 for "[]" and for what is no plain number. 5.10 has the source's own words in
/// some: `__u8 saddr[sizeof(struct sockaddr_in6)]`, `unsigned int fc_ineligible_rc[EXT4_FC_REASON_MAX]`.
std::size_t parse_array_length(std::string_view text) {
  const bool digits_only = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (text.empty() || !digits_only) return 0;
  const auto length = parse_number<std::size_t>(text);
  if (!length || *length > std::numeric_limits<std::uint32_t>::max()) {
    throw std::invalid_argument("the array's length is too large");
  }
  return *length;
}

/// Takes the bracket of "comm[16]" off the end of `text`.
void take_brackets(std::string_view& text, Field& field) {
  const auto open = text.find('[');
  if (open == std::string_view::npos) return;
  if (text.back() != ']') throw std::invalid_argument("']' expected at the end of the array");
  field.is_array = true;
  field.array_length = parse_array_length(text.substr(open + 1, text.size() - open - 2));
  text = trim(text.substr(0, open));
}

/// The name is the last word: "const void* ip", "char *const x", "unsigned long long asked".
std::size_t name_start(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && is_identifier_char(text[start - 1])) --start;
  return start;
}

}  // namespace

Field parse_declaration(std::string_view text) {
  Field field;
  text = trim(text);
  if (take_word(text, "__data_loc"))
    field.storage = Field::Storage::data_loc;
  else if (take_word(text, "__rel_loc"))
    field.storage = Field::Storage::rel_loc;

  if (field.storage == Field::Storage::fixed) {
    take_brackets(text, field);
  } else {
    // "char[] name", and "cpumask_t cpumask", which has no brackets and is of a dynamic length all the same.
    field.is_array = true;
    const auto brackets = text.find("[]");
    if (brackets != std::string_view::npos) {
      field.type = trim(text.substr(0, brackets));
      if (field.type.empty()) throw std::invalid_argument("a type expected before '[]'");
      text = text.substr(brackets);
    }
  }
  const auto start = name_start(text);
  field.name = text.substr(start);
  if (!is_identifier(field.name)) throw std::invalid_argument("a field's name expected");
  if (field.type.empty())
    field.type = trim(text.substr(0, start));
  else if (trim(text.substr(0, start)) != "[]")
    throw std::invalid_argument("a field's name expected");
  if (field.type.empty()) throw std::invalid_argument("a type expected before '" + field.name + "'");
  return field;
}

}  // namespace ftracectl

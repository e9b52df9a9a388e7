#include "model/filter/filter_term.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

using Value = FilterTerm::Value;
using Kind = FilterField::Kind;

/// As the kernel tries them: the longer ones first.
constexpr std::string_view operators[] = {"~", "!=", "==", "<=", "<", ">=", ">", "&"};

constexpr std::size_t max_string_size = 256;  ///< of a quoted string, its end included
constexpr std::size_t max_number_size = 24;   ///< of a number's text, its end included
constexpr std::size_t size_of_long = 8;

/// What other languages write, and the kernel's word for it. The longer ones first.
constexpr std::pair<std::string_view, std::string_view> foreign_operators[] = {
    {"=~", "'~'"},  {"=>", "'>='"}, {"=<", "'<='"},  {"=", "'=='"},      {":", "'=='"},
    {"eq", "'=='"}, {"is", "'=='"}, {"ne", "'!='"},  {"lt", "'<'"},      {"le", "'<='"},
    {"gt", "'>'"},  {"ge", "'>='"}, {"like", "'~'"}, {"matches", "'~'"},
};

class TermReader {
 public:
  TermReader(std::string_view text, std::size_t at, const EventSchema& schema, const FilterDialect& dialect)
      : text_(text), at_(at), schema_(schema), dialect_(dialect) {}

  FilterTerm read();

 private:
  void read_field();
  void read_suffixes();
  void read_operator();
  void read_value();
  void read_function();
  void read_function_address();
  void read_cpus();
  void read_string();
  void read_number();
  [[noreturn]] void fail_without_value() const;
  std::string_view bare_word(std::size_t at) const;
  std::string advice_for_string(std::string_view word) const;
  bool is_at(std::string_view word) const;
  [[noreturn]] void fail_without_field(std::string_view name) const;

  bool op_is_one_of(std::initializer_list<std::string_view> allowed) const {
    return std::find(allowed.begin(), allowed.end(), term_.op) != allowed.end();
  }
  [[noreturn]] void fail_op(const std::string& what, const std::string& allowed) const {
    throw TextFault{"'" + std::string(term_.op) + "' cannot be used with " + what, term_.op_column,
                    "use one of " + allowed};
  }
  std::string name() const { return "'" + term_.field.name + "'"; }
  bool at_end() const { return at_ == text_.size(); }
  std::string_view rest() const { return text_.substr(at_); }
  void skip_spaces() {
    while (!at_end() && is_kernel_space(text_[at_])) ++at_;
  }
  std::string_view take_alnum() {
    const auto begin = at_;
    while (!at_end() && is_kernel_alnum(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }

  std::string_view text_;
  std::size_t at_;
  const EventSchema& schema_;
  const FilterDialect& dialect_;
  FilterTerm term_;
};

FilterTerm TermReader::read() {
  read_field();
  read_suffixes();
  read_operator();
  read_value();
  term_.end = at_;
  return term_;
}

void TermReader::read_field() {
  skip_spaces();
  term_.column = at_;
  while (!at_end() && (is_kernel_alnum(text_[at_]) || text_[at_] == '_')) ++at_;
  const auto name = text_.substr(term_.column, at_ - term_.column);
  if (name.empty()) throw TextFault{"a field name must come here", term_.column, ""};
  const auto field = find_filter_field(schema_, dialect_, name);
  if (!field) fail_without_field(name);
  term_.field = *field;
}

void TermReader::fail_without_field(std::string_view name) const {
  if (name == "not" || name == "NOT")
    throw TextFault{"filters have no word 'not'", term_.column, "did you mean '!'?"};
  if (is_newer_field(name)) {
    throw TextFault{"this kernel's filters do not have '" + std::string(name) + "'", term_.column, "", true};
  }
  const auto names = filter_field_names(schema_, dialect_);
  const auto nearest = nearest_names(name, names);
  const std::string event = schema_.name.empty() ? "the event" : schema_.full_name();
  throw TextFault{
      event + " has no field '" + std::string(name) + "'", term_.column,
      nearest.empty() ? "its fields are " + join(names, ", ") : "did you mean " + join(nearest, ", ") + "?"};
}

void TermReader::read_suffixes() {
  if (rest().starts_with(".ustring")) {
    term_.has_ustring = true;
    at_ += std::string_view(".ustring").size();
  }
  if (rest().starts_with(".function")) {
    if (!dialect_.functions) {
      throw TextFault{"this kernel's filters do not have '.function'", at_, "", true};
    }
    term_.has_function = true;
    at_ += std::string_view(".function").size();
  }
}

void TermReader::read_operator() {
  const bool is_joined = !at_end() && text_[at_] == '.';
  skip_spaces();
  for (const auto op : operators) {
    if (!rest().starts_with(op)) continue;
    term_.op = op;
    term_.op_column = at_;
    at_ += op.size();
    skip_spaces();
    return;
  }
  if (is_joined) throw TextFault{"a field takes .ustring or .function, and nothing else", at_, ""};
  const std::string all = "one of == != < <= > >= & ~ must follow " + name();
  for (const auto& [wrong, right] : foreign_operators) {
    if (is_at(wrong)) throw TextFault{all, at_, "did you mean " + std::string(right) + "?"};
  }
  if (rest().starts_with("!~"))
    throw TextFault{all, at_, "for 'not like', write !(" + term_.field.name + " ~ ...)"};
  throw TextFault{all, at_, ""};
}

void TermReader::read_value() {
  term_.value_column = at_;
  const char c = at_end() ? '\0' : text_[at_];
  if (term_.has_function) {
    read_function();
  } else if (rest().starts_with("CPUS{") && !dialect_.cpu_masks) {
    throw TextFault{"this kernel's filters do not have 'CPUS{}'", at_, "write (cpu >= 0 && cpu <= 1)", true};
  } else if (dialect_.cpu_masks && rest().starts_with("CPUS")) {
    read_cpus();
  } else if (c == '\'' || c == '"') {
    read_string();
  } else if (is_kernel_digit(c) || c == '-') {
    read_number();
  } else {
    fail_without_value();
  }
}

/// What is written there without quotes, all of it: "my-tool", "/usr/bin/x", "bash*".
std::string_view TermReader::bare_word(std::size_t at) const {
  std::size_t end = at;
  while (end < text_.size() && !is_kernel_space(text_[end]) && text_[end] != ')') {
    const bool is_junction =
        (text_[end] == '&' || text_[end] == '|') && text_.substr(end + 1, 1) == text_.substr(end, 1);
    if (is_junction) break;
    ++end;
  }
  return text_.substr(at, end - at);
}

/// Whether this operator stands here; a word does only as a whole.
bool TermReader::is_at(std::string_view word) const {
  if (!rest().starts_with(word)) return false;
  return !is_kernel_alnum(word.front()) || rest().size() == word.size() ||
         !is_kernel_alnum(rest()[word.size()]);
}

/// The comparison that a word without quotes seems to mean.
std::string TermReader::advice_for_string(std::string_view word) const {
  if (word.empty()) return "";
  const char quote = word.find('"') == std::string_view::npos ? '"' : '\'';
  const std::string quoted = quote + std::string(word) + quote;
  const bool is_glob = word.find_first_of("*?") != std::string_view::npos;
  const bool points_to_program =
      term_.field.kind == Kind::pointer_string && term_.field.is_user_pointer && !term_.has_ustring;
  if (!points_to_program && (!is_glob || term_.op != "==")) return "did you mean " + quoted + "?";
  return "did you mean " + term_.field.name + (points_to_program ? ".ustring " : " ") +
         (is_glob && term_.op == "==" ? "~" : std::string(term_.op)) + " " + quoted + "?";
}

void TermReader::fail_without_value() const {
  const auto word = bare_word(at_);
  std::string advice;
  if (!word.empty() && find_filter_field(schema_, dialect_, word)) {
    advice = "a field can be compared with a value only, not with another field";
  } else if (word.starts_with('=')) {
    advice = "did you mean '" + std::string(term_.op) + "'?";
  } else if (term_.op == "<" && word.starts_with('>')) {
    advice = "did you mean '!='?";
  } else if (term_.field.is_string()) {
    advice = advice_for_string(word);
  }
  throw TextFault{term_.field.is_string() ? "a string in quotes must come here" : "a number must come here",
                  at_, advice};
}

/// call_site.function == kfree, or an address within the function. The kernel takes all up to a blank.
void TermReader::read_function() {
  term_.value = Value::function;
  if (term_.field.size != size_of_long) {
    throw TextFault{name() + " cannot hold an address of the kernel", term_.column, "leave out '.function'"};
  }
  if (!op_is_one_of({"==", "!="})) fail_op(".function", "== !=");
  if (!at_end() && is_kernel_digit(text_[at_])) return read_function_address();
  while (!at_end() && !is_kernel_space(text_[at_])) ++at_;
  term_.text = text_.substr(term_.value_column, at_ - term_.value_column);
  if (term_.text.empty() || (dialect_.is_function && !dialect_.is_function(term_.text))) {
    throw TextFault{"the kernel has no function '" + std::string(term_.text) + "'", term_.value_column,
                    term_.text.ends_with(')') ? "put a space before the ')'" : ""};
  }
}

void TermReader::read_function_address() {
  term_.text = take_alnum();
  const auto address = parse_kernel_unsigned(term_.text);
  if (term_.text.size() >= max_number_size || !address) {
    throw TextFault{"not an address", term_.value_column, ""};
  }
  // Below are the programs' own addresses.
  if (*address < (std::uint64_t{1} << 63)) {
    throw TextFault{"the kernel has no function at this address", term_.value_column, ""};
  }
  term_.number = *address;
}

void TermReader::read_cpus() {
  term_.value = Value::cpus;
  if (term_.field.is_string() || term_.field.kind == Kind::stacktrace) {
    throw TextFault{"a list of cpus cannot be used with " + name(), term_.value_column, ""};
  }
  if (!op_is_one_of({"==", "!=", "&"})) fail_op("a list of cpus", "& == !=");
  at_ += 4;
  if (!rest().starts_with('{')) throw TextFault{"write a list of cpus as CPUS{0-1,3}", at_, ""};
  ++at_;
  const auto close = rest().find('}');
  if (close == std::string_view::npos) throw TextFault{"this '{' is never closed", at_ - 1, ""};
  term_.text = rest().substr(0, close);
  constexpr std::uint64_t most_cpus = 8192;
  const auto cpus = count_cpus(term_.text, dialect_.cpu_count.value_or(most_cpus));
  if (!cpus || term_.text.empty()) {
    const std::string last = dialect_.cpu_count ? std::to_string(*dialect_.cpu_count - 1) : "N";
    throw TextFault{"these are not cpus of this machine", at_, "the cpus are 0-" + last};
  }
  term_.cpus = *cpus;
  at_ += close + 1;
}

void TermReader::read_string() {
  term_.value = Value::text;
  if (!op_is_one_of({"==", "!=", "~"})) fail_op("a string", "== != ~");
  const auto close = text_.find(text_[at_], at_ + 1);
  if (!term_.field.is_string()) {
    const auto inside = text_.substr(at_ + 1, close == std::string_view::npos ? close : close - at_ - 1);
    const bool is_number = parse_kernel_signed(inside).has_value();
    throw TextFault{name() + " is a number and cannot be compared with a string", at_,
                    is_number ? "did you mean " + std::string(inside) + "?" : ""};
  }
  if (close == std::string_view::npos) throw TextFault{"this quote is never closed", at_, ""};
  term_.text = text_.substr(at_ + 1, close - at_ - 1);
  if (term_.text.size() >= max_string_size) {
    throw TextFault{"the string is too long: the kernel accepts 255 bytes", at_, ""};
  }
  at_ = close + 1;
}

void TermReader::read_number() {
  const bool is_negative = text_[at_] == '-';
  if (is_negative) ++at_;
  take_alnum();
  term_.text = text_.substr(term_.value_column, at_ - term_.value_column);
  if (term_.field.is_string()) {
    throw TextFault{name() + " is a string and cannot be compared with a number", term_.value_column,
                    advice_for_string(bare_word(term_.value_column))};
  }
  if (term_.op == "~") fail_op("a number", "== != < <= > >= &");
  const auto value = term_.field.is_signed ? parse_kernel_signed(term_.text) : std::nullopt;
  const auto unsigned_value = term_.field.is_signed ? std::nullopt : parse_kernel_unsigned(term_.text);
  if (term_.text.size() >= max_number_size || (!value && !unsigned_value)) {
    const bool has_no_sign = is_negative && !term_.field.is_signed;
    throw TextFault{has_no_sign ? name() + " has no sign" : "the kernel does not understand this number",
                    term_.value_column, has_no_sign ? "" : "write numbers as 17, 0x11 or 021"};
  }
  term_.number = value ? static_cast<std::uint64_t>(*value) : *unsigned_value;
}

}  // namespace

FilterTerm read_filter_term(std::string_view text, std::size_t at, const EventSchema& schema,
                            const FilterDialect& dialect) {
  return TermReader(text, at, schema, dialect).read();
}

}  // namespace ftracectl

#include "model/tracefs/trigger_hist.hpp"

#include <algorithm>
#include <string>

#include "base/text.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view modifiers[] = {"hex",  "sym",   "sym-offset", "execname", "syscall",
                                          "log2", "usecs", "percent",    "graph",    "stacktrace"};
constexpr std::string_view names_of_hist[] = {"common_timestamp", "common_cpu", "common_stacktrace",
                                              "stacktrace", "hitcount"};

constexpr std::size_t max_keys = 3;
constexpr std::size_t max_sort_keys = 2;
constexpr std::uint64_t min_size = 65;  ///< rounded up to a power of two that is at least 128
constexpr std::uint64_t max_size = 131072;

bool contains(const auto& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// Variables, expressions and constants, which only the kernel can judge: $ts0, a-b, 2*a, "x".
bool is_expression(std::string_view text) {
  const auto body = text.substr(0, text.find('.'));
  return text.empty() || body.find_first_of("$+-*/\"'()=@ ") != std::string_view::npos ||
         is_kernel_digit(text.front());
}

/// Reads "keys=common_pid.execname,id:vals=hitcount:sort=hitcount.descending:size=2048".
class HistReader {
 public:
  HistReader(std::string_view text, std::size_t column, const EventSchema& schema,
             const FilterDialect& dialect)
      : text_(text), column_(column), schema_(schema), dialect_(dialect) {}

  void read();

 private:
  using CheckOne = void (HistReader::*)(std::string_view);
  std::size_t column_of(std::string_view piece) const {
    return column_ + static_cast<std::size_t>(piece.data() - text_.data());
  }
  void read_parameter(std::string_view parameter);
  void check_list(std::string_view list, std::size_t max, CheckOne check_one);
  void check_key(std::string_view key);
  void check_value(std::string_view value);
  void check_sort_key(std::string_view key);
  void check_field(std::string_view name) const;
  void check_modifier(std::string_view name, std::string_view modifier) const;
  void check_size(std::string_view size) const;

  std::string_view text_;
  std::size_t column_;
  const EventSchema& schema_;
  const FilterDialect& dialect_;
  std::vector<std::string> sortable_ = {"hitcount"};
  bool has_expressions_ = false;
  std::string_view keys_;
  std::string_view values_;
  std::string_view sort_keys_;
};

void HistReader::read() {
  for (const auto parameter : split(text_, ':')) read_parameter(parameter);
  if (keys_.empty()) throw TextFault{"keys=FIELD is missing", column_, "write hist:keys=common_pid"};
  check_list(keys_, max_keys, &HistReader::check_key);
  // How many values there may be differs between kernels.
  if (!values_.empty()) check_list(values_, SIZE_MAX, &HistReader::check_value);
  if (!sort_keys_.empty()) check_list(sort_keys_, max_sort_keys, &HistReader::check_sort_key);
}

void HistReader::read_parameter(std::string_view parameter) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos) return;  // pause, continue, clear, or an action
  const auto name = parameter.substr(0, equals);
  const auto value = parameter.substr(equals + 1);
  if (value.empty()) throw TextFault{"a value must follow the '='", column_of(parameter) + equals, ""};
  if (name == "key" || name == "keys") keys_ = value;
  if (name == "val" || name == "vals" || name == "values") values_ = value;
  if (name == "sort") sort_keys_ = value;
  if (name == "size") check_size(value);
}

void HistReader::check_list(std::string_view list, std::size_t max, CheckOne check_one) {
  const auto pieces = split(list, ',');
  if (pieces.size() > max) {
    throw TextFault{"the kernel takes at most " + std::to_string(max) + " of these", column_of(pieces[max]),
                    ""};
  }
  for (const auto piece : pieces) {
    if (!piece.empty()) (this->*check_one)(piece);
  }
}

void HistReader::check_key(std::string_view key) {
  if (is_expression(key)) {
    has_expressions_ = true;
    return;
  }
  if (key == "hitcount") throw TextFault{"'hitcount' is a value and no key", column_of(key), ""};
  check_field(key);
  sortable_.emplace_back(key.substr(0, key.find('.')));
}

void HistReader::check_value(std::string_view value) {
  if (is_expression(value)) {
    has_expressions_ = true;
    return;
  }
  check_field(value);
  sortable_.emplace_back(value.substr(0, value.find('.')));
}

void HistReader::check_sort_key(std::string_view key) {
  const auto dot = key.find('.');
  const auto name = key.substr(0, dot);
  const auto direction = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  if (!has_expressions_ && !contains(sortable_, name)) {
    throw TextFault{"'" + std::string(name) + "' is neither a key nor a value", column_of(key),
                    "it can be sorted by " + join(sortable_, ", ")};
  }
  const bool is_direction = direction == "descending" || direction == "ascending";
  if (dot == std::string_view::npos || is_direction || contains(modifiers, direction)) return;
  throw TextFault{"'" + std::string(direction) + "' is no direction", column_of(direction),
                  "write .ascending or .descending"};
}

void HistReader::check_field(std::string_view text) const {
  const auto dot = text.find('.');
  const auto name = text.substr(0, dot);
  const auto field = find_filter_field(schema_, dialect_, name);
  // comm and the like have no size and no place in the record.
  const bool is_in_record = field && (field->size > 0 || field->kind == FilterField::Kind::cpu);
  if (!is_in_record && !contains(names_of_hist, name)) {
    auto names = filter_field_names(schema_, dialect_);
    std::erase_if(names, [](const std::string& one) { return one == "comm" || one == "COMM"; });
    const auto nearest = nearest_names(name, names);
    const std::string advice = name == "comm"    ? "did you mean common_pid.execname?"
                               : nearest.empty() ? "the fields are " + join(names, ", ")
                                                 : "did you mean " + join(nearest, ", ") + "?";
    throw TextFault{schema_.full_name() + " has no field '" + std::string(name) + "'", column_of(text),
                    advice};
  }
  if (dot != std::string_view::npos) check_modifier(name, text.substr(dot + 1));
}

void HistReader::check_modifier(std::string_view name, std::string_view modifier) const {
  const bool is_buckets = modifier.starts_with("buckets=") || modifier.starts_with("bucket=");
  if (!is_buckets && !contains(modifiers, modifier)) {
    std::vector<std::string> all(std::begin(modifiers), std::end(modifiers));
    throw TextFault{"there is no modifier '" + std::string(modifier) + "'", column_of(modifier),
                    "modifiers are " + join(all, ", ") + ", buckets=N"};
  }
  if (modifier == "execname" && name != "common_pid") {
    throw TextFault{"only common_pid takes .execname", column_of(modifier), ""};
  }
}

void HistReader::check_size(std::string_view size) const {
  const auto entries = parse_kernel_unsigned(size);
  if (entries && *entries >= min_size && *entries <= max_size) return;
  throw TextFault{"the size is a number of entries, 128 to 131072", column_of(size), ""};
}

}  // namespace

void check_hist_parameters(std::string_view parameters, std::size_t column, const EventSchema& schema,
                           const FilterDialect& dialect) {
  HistReader(parameters, column, schema, dialect).read();
}

}  // namespace ftracectl

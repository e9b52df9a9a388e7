#include "model/tracefs/trigger_hist.hpp"

#include <algorithm>
#include <map>
#include <string>

#include "base/text.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/hist_action.hpp"
#include "model/tracefs/hist_expression.hpp"
#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view modifiers[] = {"hex",  "sym",   "sym-offset", "execname", "syscall",
                                          "log2", "usecs", "percent",    "graph",    "stacktrace"};
constexpr std::string_view names_of_hist[] = {"common_timestamp", "common_cpu", "common_stacktrace",
                                              "stacktrace"};
constexpr std::string_view comm_names[] = {"comm", "COMM"};

constexpr std::string_view plain_parameters[] = {"pause", "cont", "continue", "clear"};

constexpr std::size_t max_keys = 3;
constexpr std::size_t max_variables = 16;
constexpr std::size_t max_key_size = 256 + 16 * 8;  ///< HIST_KEY_SIZE_MAX
constexpr std::size_t max_sort_keys = 2;
constexpr std::uint64_t min_size = 65;  ///< rounded up to a power of two that is at least 128
constexpr std::uint64_t max_size = 131072;

bool contains(const auto& names, std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

/// As the kernel's strsep() does: a separator at the end is followed by one more, empty.
std::vector<std::string_view> separated(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (;;) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

/// Does something whose faults count their columns from another place in the text.
template <typename Work>
auto shifted(std::size_t by, Work work) {
  try {
    return work();
  } catch (TextFault& fault) {
    fault.column += by;
    throw;
  }
}

/// Reads "keys=common_pid.execname,id:vals=hitcount:sort=hitcount.descending:size=2048".
class HistReader {
 public:
  HistReader(std::string_view text, std::size_t column, const HistContext& context)
      : text_(text),
        column_(column),
        schema_(context.schema),
        dialect_(context.dialect),
        events_(context.events) {}

  void read();

 private:
  std::size_t column_of(std::string_view piece) const {
    return column_ + static_cast<std::size_t>(piece.data() - text_.data());
  }
  void read_parameter(std::string_view parameter);
  void read_variables(std::string_view list);
  std::vector<std::string_view> pieces_of(std::string_view list, std::size_t max) const;
  HistValue check_expression(std::string_view text) const;
  void check_keys();
  void check_values();
  void check_variables() const;
  void check_plain_modifier(std::string_view text, const std::vector<std::string_view>& refused) const;
  std::size_t size_of_key(std::string_view key) const;
  HistValue check_variable(std::string_view name) const;
  void check_sort_key(std::string_view key);
  void note_sortable(std::string_view text);
  HistValue check_field(std::string_view name) const;
  void check_modifier(std::string_view name, std::string_view modifier) const;
  void check_size(std::string_view size) const;

  std::string_view text_;
  std::size_t column_;
  const EventSchema& schema_;
  const FilterDialect& dialect_;
  const std::vector<std::string>& events_;
  std::vector<std::string> sortable_ = {"hitcount"};
  bool has_expressions_ = false;  ///< as keys or values: the kernel sorts by a name that it gives them
  std::map<std::string_view, std::string_view> variables_;  ///< what each stands for
  std::string_view keys_;
  std::string_view values_;
  std::string_view sort_keys_;
};

void HistReader::read() {
  for (const auto parameter : separated(text_, ':')) read_parameter(parameter);
  if (keys_.empty()) throw TextFault{"keys=FIELD is missing", column_, "write hist:keys=common_pid"};
  check_values();
  check_variables();
  check_keys();
  if (sort_keys_.empty()) return;
  for (const auto key : pieces_of(sort_keys_, max_sort_keys)) check_sort_key(key);
}

void HistReader::read_parameter(std::string_view parameter) {
  const auto equals = parameter.find('=');
  if (equals == std::string_view::npos) {
    if (contains(plain_parameters, parameter)) return;
    return shifted(column_of(parameter), [&] { check_hist_action(parameter, events_); });
  }
  const auto name = parameter.substr(0, equals);
  const auto value = parameter.substr(equals + 1);
  if (value.empty()) throw TextFault{"a value must follow the '='", column_of(parameter) + equals, ""};
  if (name == "key" || name == "keys") {
    keys_ = value;
  } else if (name == "val" || name == "vals" || name == "values") {
    values_ = value;
  } else if (name == "sort") {
    sort_keys_ = value;
  } else if (name == "size") {
    check_size(value);
  } else if (name != "name" && name != "clock") {
    read_variables(parameter);
  }
}

/// ts0=common_timestamp.usecs,lat=common_timestamp.usecs-$ts1
void HistReader::read_variables(std::string_view list) {
  for (const auto assignment : separated(list, ',')) {
    const auto equals = assignment.find('=');
    if (equals == std::string_view::npos) {
      throw TextFault{"NAME=VALUE must come here", column_of(assignment), ""};
    }
    const auto name = assignment.substr(0, equals);
    if (variables_.count(name) > 0) {
      throw TextFault{"the variable '" + std::string(name) + "' already exists", column_of(assignment), ""};
    }
    if (variables_.size() == max_variables) {
      throw TextFault{"the kernel accepts at most 16 variables", column_of(assignment), ""};
    }
    variables_.emplace(name, assignment.substr(equals + 1));
  }
}

std::vector<std::string_view> HistReader::pieces_of(std::string_view list, std::size_t max) const {
  auto pieces = separated(list, ',');
  if (pieces.size() > max) {
    throw TextFault{"the kernel accepts at most " + std::to_string(max) + " of these", column_of(pieces[max]),
                    ""};
  }
  for (const auto piece : pieces) {
    if (piece.empty()) throw TextFault{"a field must come here", column_of(piece), ""};
  }
  return pieces;
}

HistValue HistReader::check_expression(std::string_view text) const {
  return shifted(column_of(text), [&] {
    return check_hist_expression(text, [&](std::string_view field) {
      const auto before = static_cast<std::size_t>(field.data() - text.data());
      return shifted(before - column_of(field), [&] { return check_field(field); });
    });
  });
}

/// What can be sorted by: of a field its name; of an expression a name that only the kernel knows.
void HistReader::note_sortable(std::string_view text) {
  const auto name = text.substr(0, text.find('.'));
  const bool is_field = find_filter_field(schema_, dialect_, name) || contains(names_of_hist, name);
  has_expressions_ = has_expressions_ || !is_field;
  sortable_.emplace_back(name);
}

/// Modifiers that say how a key is printed do not go with a field that is counted or kept.
void HistReader::check_plain_modifier(std::string_view text,
                                      const std::vector<std::string_view>& refused) const {
  if (text.find_first_of("+*/(") != std::string_view::npos) return;
  const auto dot = text.find('.');
  if (dot == std::string_view::npos) return;
  const auto modifier = text.substr(dot + 1);
  const auto name = modifier.substr(0, modifier.find('='));
  if (!contains(refused, name)) return;
  throw TextFault{"'." + std::string(name) + "' cannot be used with this", column_of(modifier), ""};
}

void HistReader::check_variables() const {
  for (const auto& [name, expression] : variables_) {
    check_expression(expression);
    check_plain_modifier(expression, {"log2", "buckets", "bucket", "percent", "graph"});
  }
}

/// A variable of this trigger that stands for a field is taken for the field; one of another trigger is the
/// kernel's to judge.
HistValue HistReader::check_variable(std::string_view name) const {
  const auto own = variables_.find(name.substr(1));
  if (own == variables_.end()) return HistValue::variable;
  const auto expression = own->second;
  if (expression.find_first_of("+-*/$") != std::string_view::npos) return HistValue::variable;
  if (is_kernel_digit(expression.front())) {
    throw TextFault{"'" + std::string(name) + "' is a number and cannot be used here", column_of(name), ""};
  }
  return check_field(expression);
}

/// Strings of variable length take the room of the longest.
std::size_t HistReader::size_of_key(std::string_view key) const {
  constexpr std::size_t word = 8;
  constexpr std::size_t longest_string = 256;
  constexpr std::size_t stack = 16 * word;
  const auto name = key.substr(0, key.find('.'));
  const auto field = find_filter_field(schema_, dialect_, name);
  if (name == "stacktrace" || name == "common_stacktrace" || key.ends_with(".stacktrace")) return stack;
  if (!field || field->kind != FilterField::Kind::dynamic_string) {
    const std::size_t size = field ? std::max<std::size_t>(field->size, 1) : word;
    return (size + word - 1) / word * word;
  }
  return longest_string;
}

void HistReader::check_keys() {
  std::size_t size = 0;
  for (const auto key : pieces_of(keys_, max_keys)) {
    if (key == "hitcount" && !dialect_.hist_hitcount)
      throw TextFault{"'hitcount' is a value, not a key", column_of(key), ""};
    if (check_expression(key) == HistValue::variable) {
      throw TextFault{"a variable cannot be a key", column_of(key), "use the field it is taken from"};
    }
    check_plain_modifier(key, {"percent", "graph"});
    size += size_of_key(key);
    if (size > max_key_size)
      throw TextFault{"this makes the keys too long for the kernel", column_of(key), ""};
    note_sortable(key);
  }
}

/// How many values there may be differs between kernels.
void HistReader::check_values() {
  if (values_.empty()) return;
  for (const auto value : pieces_of(values_, SIZE_MAX)) {
    if (value != "hitcount" && !value.starts_with("hitcount.")) check_expression(value);
    check_plain_modifier(value, {"log2", "buckets", "bucket", "sym", "sym-offset", "syscall", "stacktrace"});
    note_sortable(value);
  }
}

void HistReader::check_sort_key(std::string_view key) {
  const auto dot = key.find('.');
  const auto name = key.substr(0, dot);
  const auto direction = dot == std::string_view::npos ? std::string_view() : key.substr(dot + 1);
  if (!has_expressions_ && !contains(sortable_, name)) {
    throw TextFault{"'" + std::string(name) + "' is neither a key nor a value", column_of(key),
                    "sort by one of " + join(sortable_, ", ")};
  }
  if (dot == std::string_view::npos || direction == "descending" || direction == "ascending") return;
  throw TextFault{"'" + std::string(direction) + "' is not a direction", column_of(direction),
                  "write .ascending or .descending"};
}

HistValue HistReader::check_field(std::string_view text) const {
  if (text.starts_with('$') && text.size() > 1) return check_variable(text);
  const auto dot = text.find('.');
  const auto name = text.substr(0, dot);
  const auto field = find_filter_field(schema_, dialect_, name);
  // comm and the like have no size and no place in the record.
  const bool is_in_record = field && (field->size > 0 || field->kind == FilterField::Kind::cpu);
  if (name == "common_stacktrace" && !dialect_.hist_common_stacktrace)
    throw TextFault{"this kernel has no 'common_stacktrace'", column_of(text), "write stacktrace", true};
  const bool is_newer =
      name == "hitcount" ? dialect_.hist_hitcount : dialect_.hist_comm && contains(comm_names, name);
  if (!is_in_record && !is_newer && !contains(names_of_hist, name)) {
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
  if (text.ends_with(".usecs")) return HistValue::microseconds;
  return field && field->is_string() && field->kind != FilterField::Kind::pointer_string ? HistValue::text
                                                                                         : HistValue::number;
}

void HistReader::check_modifier(std::string_view name, std::string_view modifier) const {
  const bool is_buckets = modifier.starts_with("buckets=") || modifier.starts_with("bucket=");
  if (is_buckets) {
    const auto number = parse_kernel_unsigned(modifier.substr(modifier.find('=') + 1));
    if (number && *number > 0) return;
    throw TextFault{"the size of a bucket is a number above 0", column_of(modifier), "write .buckets=10"};
  }
  if (!contains(modifiers, modifier)) {
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

void check_hist_parameters(std::string_view parameters, std::size_t column, const HistContext& context) {
  HistReader(parameters, column, context).read();
}

}  // namespace ftracectl

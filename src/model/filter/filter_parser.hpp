#pragma once

#include <cstddef>
#include <cstdint>
#include <ftracectl/schema.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_field.hpp"

namespace ftracectl {

/// One comparison of a filter:
///     common_pid != 5      comm ~ "make*"      filename.ustring == '/bin/ls'      cpu & CPUS{0-1}
struct FilterTerm {
  enum class Value { number, text, cpus, function };

  FilterField field;
  std::size_t column = 0;  ///< of the field
  bool has_ustring = false;
  bool has_function = false;
  std::string_view op;  ///< "==", "!=", "<", "<=", ">", ">=", "&", "~"
  std::size_t op_column = 0;
  Value value = Value::number;
  std::string_view text;  ///< the value as it stands: without quotes, without CPUS{}
  std::size_t value_column = 0;
  std::size_t end = 0;       ///< behind the term
  std::uint64_t number = 0;  ///< in the field's own signedness, as two's complement
  std::size_t cpus = 0;      ///< how many cpus a CPUS{} selects
};

/// A place in a filter or trigger where something is wrong.
struct TextFault {
  std::string reason;               ///< "there is no field 'nosuch'"
  std::size_t column = 0;           ///< 0-based
  std::string advice;               ///< "did you mean common_pid?"; may be empty
  bool is_missing_feature = false;  ///< other kernels have what it needs
};

/// A filter as the kernel reads it.
struct ParsedFilter {
  std::vector<FilterTerm> terms;      ///< those up to the fault
  std::optional<TextFault> fault;     ///< for which the kernel refuses it
  std::optional<TextFault> open_end;  ///< an `&&`, `||` or `!` with nothing behind it, which it ignores
};

/// Reads a filter with the rules of kernel/trace/trace_events_filter.c: what is a fault there is one here.
/// Views in the result point into `text`.
ParsedFilter parse_filter(std::string_view text, const EventSchema& schema, const FilterDialect& dialect);

}  // namespace ftracectl

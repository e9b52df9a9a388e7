#include "model/filter/filter_field.hpp"

#include <algorithm>

namespace ftracectl {

namespace {

using Kind = FilterField::Kind;

struct KernelField {
  std::string_view name;
  Kind kind;
  bool FilterDialect::*feature;  ///< null where every kernel has it
};

constexpr KernelField kernel_fields[] = {
    {"comm", Kind::comm, nullptr},
    {"COMM", Kind::comm, nullptr},
    {"cpu", Kind::cpu, nullptr},
    {"CPU", Kind::cpu, nullptr},
    {"common_cpu", Kind::cpu, &FilterDialect::common_cpu_field},
    {"stacktrace", Kind::stacktrace, &FilterDialect::stacktrace_field},
    {"STACKTRACE", Kind::stacktrace, &FilterDialect::stacktrace_field},
};

bool is_there(const KernelField& field, const FilterDialect& dialect) {
  return field.feature == nullptr || dialect.*field.feature;
}

bool has_number_size(std::size_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }

/// filter_assign_type() looks for words in the type's text, so that `unsigned char ha[6]` is a string too.
Kind kind_of(const Field& field, const FilterDialect& dialect) {
  const bool is_char = field.type.find("char") != std::string::npos;
  if (field.storage == Field::Storage::data_loc) {
    if (is_char) return Kind::dynamic_string;
    const bool is_mask = field.type.find("cpumask_t") != std::string::npos;
    return is_mask && dialect.cpu_masks ? Kind::cpu_mask : Kind::other;
  }
  if (field.storage == Field::Storage::rel_loc) return is_char ? Kind::dynamic_string : Kind::other;
  if (field.is_array && is_char) return Kind::fixed_string;
  if (field.type == "char *" || field.type == "const char *") return Kind::pointer_string;
  return !field.is_array && has_number_size(field.size) ? Kind::number : Kind::other;
}

FilterField filter_field(const Field& field, const EventSchema& schema, const FilterDialect& dialect) {
  FilterField result;
  result.name = field.name;
  result.kind = kind_of(field, dialect);
  result.size = field.size;
  result.is_signed = field.is_signed;
  result.is_user_pointer = field.is_pointer() && schema.system == "syscalls";
  return result;
}

const Field* find_by_name(const std::vector<Field>& fields, std::string_view name) {
  const auto found =
      std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

}  // namespace

std::optional<FilterField> find_filter_field(const EventSchema& schema, const FilterDialect& dialect,
                                             std::string_view name) {
  if (const auto* own = find_by_name(schema.fields, name)) return filter_field(*own, schema, dialect);
  for (const auto& field : kernel_fields) {
    if (field.name != name || !is_there(field, dialect)) continue;
    FilterField result;
    result.name = name;
    result.kind = field.kind;
    result.is_signed = field.kind == Kind::cpu;
    return result;
  }
  if (const auto* common = find_by_name(schema.common, name)) return filter_field(*common, schema, dialect);
  return std::nullopt;
}

bool is_newer_field(std::string_view name) {
  return std::any_of(std::begin(kernel_fields), std::end(kernel_fields), [&](const KernelField& field) {
    return field.name == name && field.feature != nullptr;
  });
}

std::vector<std::string> filter_field_names(const EventSchema& schema, const FilterDialect& dialect) {
  std::vector<std::string> names;
  for (const auto& field : schema.fields) names.push_back(field.name);
  for (const auto& field : kernel_fields) {
    const bool is_offered = field.kind != Kind::stacktrace && is_there(field, dialect);
    if (is_offered && std::find(names.begin(), names.end(), field.name) == names.end()) {
      names.emplace_back(field.name);
    }
  }
  for (const auto& field : schema.common) names.push_back(field.name);
  return names;
}

}  // namespace ftracectl

#include "model/print/print_names.hpp"

#include <algorithm>

namespace ftracectl {

const Field& field_of(const EventSchema& schema, const std::string& name) {
  const Field* field = schema.find(name);
  if (field == nullptr) throw CSyntaxError("no field '" + name + "'");
  return *field;
}

const Field* field_named(const EventSchema& schema, std::string_view name, bool is_dynamic) {
  const Field* first = schema.find(name);
  if (first == nullptr) return nullptr;
  const auto suits = [&](const Field& field) {
    return (field.storage != Field::Storage::fixed) == is_dynamic;
  };
  if (suits(*first)) return first;
  for (const auto& field : schema.fields) {
    if (field.name == name && suits(field)) return &field;
  }
  return first;
}

bool is_call(const CExpression& expression, std::initializer_list<std::string_view> names) {
  return expression.kind == CExpression::Kind::call &&
         std::find(names.begin(), names.end(), expression.name) != names.end();
}

const std::string* dynamic_field(const CExpression& expression) {
  const bool dynamic =
      is_call(expression, {"__get_str", "__get_rel_str", "__get_dynamic_array", "__get_rel_dynamic_array",
                           "__get_bitmask", "__get_rel_bitmask", "__get_cpumask", "__get_rel_cpumask",
                           "__get_sockaddr", "__get_rel_sockaddr"});
  if (!dynamic || expression.parts.size() != 1) return nullptr;
  const auto& inner = expression.parts.front();
  return inner.kind == CExpression::Kind::identifier ? &inner.name : nullptr;
}

std::string value_name(const CExpression& expression) {
  if (expression.kind == CExpression::Kind::field) return expression.name;
  if (expression.kind != CExpression::Kind::element) return {};
  const auto& array = expression.parts[0];
  const auto& index = expression.parts[1];
  if (array.kind != CExpression::Kind::field || index.kind != CExpression::Kind::number) return {};
  return array.name + "[" + std::to_string(index.value) + "]";
}

const CExpression& without_casts(const CExpression& expression) {
  const CExpression* inner = &expression;
  while (inner->kind == CExpression::Kind::cast) inner = &inner->parts.front();
  return *inner;
}

void collect_fields(const CExpression& expression, std::set<std::string>& names) {
  if (const std::string* dynamic = dynamic_field(expression)) names.insert(*dynamic);
  if (const std::string name = value_name(expression); !name.empty()) {
    names.insert(name);
    return;
  }
  for (const auto& part : expression.parts) collect_fields(part, names);
}

PrintPiece field_piece(PrintPiece::Kind kind, std::string field, const PrintConversion& conversion) {
  PrintPiece result;
  result.kind = kind;
  result.field = std::move(field);
  result.width = conversion.width;
  result.padding = conversion.padding;
  return result;
}

}  // namespace ftracectl

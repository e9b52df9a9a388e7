#pragma once

#include <ftracectl/schema.hpp>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "model/print/c_expression.hpp"
#include "model/print/print_conversion.hpp"

namespace ftracectl {

// How the arguments of a print format name fields.

/// Throws CSyntaxError where the event has no such field.
const Field& field_of(const EventSchema& schema, const std::string& name);

/// The field of a name; where two have it (regmap:regcache_sync), the one that is dynamic, as __get_str(NAME) means
/// it, or the one that is not, as REC->NAME does. Null where there is none.
const Field* field_named(const EventSchema& schema, std::string_view name, bool is_dynamic);

bool is_call(const CExpression& expression, std::initializer_list<std::string_view> names);

/// The field's name in __get_str(NAME) and its like; null for all else.
const std::string* dynamic_field(const CExpression& expression);

/// "args" of REC->args, "args[2]" of REC->args[2]; empty for all else.
std::string value_name(const CExpression& expression);

const CExpression& without_casts(const CExpression& expression);

/// All fields that an expression looks at.
void collect_fields(const CExpression& expression, std::set<std::string>& names);

/// A piece for a field, with the conversion's width.
PrintPiece field_piece(PrintPiece::Kind kind, std::string field, const PrintConversion& conversion);

}  // namespace ftracectl

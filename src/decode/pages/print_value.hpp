#pragma once

#include <cstdint>
#include <ftracectl/schema.hpp>
#include <optional>
#include <string_view>

#include "base/byte_buffer.hpp"
#include "model/print/c_expression.hpp"

namespace ftracectl {

/// What the kernel would print for an argument of a print format, worked out of an entry's bytes:
/// __print_symbolic(REC->x, { 1, "A" }, ...), REC->x ? "yes" : "no", 'a', a constant text. False, with
/// anything appended, where the expression is of another kind.
bool append_printed(const CExpression& argument, const EventSchema& schema, std::string_view entry,
                    ByteBuffer& to);

/// The number that an argument is, before the conversion cuts it; nothing where it is no number.
std::optional<std::uint64_t> number_printed(const CExpression& argument, const EventSchema& schema,
                                            std::string_view entry);

}  // namespace ftracectl

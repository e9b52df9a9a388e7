#pragma once

#include <ftracectl/schema.hpp>
#include <iosfwd>

namespace ftracectl::cli {

/// A table for people: the common fields, a blank line, the event's own, the print format.
void print_schema_table(const EventSchema& schema, std::ostream& out);

/// One JSON object and a newline.
void print_schema_json(const EventSchema& schema, std::ostream& out);

/// A packed C struct that has every field at its offset, gaps filled.
void print_schema_struct(const EventSchema& schema, std::ostream& out);

}  // namespace ftracectl::cli

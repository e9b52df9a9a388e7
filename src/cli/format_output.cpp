#include "cli/format_output.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "base/printable.hpp"

namespace ftracectl::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string title(const EventSchema& schema) {
  return schema.system.empty() ? schema.name : schema.full_name();
}

std::string padded(const std::string& text, std::size_t width) {
  return text.size() < width ? text + std::string(width - text.size(), ' ') : text;
}

std::string right(std::size_t number, std::size_t width) {
  const std::string text = std::to_string(number);
  return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}

// -------------------------------------------------------------------------------------------------- table

/// "char[16]", "__data_loc char[]", "__data_loc cpumask_t"
std::string shown_type(const Field& field) {
  std::string type = field.type;
  if (field.storage == Field::Storage::data_loc) type = "__data_loc " + type;
  if (field.storage == Field::Storage::rel_loc) type = "__rel_loc " + type;
  if (!field.is_array) return type;
  return type + (field.array_length > 0 ? "[" + std::to_string(field.array_length) + "]" : "[]");
}

/// Longer types push their row to the right, and not all rows.
constexpr std::size_t widest_type = 60;

std::size_t type_width(const EventSchema& schema) {
  std::size_t width = 4;
  for (const auto* fields : {&schema.common, &schema.fields}) {
    for (const auto& field : *fields) width = std::max(width, shown_type(field).size());
  }
  return std::min(width, widest_type);
}

void print_rows(const std::vector<Field>& fields, std::size_t width, std::ostream& out) {
  for (const auto& field : fields) {
    out << "  " << right(field.offset, 6) << "  " << right(field.size, 4) << "  "
        << (field.is_signed ? "yes   " : "no    ") << "  " << padded(shown_type(field), width) << "  "
        << field.name << "\n";
  }
}

// --------------------------------------------------------------------------------------------------- JSON

const char* storage_name(Field::Storage storage) {
  switch (storage) {
    case Field::Storage::fixed:
      return "fixed";
    case Field::Storage::data_loc:
      return "data_loc";
    case Field::Storage::rel_loc:
      return "rel_loc";
    case Field::Storage::unknown:
      return "unknown";
  }
  return "";
}

Json fields_json(const std::vector<Field>& fields) {
  Json list = Json::array();
  for (const auto& field : fields) {
    list.push_back({{"name", field.name},
                    {"type", field.type},
                    {"offset", field.offset},
                    {"size", field.size},
                    {"signed", field.is_signed},
                    {"array", field.is_array},
                    {"array_length", field.array_length > 0 ? Json(field.array_length) : Json()},
                    {"storage", storage_name(field.storage)}});
  }
  return list;
}

// ----------------------------------------------------------------------------------------------- C struct

std::string integer_type(std::size_t size, bool is_signed) {
  return (is_signed ? "int" : "uint") + std::to_string(size * 8) + "_t";
}

bool is_integer_size(std::size_t size) { return size == 1 || size == 2 || size == 4 || size == 8; }

/// The member for a field: an integer of its size where it has one, else bytes.
std::string member(const Field& field) {
  if (field.storage == Field::Storage::unknown)
    return "uint8_t " + field.name + "[" + std::to_string(field.size) + "]";
  if (field.storage != Field::Storage::fixed) return "uint32_t " + field.name + "_loc";
  if (!field.is_array && is_integer_size(field.size)) {
    return integer_type(field.size, field.is_signed) + " " + field.name;
  }
  if (field.size == 0) return "uint8_t " + field.name + "[]";
  const std::size_t known = field.array_length > 0 ? field.element_size() : 1;
  const std::size_t element = known > 0 ? known : 1;
  if (field.is_string()) return "char " + field.name + "[" + std::to_string(field.size) + "]";
  if (!is_integer_size(element)) return "uint8_t " + field.name + "[" + std::to_string(field.size) + "]";
  return integer_type(element, field.is_signed && element > 1) + " " + field.name + "[" +
         std::to_string(field.size / element) + "]";
}

/// Words of a file in a comment: they do not end it.
std::string in_comment(std::string text) {
  for (auto at = text.find("*/"); at != std::string::npos; at = text.find("*/", at)) text.insert(at + 1, " ");
  return text;
}

/// Only a C identifier can name a struct.
std::string struct_name(std::string name) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  for (char& c : name) {
    if (!is_letter(c) && !(c >= '0' && c <= '9')) c = '_';
  }
  return is_letter(name.front()) ? name : "_" + name;
}

std::vector<Field> by_offset(const EventSchema& schema) {
  std::vector<Field> all = schema.common;
  all.insert(all.end(), schema.fields.begin(), schema.fields.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Field& a, const Field& b) { return a.offset < b.offset; });
  return all;
}

}  // namespace

void print_schema_table(const EventSchema& schema, std::ostream& out) {
  const std::size_t width = type_width(schema);
  out << title(schema) << "  ID " << schema.id << "\n\n";
  out << "  offset  size  signed  " << padded("type", width) << "  name\n";
  print_rows(schema.common, width, out);
  out << "\n";
  print_rows(schema.fields, width, out);
  if (!schema.fields.empty()) out << "\n";
  out << "print fmt: " << schema.print_fmt << "\n";
}

void print_schema_json(const EventSchema& schema, std::ostream& out) {
  const Json object = {{"system", schema.system.empty() ? Json() : Json(schema.system)},
                       {"name", schema.name},
                       {"id", schema.id},
                       {"common_fields", fields_json(schema.common)},
                       {"fields", fields_json(schema.fields)},
                       {"print_fmt", schema.print_fmt}};
  // A format file from anywhere may have bytes that are no UTF-8.
  out << printable_json(object.dump(-1, ' ', false, Json::error_handler_t::replace)) << "\n";
}

void print_schema_struct(const EventSchema& schema, std::ostream& out) {
  out << "/* " << in_comment(title(schema)) << ", ID " << schema.id << " */\n";
  out << "#include <stdint.h>\n\nstruct " << struct_name(schema.name) << " {\n";
  std::size_t end = 0;
  for (const auto& field : by_offset(schema)) {
    if (field.offset < end) {
      out << "  /* " << field.name << " at " << field.offset << " overlaps what stands before it */\n";
      continue;
    }
    if (field.offset > end) out << "  uint8_t pad_" << end << "[" << field.offset - end << "];\n";
    out << "  " << padded(member(field) + ";", 36) << "/* " << right(field.offset, 4) << "  "
        << in_comment(shown_type(field)) << " */\n";
    end = field.offset + field.size;
  }
  out << "} __attribute__((packed));\n";
}

}  // namespace ftracectl::cli

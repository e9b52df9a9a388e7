#include <algorithm>
#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>
#include <stdexcept>
#include <unordered_set>

#include "base/text.hpp"

namespace ftracectl {

bool Field::is_string() const { return is_array && type == "char"; }

const Field* EventSchema::find(std::string_view field_name) const {
  for (const auto* list : {&fields, &common}) {
    const auto found = std::find_if(list->begin(), list->end(),
                                    [&](const Field& field) { return field.name == field_name; });
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

namespace {

/// No entry comes near this; the bound keeps offset + size from ever overflowing.
constexpr std::size_t largest_entry = 1U << 24;
/// Far more than any event has (a probe may have 128). What is made of a schema, print formats and filters, looks
/// its fields up one by one: with a bound on them, its cost grows with the file and no faster.
constexpr std::size_t most_fields = 4096;
/// The same for one declaration, of which a table makes a column.
constexpr std::size_t longest_declaration = 4096;

/// Reads one format file, line by line:
///
///     name: sched_process_exec
///     ID: 307
///     format:
///     <tab>field:unsigned short common_type;<tab>offset:0;<tab>size:2;<tab>signed:0;
///     ...
///     <blank line>
///     <tab>field:__data_loc char[] filename;<tab>offset:8;<tab>size:4;<tab>signed:0;
///     ...
///     <blank line>
///     print fmt: "filename=%s pid=%d old_pid=%d", __get_str(filename), REC->pid, REC->old_pid
///
/// The print format goes on to the end of the file: in some (ext4, xfs, mm) it has newlines.
class FormatReader {
 public:
  FormatReader(std::string_view text, std::string_view origin) : rest_(text), origin_(origin) {}

  EventSchema read() {
    EventSchema schema;
    next_line();
    schema.name = value_of("name: ", "an event's name");
    if (const auto blank = schema.name.find_first_of(" \t/:"); blank != std::string::npos) {
      fail(line_.size() - schema.name.size() + blank, "an event's name has no such character");
    }
    next_line();
    schema.id = number(value_of("ID: ", "an event's number"), "an event's number");
    next_line();
    if (line_ != "format:") fail(0, "'format:' expected");
    read_fields(schema.common);
    read_fields(schema.fields);
    read_print_fmt(schema);
    return schema;
  }

 private:
  [[noreturn]] void fail(std::size_t column, const std::string& why) const {
    // The shown line is cut to what fits a terminal, and has nothing that a terminal would act on.
    constexpr std::size_t before = 60;
    constexpr std::size_t shown = 100;
    const std::size_t start = column > before ? column - before : 0;
    std::string line(line_.substr(std::min(start, line_.size()), shown));
    for (char& c : line) {
      if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = ' ';
    }
    throw Error(ErrorCode::failed, with_caret(std::string(origin_) + ":" + std::to_string(line_number_) +
                                                  ":" + std::to_string(column + 1) + ": " + why,
                                              line, column - start));
  }

  /// Columns are told by the place that a piece of the line has in it.
  [[noreturn]] void fail_at(std::string_view piece, const std::string& why) const {
    fail(static_cast<std::size_t>(piece.data() - line_.data()), why);
  }

  void next_line() {
    ++line_number_;
    if (rest_.empty()) {
      line_ = {};
      fail(0, "the file ends too early");
    }
    const auto end = rest_.find('\n');
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  }

  std::string value_of(std::string_view key, const std::string& what) const {
    if (!line_.starts_with(key)) fail(0, "'" + std::string(key) + "' expected");
    const auto value = line_.substr(key.size());
    if (value.empty()) fail_at(value, what + " expected");
    return std::string(value);
  }

  std::uint32_t number(const std::string& value, const std::string& what) const {
    const auto parsed = parse_number<std::uint32_t>(value);
    if (!parsed) fail(line_.size() - value.size(), what + " expected");
    return *parsed;
  }

  /// Fields up to the blank line.
  void read_fields(std::vector<Field>& fields) {
    for (next_line(); !line_.empty(); next_line()) {
      Field field = read_field();
      if (!names_.insert(field.name).second) {
        fail(line_.find(field.name), "the field '" + field.name + "' stands here twice");
      }
      if (names_.size() > most_fields) {
        fail(0, "an event has at most " + std::to_string(most_fields) + " fields");
      }
      fields.push_back(std::move(field));
    }
  }

  Field read_field() {
    auto rest = line_;
    if (rest.starts_with('\t')) rest.remove_prefix(1);
    const auto declaration = take_item(rest, "field:");
    if (declaration.size() > longest_declaration) {
      fail_at(declaration,
              "a field's declaration has at most " + std::to_string(longest_declaration) + " bytes");
    }
    Field field = declared(declaration);
    field.offset = take_number(rest, "offset:", largest_entry);
    field.size = take_number(rest, "size:", largest_entry);
    field.is_signed = take_number(rest, "signed:", 1) == 1;
    if (!rest.empty()) fail_at(rest, "the end of the line expected");
    if (field.storage != Field::Storage::fixed && field.size != 4) {
      fail(line_.find("size:"), "a __data_loc or __rel_loc field has a size of 4");
    }
    return field;
  }

  Field declared(std::string_view declaration) const {
    try {
      return parse_declaration(declaration);
    } catch (const std::invalid_argument& error) {
      fail_at(declaration, error.what());
    }
  }

  /// Takes "key:value;" and the tab behind it off `rest`, and gives the value.
  std::string_view take_item(std::string_view& rest, std::string_view key) const {
    if (!rest.starts_with(key)) fail_at(rest, "'" + std::string(key) + "' expected");
    rest.remove_prefix(key.size());
    const auto end = rest.find(';');
    if (end == std::string_view::npos) fail(line_.size(), "';' expected");
    const auto value = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    if (rest.starts_with('\t')) rest.remove_prefix(1);
    return value;
  }

  std::size_t take_number(std::string_view& rest, std::string_view key, std::size_t largest) const {
    const auto value = take_item(rest, key);
    const auto parsed = parse_number<std::size_t>(value);
    if (!parsed) fail_at(value, "a number expected");
    if (*parsed > largest) fail_at(value, "a number up to " + std::to_string(largest) + " expected");
    return *parsed;
  }

  void read_print_fmt(EventSchema& schema) {
    next_line();
    constexpr std::string_view key = "print fmt: ";
    if (!line_.starts_with(key)) fail(0, "'" + std::string(key) + "' expected");
    schema.print_fmt = line_.substr(key.size());
    while (!rest_.empty()) {
      next_line();
      for (const std::string_view other : {"name: ", "ID: ", "format:", "\tfield:", "print fmt: "}) {
        if (line_.starts_with(other)) fail(0, "the print format is the last of a format file");
      }
      schema.print_fmt += '\n';
      schema.print_fmt += line_;
    }
  }

  std::string_view rest_;
  std::string_view origin_;
  std::string_view line_;
  std::unordered_set<std::string> names_;  ///< of the fields so far
  std::size_t line_number_ = 0;
};

}  // namespace

EventSchema parse_format(std::string_view text, std::string_view system, std::string_view origin) {
  EventSchema schema = FormatReader(text, origin).read();
  schema.system = system;
  return schema;
}

}  // namespace ftracectl

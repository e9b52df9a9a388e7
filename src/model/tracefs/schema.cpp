#include <algorithm>
#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>
#include <stdexcept>

#include "base/text.hpp"
#include "model/tracefs/c_type.hpp"

namespace ftracectl {

bool Field::is_string() const { return is_array && type == "char"; }

std::size_t Field::element_size() const {
  const auto type_known = c_type(type);
  const std::size_t of_type = type_known ? type_known->size : 0;
  const bool has_fixed_room = storage == Storage::fixed && size > 0 && array_length > 0;
  if (!has_fixed_room) return is_string() ? 1 : of_type;
  if (size % array_length != 0) return 0;
  // A long, and a pointer, may have 4 bytes on the kernel that this is of.
  const bool agrees = of_type == 0 || of_type == 8 || size / array_length == of_type;
  return agrees ? size / array_length : 0;
}

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

constexpr std::string_view print_fmt_key = "print fmt:";

/// What a kernel without "signed:" means by a type.
bool has_signed_type(const Field& field) {
  const auto type = c_type(field.type);
  return type && type->is_signed;
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The last word outside of brackets is taken for the name: it is what the kernel's own parsers show.
Field doubtful_declaration(std::string_view text) {
  Field field;
  field.storage = Field::Storage::unknown;
  field.type = text;
  auto end = text.substr(0, text.find('[')).find_last_not_of(" \t*)(:");
  end = end == std::string_view::npos ? 0 : end + 1;
  std::size_t begin = end;
  while (begin > 0 && is_name_char(text[begin - 1])) --begin;
  field.name = begin < end ? text.substr(begin, end - begin) : "?";
  return field;
}

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
///
/// Files that have travelled are read, too: with blanks for tabs, with CR LF, with the lines indented. So are those
/// of odd kernels: without "signed:" (2.6), with items behind it, with "field special:" (ftrace's own events, 2.6),
/// without common fields but one (hypervisors), without a print format, with a field's name twice. What is doubtful
/// in a field makes that field's bytes unknown, and leaves the event as it is.
class FormatReader {
 public:
  FormatReader(std::string_view text, std::string_view origin) : rest_(text), origin_(origin) {}

  EventSchema read() {
    EventSchema schema;
    next_line();
    schema.name = value_of("name: ", "an event's name");
    if (const auto blank = schema.name.find_first_of(" \t/:"); blank != std::string::npos) {
      fail(line_.find(schema.name) + blank, "an event's name has no such character");
    }
    next_line();
    schema.id = number(value_of("ID: ", "an event's number"), "an event's number");
    next_line();
    if (trim(line_) != "format:") fail(0, "'format:' expected");
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
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  }

  /// Where the key of this line stands: behind the blanks of a file that was indented.
  std::size_t indentation() const { return std::min(line_.find_first_not_of(" \t"), line_.size()); }

  std::string value_of(std::string_view key, const std::string& what) const {
    const auto line = line_.substr(indentation());
    if (!line.starts_with(key)) fail(indentation(), "'" + std::string(key) + "' expected");
    const auto value = trim(line.substr(key.size()));
    if (value.empty()) fail_at(line.substr(key.size()), what + " expected");
    return std::string(value);
  }

  std::uint32_t number(const std::string& value, const std::string& what) const {
    const auto parsed = parse_number<std::uint32_t>(value);
    if (!parsed) fail(line_.find(value), what + " expected");
    return *parsed;
  }

  /// Fields up to the blank line; the last of them may be the end of a file that has no print format.
  void read_fields(std::vector<Field>& fields) {
    while (!rest_.empty() && !stands_print_fmt()) {
      next_line();
      if (trim(line_).empty()) return;
      fields.push_back(read_field());
      if (++field_count_ > most_fields) {
        fail(0, "an event has at most " + std::to_string(most_fields) + " fields");
      }
    }
  }

  bool stands_print_fmt() const { return trim(rest_.substr(0, rest_.find('\n'))).starts_with(print_fmt_key); }

  Field read_field() {
    auto rest = line_.substr(indentation());
    const bool is_special = rest.starts_with("field special:");
    const auto declaration = take_item(rest, is_special ? "field special:" : "field:");
    if (declaration.size() > longest_declaration) {
      fail_at(declaration,
              "a field's declaration has at most " + std::to_string(longest_declaration) + " bytes");
    }
    Field field = declared(declaration);
    field.offset = take_number(rest, "offset:", largest_entry);
    field.size = take_number(rest, "size:", largest_entry);
    field.is_signed = rest.empty() ? has_signed_type(field) : take_number(rest, "signed:", 1) == 1;
    while (!rest.empty()) take_other_item(rest);
    const bool is_location =
        field.storage == Field::Storage::data_loc || field.storage == Field::Storage::rel_loc;
    if (is_location && field.size != 4) field.storage = Field::Storage::unknown;
    return field;
  }

  /// A declaration that is no C we know keeps its text, and nothing is read by it.
  static Field declared(std::string_view declaration) {
    try {
      return parse_declaration(declaration);
    } catch (const std::invalid_argument&) {
      return doubtful_declaration(declaration);
    }
  }

  /// Takes "key:value;" and the blanks behind it off `rest`, and gives the value.
  std::string_view take_item(std::string_view& rest, std::string_view key) const {
    if (!rest.starts_with(key)) fail_at(rest, "'" + std::string(key) + "' expected");
    rest.remove_prefix(key.size());
    const auto end = rest.find(';');
    if (end == std::string_view::npos) fail(line_.size(), "';' expected");
    const auto value = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    skip_blanks(rest);
    return value;
  }

  /// An item of a later kernel.
  void take_other_item(std::string_view& rest) const {
    const auto colon = rest.find(':');
    if (colon == std::string_view::npos || colon > rest.find(';'))
      fail_at(rest, "the end of the line expected");
    take_item(rest, rest.substr(0, colon + 1));
  }

  static void skip_blanks(std::string_view& rest) {
    rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  }

  std::size_t take_number(std::string_view& rest, std::string_view key, std::size_t largest) const {
    const auto value = take_item(rest, key);
    const auto parsed = parse_number<std::size_t>(trim(value));
    if (!parsed) fail_at(value, "a number expected");
    if (*parsed > largest) fail_at(value, "a number up to " + std::to_string(largest) + " expected");
    return *parsed;
  }

  /// Nothing, an empty one, or all up to the end of the file.
  void read_print_fmt(EventSchema& schema) {
    do {
      if (rest_.empty()) return;
      next_line();
    } while (trim(line_).empty());
    const auto line = line_.substr(indentation());
    if (!line.starts_with(print_fmt_key))
      fail(indentation(), "'" + std::string(print_fmt_key) + "' expected");
    schema.print_fmt = line.substr(std::min(line.size(), print_fmt_key.size() + 1));
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
  std::size_t field_count_ = 0;
  std::size_t line_number_ = 0;
};

}  // namespace

EventSchema parse_format(std::string_view text, std::string_view system, std::string_view origin) {
  EventSchema schema = FormatReader(text, origin).read();
  schema.system = system;
  return schema;
}

}  // namespace ftracectl

#include <doctest/doctest.h>

#include <cstdio>
#include <cstring>
#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>

#include "support/formats.hpp"

using namespace ftracectl;

namespace {

/// A field line as a plain line scanner sees it, with nothing of the parser under test.
struct ScannedField {
  std::string declaration;
  unsigned long offset = 0;
  unsigned long size = 0;
  int is_signed = 0;
};

struct ScannedFormat {
  std::string name;
  unsigned long id = 0;
  std::vector<ScannedField> sections[2];
};

ScannedFormat scan(const std::string& text) {
  ScannedFormat format;
  int section = -1;
  const char* line = text.c_str();
  for (; std::strncmp(line, "print fmt", 9) != 0; line = std::strchr(line, '\n') + 1) {
    char words[512];
    ScannedField field;
    if (std::sscanf(line, "name: %511s", words) == 1) format.name = words;
    std::sscanf(line, "ID: %lu", &format.id);
    if (std::strncmp(line, "format:", 7) == 0) section = 0;
    if (*line == '\n') ++section;
    if (*line == '\t' && std::sscanf(line, "\tfield:%511[^;];\toffset:%lu;\tsize:%lu;\tsigned:%d;", words,
                                     &field.offset, &field.size, &field.is_signed) == 4) {
      field.declaration = words;
      format.sections[section].push_back(field);
    }
  }
  return format;
}

/// The declaration put together again, with single blanks left out: "char*name[16]".
std::string rebuilt(const Field& field) {
  std::string text;
  if (field.storage == Field::Storage::data_loc) text = "__data_loc";
  if (field.storage == Field::Storage::rel_loc) text = "__rel_loc";
  const bool dynamic = field.storage != Field::Storage::fixed;
  text += field.type;
  if (dynamic && field.type != "cpumask_t") text += "[]";
  text += field.name;
  if (!dynamic && field.is_array)
    text += "[" + (field.array_length > 0 ? std::to_string(field.array_length) : "") + "]";
  std::erase(text, ' ');
  return text;
}

/// Array lengths that are no numbers (5.10 prints the source's words) come out as "[]".
std::string without_words_in_brackets(std::string text) {
  std::erase(text, ' ');
  const auto open = text.find('[');
  if (open != std::string::npos && text.find_first_not_of("0123456789", open + 1) < text.rfind(']')) {
    text.erase(open + 1, text.rfind(']') - open - 1);
  }
  return text;
}

void check_fields(const std::vector<Field>& fields, const std::vector<ScannedField>& scanned) {
  REQUIRE(fields.size() == scanned.size());
  for (std::size_t i = 0; i < fields.size(); ++i) {
    CHECK(rebuilt(fields[i]) == without_words_in_brackets(scanned[i].declaration));
    CHECK(fields[i].offset == scanned[i].offset);
    CHECK(fields[i].size == scanned[i].size);
    CHECK(fields[i].is_signed == (scanned[i].is_signed == 1));
  }
}

void check_file(const test::FormatFile& file) {
  CAPTURE(file.path);
  const auto schema = parse_format(file.text, file.system, file.path);
  const auto scanned = scan(file.text);
  CHECK(schema.name == scanned.name);
  CHECK(schema.id == scanned.id);
  CHECK(file.path.ends_with("/" + file.system + "/" + scanned.name + "/format"));
  check_fields(schema.common, scanned.sections[0]);
  check_fields(schema.fields, scanned.sections[1]);
  const auto print_fmt = file.text.substr(file.text.find("print fmt: ") + 11);
  CHECK(schema.print_fmt + "\n" == print_fmt);
}

}  // namespace

TEST_CASE("every format file of every kernel parses to what a plain line scanner sees") {
  std::size_t files = 0;
  for (const auto& kernel : test::fixture_kernels()) {
    for (const auto& file : test::format_files(kernel)) {
      check_file(file);
      ++files;
    }
  }
  CHECK(files == 8267);
}

TEST_CASE("format files cut at any byte throw an Error or parse") {
  for (const auto& kernel : test::fixture_kernels()) {
    const auto files = test::format_files(kernel);
    for (std::size_t i = 0; i < files.size(); i += 97) {
      const std::string& text = files[i].text;
      const std::size_t print_fmt = text.find("print fmt: ") + 11;
      const std::size_t fields = text.find("format:") + 7;
      for (std::size_t length = 0; length < text.size(); ++length) {
        bool parsed = true;
        try {
          parse_format(std::string_view(text).substr(0, length), "s", "cut");
        } catch (const Error&) {
          parsed = false;
        }
        // Behind that, what is cut off is what some kernel does not print.
        const bool is_certain = length < fields || length >= print_fmt;
        if (is_certain) REQUIRE_MESSAGE(parsed == (length >= print_fmt), files[i].path, " at ", length);
      }
    }
  }
}

TEST_CASE("format files with any byte changed throw an Error or parse") {
  const auto file = test::format_files("7.3").front();
  for (std::size_t at = 0; at < file.text.size(); ++at) {
    for (const char c : {'\0', '\n', ';', ':', '[', ' ', '\xff', '9'}) {
      std::string text = file.text;
      text[at] = c;
      try {
        parse_format(text, "s", "changed");
      } catch (const Error& error) {
        CHECK(error.code() == ErrorCode::failed);
      }
    }
  }
}

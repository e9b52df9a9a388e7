// The structs of `format --c`, of all events of all kernels, put before a C compiler: every field at the
// offset, and of the size, that the kernel's format file tells.

#include "support/c_struct.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <sstream>

#include "cli/format_output.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

/// The C text for one event, and how many fields it asserts something of.
std::size_t append_event(std::string& text, const FormatFile& file, std::size_t number) {
  const auto schema = parse_format(file.text, file.system, file.path);
  std::ostringstream printed;
  cli::print_schema_struct(schema, printed);
  const std::string name = "event_" + std::to_string(number);
  text += renamed_struct(printed.str(), schema.name, name);
  std::size_t count = 0;
  for (const auto* fields : {&schema.common, &schema.fields}) {
    for (const auto& field : *fields) {
      text += assert_member(name, member_name(field), field.offset, field.size);
      ++count;
    }
  }
  return count;
}

}  // namespace

TEST_CASE("format --c: a compiler puts every field of every event of every kernel where the kernel does") {
  std::size_t events = 0;
  std::size_t fields = 0;
  for (const auto& kernel : fixture_kernels()) {
    CAPTURE(kernel);
    std::string text;
    for (const auto& file : format_files(kernel)) fields += append_event(text, file, ++events);
    const std::string said = compile_c(text);
    CAPTURE(said.substr(0, 2000));
    CHECK(said.empty());
  }
  CHECK(events == 8267);
  CHECK(fields > 60'000);
}

TEST_CASE("format --c: the compiler sees a field that is not where it should be") {
  const auto file = format_files("6.18").front();
  const auto schema = parse_format(file.text, file.system, file.path);
  std::ostringstream printed;
  cli::print_schema_struct(schema, printed);
  const std::string text = renamed_struct(printed.str(), schema.name, "event");
  CHECK(compile_c(text + assert_member("event", "common_pid", 4, 4)).empty());
  CHECK_FALSE(compile_c(text + assert_member("event", "common_pid", 5, 4)).empty());
  CHECK_FALSE(compile_c(text + assert_member("event", "common_pid", 4, 2)).empty());
}

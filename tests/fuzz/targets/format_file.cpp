// A format file: its schema, what `format` prints of it, its print format, and entries that it is to read.

#include <nlohmann/json.hpp>
#include <sstream>

#include "base/text.hpp"
#include "cli/format_output.hpp"
#include "decode/pages/page_decoder.hpp"
#include "fuzz/harness/target.hpp"
#include "support/decoder_properties.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;

namespace {

/// Entries with that number, of zeros, of ones, and too short.
void decode_pages(const EventTable& events, std::uint32_t id) {
  static const PageLayout layout = test::fixture_layout("6.12");
  PageDecoder decoder(events, layout, true, nullptr);
  test::PageWriter page(1000);
  const auto type = static_cast<std::uint16_t>(id);
  page.event(1, test::payload_of(type, 7, std::string(200, '\0')));
  page.event(1, test::payload_of(type, 7, std::string(200, '\xff')));
  page.event(1, test::payload_of(type, 7, std::string("\x10\0\x04\0abcdefgh", 12)));
  page.event(1, test::payload_of(type, 7));
  decoder.feed(page.page(), 0, true);
  decoder.finish();
  while (decoder.next() != nullptr) continue;
}

}  // namespace

FUZZ_TARGET("format_file") {
  fuzz::may_refuse([&] {
    const EventSchema schema = parse_format(input, "sched", "FILE");
    std::ostringstream table;
    cli::print_schema_table(schema, table);
    cli::print_schema_struct(schema, table);
    std::ostringstream json;
    cli::print_schema_json(schema, json);
    if (!nlohmann::json::accept(json.str())) fuzz::fail("format --json is no JSON");
    EventTable events;
    events.add(schema);
    decode_pages(events, schema.id);
    const std::string text =
        "            bash-7       [000] .....     6.800000: " + schema.name + ": x=1 y=abc z\n";
    const std::string broken = test::broken_property(events, text);
    if (!broken.empty()) fuzz::fail(broken);
  });
}

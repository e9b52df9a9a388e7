// events/header_page, a line of "---", and events/header_event; a page is read by what they say.

#include "decode/pages/page_layout.hpp"

#include "decode/pages/page_reader.hpp"
#include "fuzz/harness/target.hpp"

using namespace ftracectl;

FUZZ_TARGET("page_layout") {
  constexpr std::string_view between = "---\n";
  const auto at = input.find(between);
  const auto event = at == std::string_view::npos ? std::string_view() : input.substr(at + between.size());
  fuzz::may_refuse([&] {
    const PageLayout layout = parse_page_layout(input.substr(0, at), event);
    if (layout.page_size > std::size_t{1} << 20U) return;
    std::string page(layout.page_size, '\x03');
    for (std::size_t i = 0; i < page.size() && i < input.size(); ++i) page[i] = input[i];
    PageReader reader(layout, page);
    while (reader.advance()) static_cast<void>(std::string(reader.payload()).size());
  });
}

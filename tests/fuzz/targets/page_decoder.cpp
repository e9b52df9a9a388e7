// The first byte chooses the kernel, the second how many bytes a page has; the rest is pages of two cpus in turn, the
// last one filled up with zeros.

#include "decode/pages/page_decoder.hpp"
#include "fuzz/harness/target.hpp"
#include "support/formats.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;

FUZZ_TARGET("page_decoder") {
  const std::vector<std::string> kernels = {"5.10", "6.12", "7.3"};
  const auto& kernel = kernels[fuzz::take_choice(input, kernels.size())];
  static const std::vector<PageLayout> layouts = {test::fixture_layout("5.10"), test::fixture_layout("6.12"),
                                                  test::fixture_layout("7.3")};
  PageLayout layout = layouts[static_cast<std::size_t>(&kernel - kernels.data())];
  layout.page_size = std::vector<std::size_t>{4096, 512, 128}[fuzz::take_choice(input, 3)];
  const auto symbols = [](std::uint64_t address) { return SymbolPlace{"vfs_write", address & 0xff, 0x100}; };
  PageDecoder decoder(test::fixture_events(kernel), layout, true, symbols);
  std::size_t entries = 0;
  const auto take = [&] {
    while (const Entry* entry = decoder.next()) {
      entries += entry->event.comm.size() + entry->event.fields.size() > 0 ? 1U : 0U;
      for (const auto& [name, value] : entry->event.fields) {
        if (const auto* text = std::get_if<std::string_view>(&value))
          entries += std::string(*text).size() > 1 ? 1U : 0U;
      }
    }
  };
  for (int cpu = 0; !input.empty(); cpu = 1 - cpu) {
    std::string page(input.substr(0, layout.page_size));
    input.remove_prefix(page.size());
    page.resize(layout.page_size);
    decoder.feed(page, cpu, false);
    take();
    decoder.end_of_round();
  }
  decoder.finish();
  take();
}

// The file printk_formats, a line of "---", and the arguments that vbin_printf() stored for each of its formats.

#include "decode/pages/printk_formats.hpp"

#include "fuzz/harness/target.hpp"

using namespace ftracectl;

FUZZ_TARGET("printk_formats") {
  constexpr std::string_view between = "---\n";
  const auto at = input.find(between);
  const auto buffer = at == std::string_view::npos ? input : input.substr(at + between.size());
  const auto symbols = [](std::uint64_t address) { return SymbolPlace{"vfs_write", address & 0xff, 0x100}; };
  for (const auto& [address, format] : parse_printk_formats(input.substr(0, at))) {
    for (const std::size_t word : {4U, 8U}) {
      std::string text;
      print_bprintf(format, buffer, word, symbols, text);
      if (text.size() > 4096 + 64 * input.size() + (std::size_t{1} << 20U))
        fuzz::fail("a text beyond all bounds");
    }
  }
}

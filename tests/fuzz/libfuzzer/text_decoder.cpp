// libFuzzer over the text decoder: clang++, -DFTRACECTL_FUZZ=ON, then
//     build/fuzz/tests/fuzz_text_decoder CORPUS fixtures/kernels/*/text
// The first byte chooses the kernel whose formats are known.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "support/decoder_properties.hpp"
#include "support/formats.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto& kernels = ftracectl::test::fixture_kernels();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto& events = ftracectl::test::fixture_events(kernels[data[0] % kernels.size()]);
  const std::string broken = ftracectl::test::broken_property(events, text);
  if (!broken.empty()) {
    std::fprintf(stderr, "%s\n", broken.c_str());
    std::abort();
  }
  return 0;
}

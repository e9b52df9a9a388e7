// The first byte chooses the kernel whose formats are known, the rest is text of trace_pipe.

#include "fuzz/harness/target.hpp"
#include "support/decoder_properties.hpp"
#include "support/formats.hpp"

FUZZ_TARGET("text_decoder") {
  const auto& kernels = ftracectl::test::fixture_kernels();
  const auto& kernel = kernels[ftracectl::fuzz::take_choice(input, kernels.size())];
  const std::string broken = ftracectl::test::broken_property(ftracectl::test::fixture_events(kernel), input);
  if (!broken.empty()) ftracectl::fuzz::fail(broken);
}

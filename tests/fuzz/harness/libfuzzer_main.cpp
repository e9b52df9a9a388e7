// libFuzzer over the target that FTRACECTL_FUZZ_TARGET names. scripts/fuzz runs it.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "fuzz/harness/target.hpp"

namespace {

const ftracectl::fuzz::Target& chosen_target() {
  const char* name = std::getenv("FTRACECTL_FUZZ_TARGET");
  const auto* target = ftracectl::fuzz::find_target(name != nullptr ? name : "");
  if (target != nullptr) return *target;
  std::fprintf(stderr, "FTRACECTL_FUZZ_TARGET names none of:\n");
  for (const auto& each : ftracectl::fuzz::targets()) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(each.name.size()), each.name.data());
  }
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto& target = chosen_target();
  target.run({reinterpret_cast<const char*>(data), size});
  return 0;
}

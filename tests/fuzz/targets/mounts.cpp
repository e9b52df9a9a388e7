// /proc/mounts

#include <ftracectl/mounts.hpp>

#include "fuzz/harness/target.hpp"

FUZZ_TARGET("mounts") {
  const auto mounts = ftracectl::parse_mounts(input);
  if (const auto found = ftracectl::find_tracefs(mounts);
      found && found->path.empty() && input.find("  ") == input.npos) {
    ftracectl::fuzz::fail("tracefs is nowhere");
  }
}

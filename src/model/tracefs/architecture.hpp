#pragma once

namespace ftracectl {

/// The architectures whose registers and system call numbers are known here. `unknown` is every other one.
enum class Architecture { x86_64, arm64, unknown };

/// The one that this program was built for.
constexpr Architecture own_architecture() {
#if defined(__x86_64__)
  return Architecture::x86_64;
#elif defined(__aarch64__)
  return Architecture::arm64;
#else
  return Architecture::unknown;
#endif
}

}  // namespace ftracectl

#pragma once

#include <cstdint>

#include "base/fd.hpp"

namespace ftracectl {

/// The checksum of a file's bytes that .gnu_debuglink has.
std::uint32_t crc32_of(const Fd& file);

}  // namespace ftracectl

#include "kernel/stacks/crc32.hpp"

#include <unistd.h>

#include <array>
#include <cstddef>
#include <vector>

namespace ftracectl {

namespace {

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t byte = 0; byte < table.size(); ++byte) {
    std::uint32_t value = byte;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1U) ^ ((value & 1U) != 0 ? 0xedb88320U : 0U);
    table[byte] = value;
  }
  return table;
}

constexpr auto table = make_table();

}  // namespace

std::uint32_t crc32_of(const Fd& file) {
  std::uint32_t sum = 0xffffffffU;
  std::vector<unsigned char> part(std::size_t{256} * 1024);
  off_t at = 0;
  for (ssize_t got = 0; (got = ::pread(file.value(), part.data(), part.size(), at)) > 0; at += got) {
    for (ssize_t i = 0; i < got; ++i)
      sum = table[(sum ^ part[static_cast<std::size_t>(i)]) & 0xffU] ^ (sum >> 8U);
  }
  return ~sum;
}

}  // namespace ftracectl

#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "model/tracefs/exec_probe.hpp"
#include "records/fetched_exec.hpp"

namespace ftracectl {

/// The kernel's bound for a string, its end included, is 4,096 bytes.
inline constexpr std::size_t longest_ustring = 4095;

/// Takes one expected piece after the other off the front of what a probe of model/tracefs/exec_probe.hpp
/// printed.
class ProbeScanner {
 public:
  using Words = std::array<std::uint64_t, fetched_argument_size / 8>;

  explicit ProbeScanner(std::string_view rest) : rest_(rest) {}

  bool literal(std::string_view text);
  /// "0x55bc6509"
  bool number(std::uint64_t& value);
  /// " p0=0x55bc6509"
  bool named_number(char letter, std::size_t index, std::uint64_t& value);
  /// " a0={0x1,0x2,0x3,0x4,0x5,0x6,0x7,0x8}"
  bool named_words(char letter, std::size_t index, Words& words);
  /// " s0=\"any text\" z0=0x7f…" or " s0=(fault) z0=0x7f…": what stands before the mark is the string.
  bool marked_string(const std::string& name, const std::string& mark, FetchedExec::Argument& argument);
  /// " a0="
  bool name(char letter, std::size_t index);

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

/// Zeroes what lies behind the string that the words hold, least significant byte first, up to its NUL. An
/// empty string with something behind it is one that could be read: instead of all that a single bit stands
/// there. Gives whether the string ends within the words.
bool forget_behind_end(ProbeScanner::Words& words);

}  // namespace ftracectl

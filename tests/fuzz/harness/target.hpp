#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::fuzz {

/// A parser to be fuzzed. A new one is a file in targets/, named as the target, with one FUZZ_TARGET in it; its
/// corpus is fixtures/fuzz/NAME. libFuzzer runs it (scripts/fuzz), and ctest replays the corpus (fuzz_replay).
struct Target {
  std::string_view name;
  /// Must return for every input. An exception that leaves it, and fail(), are findings.
  void (*run)(std::string_view input);
};

/// Adds a target to the table, before main() begins.
struct Registration {
  explicit Registration(Target target);
};
const std::vector<Target>& targets();
/// Null for a name that there is not.
const Target* find_target(std::string_view name);

/// A property does not hold: says so and aborts.
[[noreturn]] void fail(std::string_view what);

/// Takes the first byte off `input` and gives a number below `count`: '0' stands for 0, '1' for 1, 'a' for 49.
std::size_t take_choice(std::string_view& input, std::size_t count);

/// Calls `read`, and lets it refuse the input as parsers do: with an Error or, inner ones, an invalid_argument, whose
/// text must not be a library's.
template <typename Read>
void may_refuse(const Read& read);

void check_refusal(const char* what);

}  // namespace ftracectl::fuzz

// NOLINTNEXTLINE(bugprone-macro-parentheses)
#define FUZZ_TARGET(target_name)                                                        \
  static void run_target(std::string_view input);                                       \
  static const ::ftracectl::fuzz::Registration registration({target_name, run_target}); \
  static void run_target(std::string_view input)

#include <ftracectl/error.hpp>
#include <stdexcept>

template <typename Read>
void ftracectl::fuzz::may_refuse(const Read& read) {
  try {
    read();
  } catch (const Error& error) {
    check_refusal(error.what());
  } catch (const std::invalid_argument& error) {
    check_refusal(error.what());
  }
}

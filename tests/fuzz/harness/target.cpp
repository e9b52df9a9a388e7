#include "fuzz/harness/target.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace ftracectl::fuzz {

namespace {

std::vector<Target>& table() {
  static std::vector<Target> all;
  return all;
}

}  // namespace

Registration::Registration(Target target) { table().push_back(target); }

const std::vector<Target>& targets() { return table(); }

const Target* find_target(std::string_view name) {
  const auto found =
      std::find_if(table().begin(), table().end(), [&](const Target& target) { return target.name == name; });
  return found == table().end() ? nullptr : &*found;
}

void fail(std::string_view what) {
  std::fprintf(stderr, "fuzz: %.*s\n", static_cast<int>(what.size()), what.data());
  std::abort();
}

std::size_t take_choice(std::string_view& input, std::size_t count) {
  if (input.empty()) return 0;
  const auto byte = static_cast<unsigned char>(input.front() - '0');
  input.remove_prefix(1);
  return byte % count;
}

void check_refusal(const char* what) {
  const std::string_view text = what;
  if (text.empty()) fail("refused without a word");
  for (const std::string_view word :
       {"json.exception", "boost::", "basic_string", "vector::", "stoi", "bad_"}) {
    if (text.find(word) != std::string_view::npos) fail("a library's text: " + std::string(text));
  }
}

}  // namespace ftracectl::fuzz

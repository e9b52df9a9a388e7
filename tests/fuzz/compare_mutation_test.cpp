// Damaged outputs of tools, from a seeded generator: each is read, or refused with its line. Nothing else may
// happen.
#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <random>

#include "support/compare.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const std::vector<std::string> files = {
    "all/records.jsonl",      "all/bpftrace.txt",      "all/bpftrace.jsonl",        "all/execsnoop-bt.txt",
    "all/execsnoop-bt.jsonl", "all/execsnoop.txt",     "all/execsnoop-quoted.txt",  "all/exitsnoop.txt",
    "all/strace.txt",         "all/counts.txt",        "all/counts.json",           "all/counts-bpftool.json",
    "perf/perf.txt",          "perf/perf-default.txt", "perf/folder/trace_pipe.txt"};

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  /// One to eight changes: bytes, pieces taken out, put twice or from elsewhere, the rest cut off.
  void mutate(std::string& text) {
    const std::size_t changes = 1 + below(8);
    for (std::size_t i = 0; i < changes && !text.empty(); ++i) change(text);
  }

 private:
  std::size_t below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }

  void change(std::string& text) {
    constexpr std::string_view odd{"\0\n\"\\#{}[]@ \xff-0", 14};
    const std::size_t at = below(text.size());
    const std::size_t length = below(std::min<std::size_t>(200, text.size() - at)) + 1;
    switch (below(6)) {
      case 0:
        text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text[at] = odd[below(odd.size())];
        break;
      case 2:
        text.erase(at, length);
        break;
      case 3:
        text.insert(at, text.substr(at, length));
        break;
      case 4:
        text.insert(at, text.substr(below(text.size()), length));
        break;
      default:
        if (below(4) == 0) text.resize(at);
    }
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("compare: damaged outputs are read or refused") {
  compare::Side truth;
  read_text(compare_fixture("6.18/all/records.jsonl"), truth);
  unsigned seed = 1;
  for (const auto& file : files) {
    const std::string whole = compare_fixture("6.18/" + file);
    std::size_t read = 0;
    for (int round = 0; round < 60; ++round, ++seed) {
      std::string text = whole;
      Mutator(seed).mutate(text);
      CAPTURE(file);
      CAPTURE(seed);
      compare::Side side;
      try {
        read_text(text, side);
      } catch (const Error& error) {
        const std::string what = error.what();
        CAPTURE(what);
        CHECK((contains(what, "line ") || contains(what, "empty") || contains(what, "not known here")));
        continue;
      }
      ++read;
      if (!side.has_execs) continue;
      const auto result = compare::compare_sides(truth, side, {});
      std::uint64_t told = 0;
      for (const auto& attempt : side.attempts) told += attempt.count;
      CHECK(result.matched <= told);
      CHECK(result.matched + sum_of(result.right_only) + result.right_not_comparable == told);
    }
    CHECK_MESSAGE(read > 0, file);
  }
}

// The first byte chooses the importer, in the order of the table; '~' lets the text be recognised. What is read is
// held against itself and against a recording.

#include "compare/import/importers.hpp"

#include "fuzz/harness/target.hpp"
#include "support/compare.hpp"

using namespace ftracectl;

namespace {

const compare::Side& truth() {
  static const compare::Side& side = []() -> compare::Side& {
    static compare::Side read;
    const std::string text = test::compare_fixture("6.18/all/records.jsonl");
    test::read_text(text.substr(0, text.find('\n', 4000) + 1), read);
    return read;
  }();
  return side;
}

}  // namespace

FUZZ_TARGET("compare_import") {
  const auto importers = compare::importers();
  const bool is_recognised = input.starts_with('~');
  const std::size_t chosen = fuzz::take_choice(input, importers.size());
  fuzz::may_refuse([&] {
    compare::Side side;
    compare::ImportOptions options;
    options.key_map = {{"tid", "tid"}, {"filename", "filename"}};
    test::read_text(std::string(input), side, options,
                    is_recognised ? std::string() : std::string(importers[chosen]->name));
    fuzz::may_refuse([&] { compare::compare_sides(side, side, {}); });
    fuzz::may_refuse([&] { compare::compare_sides(truth(), side, {}); });
  });
}

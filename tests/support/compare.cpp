#include "support/compare.hpp"

#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "compare/import/importers.hpp"
#include "support/formats.hpp"

namespace ftracectl::test {

void read_text(const std::string& text, compare::Side& side, const compare::ImportOptions& options,
               const std::string& format) {
  compare::ImportOptions all = options;
  all.events = [] { return std::cref(fixture_events("6.18")); };
  const std::string_view beginning = std::string_view(text).substr(0, 65536);
  const compare::Importer& importer =
      format.empty() ? compare::recognise(beginning) : compare::find_importer(format);
  side.name = importer.name;
  side.format = importer.name;
  const auto reader = importer.make(side, all);
  compare::LineFeeder feeder(*reader, side);
  // In pieces that end anywhere.
  for (std::size_t at = 0; at < text.size(); at += 4093) feeder.feed(std::string_view(text).substr(at, 4093));
  feeder.finish();
}

std::string compare_fixture(const std::string& name) {
  const std::string path = fixtures_folder() + "/compare/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void compare_texts(const std::string& left, const std::string& right, Compared& compared,
                   const compare::CompareOptions& options) {
  read_text(left, compared.left);
  read_text(right, compared.right);
  compared.result = compare::compare_sides(compared.left, compared.right, options);
}

std::uint64_t count_of(const std::array<std::uint64_t, compare::reason_count>& counts,
                       compare::Reason reason) {
  return counts[static_cast<std::size_t>(reason)];
}

std::uint64_t sum_of(const std::array<std::uint64_t, compare::reason_count>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

std::uint64_t field_count(const compare::Comparison& result, compare::Field field, compare::Reason reason) {
  return count_of(result.fields[static_cast<std::size_t>(field)].differ, reason);
}

}  // namespace ftracectl::test

#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "compare/match/comparison.hpp"

namespace ftracectl::cli {

/// Two sides and what comparing them gave.
struct CompareReport {
  const compare::Side& left;
  const compare::Side& right;
  const compare::Comparison& result;
  std::vector<std::int32_t> pid_trees;
  std::size_t show = 0;         ///< differences told in detail
  bool show_explained = false;  ///< also those that have a reason, behind the others
};

/// For people: a table, and the first differences.
void print_comparison(std::ostream& out, const CompareReport& report);
/// For machines: one JSON object.
std::string comparison_json(const CompareReport& report);
/// One line of JSON for a pair, without its newline.
void append_pair_json(std::string& to, const CompareReport& report, const compare::Pair& pair);

}  // namespace ftracectl::cli

#pragma once

#include <string>

#include "compare/match/comparison.hpp"

namespace ftracectl::test {

/// A tool's output as one side of a comparison, by content or by the importer's name. Tracefs text is decoded
/// by the formats of the recorded 6.18 kernel.
void read_text(const std::string& text, compare::Side& side, const compare::ImportOptions& options = {},
               const std::string& format = {});

/// A file of fixtures/compare.
std::string compare_fixture(const std::string& name);

/// Two texts, compared.
struct Compared {
  compare::Side left;
  compare::Side right;
  compare::Comparison result;
};
void compare_texts(const std::string& left, const std::string& right, Compared& compared,
                   const compare::CompareOptions& options = {});

std::uint64_t count_of(const std::array<std::uint64_t, compare::reason_count>& counts,
                       compare::Reason reason);
std::uint64_t sum_of(const std::array<std::uint64_t, compare::reason_count>& counts);

/// What the field's row of the summary counts under a reason.
std::uint64_t field_count(const compare::Comparison& result, compare::Field field, compare::Reason reason);

}  // namespace ftracectl::test

#pragma once

#include <cstdint>
#include <ftracectl/schema.hpp>
#include <random>
#include <string>
#include <vector>

namespace ftracectl::test {

/// Filters and triggers at random, right ones and broken ones, as users and their slips make them. The same
/// seed gives the same texts.
class FilterGenerator {
 public:
  explicit FilterGenerator(std::uint64_t seed) : random_(seed) {}

  std::string filter(const EventSchema& schema);
  /// `events` are "system:name", for enable_event.
  std::string trigger(const EventSchema& schema, const std::vector<std::string>& events);
  std::size_t below(std::size_t end) {
    return std::uniform_int_distribution<std::size_t>(0, end - 1)(random_);
  }

 private:
  bool one_in(std::size_t n) { return below(n) == 0; }
  const std::string& pick(const std::vector<std::string>& choices) { return choices[below(choices.size())]; }
  std::string expression(const EventSchema& schema, int depth);
  std::string term(const EventSchema& schema);
  std::string value_for(const Field* field);
  std::string field_name(const EventSchema& schema, const Field*& field);
  std::string broken(std::string text);
  std::string blank() { return one_in(3) ? "" : one_in(12) ? "\t " : " "; }

  std::mt19937_64 random_;
};

}  // namespace ftracectl::test

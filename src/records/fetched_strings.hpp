#pragma once

#include <cstdint>
#include <ftracectl/event.hpp>
#include <string>
#include <vector>

#include "model/tracefs/fetch.hpp"

namespace ftracectl {

/// A string that a probe of model/tracefs/fetch.hpp fetched.
struct FetchedString {
  std::uint64_t address = 0;
  std::string text;
  bool is_missing = false;  ///< it could not be read, or is empty
  bool is_cut = false;      ///< it goes on
};

/// What the probe's event says, of a page or of text. Empty where it does not fit.
std::vector<FetchedString> fetched_strings(const Event& event, const StringsProbe& probe);

}  // namespace ftracectl

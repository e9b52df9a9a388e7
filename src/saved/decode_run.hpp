#pragma once

#include <iosfwd>
#include <string>

#include "saved/read_input.hpp"

namespace ftracectl {

/// What `ftracectl decode` was asked for.
struct DecodeOptions {
  InputOptions input;
  bool totals = false;  ///< instead of the records of calls what they came to
  bool strict = false;
  std::string format = "text";
  TimeStyle time = TimeStyle::clock;
  std::string output;
  TextLook look;
};

/// Decodes what was saved. Gives the exit code. Throws Error.
int run_decode(const DecodeOptions& options, std::ostream& err);

}  // namespace ftracectl

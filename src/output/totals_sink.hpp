#pragma once

#include <memory>

#include "records/sink.hpp"

namespace ftracectl {

/// Counts calls and execs instead of writing them, and writes into `to` what they came to, the most expensive first, before the
/// summary. All else goes to `to` as it comes.
std::unique_ptr<Sink> make_totals_sink(std::unique_ptr<Sink> to);

}  // namespace ftracectl

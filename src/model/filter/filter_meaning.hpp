#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// Why a comparison that the kernel accepts cannot mean what it says, and the right form; nothing where it
/// can. Each case was seen to match nothing, or something else, on a real kernel.
std::optional<TextFault> find_wrong_meaning(const FilterTerm& term, const FilterDialect& dialect);

/// Why a comparison of an event of `system` selects other tasks than it seems to: outside the initial pid
/// namespace, a pid is not the one that the kernel compares with. Nothing where that does not matter: 0 is the
/// idle task everywhere, and the arguments of system calls are the caller's own pids.
std::optional<TextFault> find_other_pid(const FilterTerm& term, std::string_view system,
                                        const FilterDialect& dialect);

/// What is to be known about a comparison that is right, one sentence each.
std::vector<std::string> notes_on_term(const FilterTerm& term);

/// A pattern for `~` that takes the place of one that the kernel reads in another way: "*[s]h" of "*sh",
/// "[9]p*" of "9p*". The same pattern where there is no need.
std::string safe_glob(std::string_view pattern, bool is_fixed_string);

}  // namespace ftracectl

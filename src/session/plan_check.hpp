#pragma once

#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "model/filter/filter_field.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

/// What this kernel's filters can do, as far as a file tells: for the rest, see try_filter_features(). With
/// `with_functions` the names of the kernel's functions are read as well: /proc/kallsyms, some 100,000 lines.
FilterDialect read_filter_dialect(Files& files, bool with_functions);

/// The same, as far as it matters for the filters and triggers of a plan.
FilterDialect read_filter_dialect(Files& files, const Plan& plan);

/// Whether a plan has a filter that some kernels take and others do not, so that only trying tells.
bool needs_trying(const Plan& plan);

/// The names of this kernel's triggers, as an event's trigger file lists them. Empty where none does.
std::vector<std::string> read_available_triggers(Files& files);

/// Checks the filters and triggers of a plan against the events' formats, before anything is written. Gives
/// what is to be known about them, one line each. Throws Error: rejected for what the kernel would refuse and
/// for what it would accept and cannot mean, feature_missing for a trigger and a word that this kernel does
/// not have.
std::vector<std::string> check_plan(Files& files, const Plan& plan, const FilterDialect& dialect);

/// The same for the filters and triggers in the user's own words, before they are joined with others: only
/// the texts, not whether the event's triggers leave room for another.
std::vector<std::string> check_texts(Files& files, const Plan& plan, const FilterDialect& dialect);

}  // namespace ftracectl

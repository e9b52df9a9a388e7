#pragma once

#include <cstddef>
#include <ftracectl/schema.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "model/filter/filter_field.hpp"
#include "model/filter/filter_parser.hpp"

namespace ftracectl {

/// What becomes of a filter or a trigger that is written.
struct Verdict {
  enum class Kind {
    good,
    rejected,         ///< the kernel refuses it
    feature_missing,  ///< this kernel refuses it, and others have what it needs
    meaningless,      ///< the kernel accepts it, and it cannot mean what it says
    other_pids,       ///< the kernel accepts it, and reads its pids as those of another pid namespace
  };
  Kind kind = Kind::good;
  std::string reason;              ///< "there is no field 'nosuch'"
  std::size_t column = 0;          ///< of the fault in the text that was checked, 0-based
  std::string advice;              ///< "did you mean common_pid?"; may be empty
  std::vector<std::string> notes;  ///< of what is good: what is to be known about it

  bool is_good() const { return kind == Kind::good; }
};

/// For a fault that the parser of a filter or a trigger found.
Verdict fault_verdict(const TextFault& fault);

/// Checks the text for an event's filter file. "0" clears the filter, and is good.
Verdict check_filter(std::string_view text, const EventSchema& schema, const FilterDialect& dialect);

/// The message for what is not good, with the text, a caret under the fault, and the advice. `what` is
/// "filter" or "trigger".
///     the kernel would refuse this filter: sched:sched_switch has no field 'prev_pdi'
///       prev_pdi == 1
///       ^
///     did you mean prev_pid?
std::string verdict_message(const Verdict& verdict, std::string_view what, std::string_view text);

}  // namespace ftracectl

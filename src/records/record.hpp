#pragma once

#include <ftracectl/event.hpp>
#include <ftracectl/exec_record.hpp>
#include <ftracectl/exit_record.hpp>
#include <functional>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/wall_time.hpp"
#include "records/call_record.hpp"
#include "records/call_totals.hpp"
#include "records/disturbance.hpp"
#include "records/other_record.hpp"
#include "records/start.hpp"
#include "records/summary.hpp"
#include "records/unwritten.hpp"

namespace ftracectl {

/// A view of one of the kinds: nothing is copied on the way to a sink.
template <typename... Kinds>
using RecordOf = std::variant<std::reference_wrapper<const Kinds>...>;

/// The kinds of records that outputs know by name. All others are an OtherRecord.
template <template <typename...> typename List>
using ListedKinds = List<ExecRecord, ExitRecord, CallRecord, CallTotals, Event, Lost, Malformed, Disturbance,
                         Summary, Start, ClockStep, Unwritten>;

template <typename... Kinds>
using RecordOfListed = RecordOf<Kinds..., OtherRecord>;

/// What flows out: a view that is valid during the call that it is given to. A new kind of record is an OtherRecord: a
/// file with its struct and its visit_fields() (record_fields.hpp). One that is to be written faster than others, or to
/// look its own way in text, gets a name in the list above.
using Record = ListedKinds<RecordOfListed>;

/// Calls `visitor` with the record of whichever kind it is: `const ExecRecord&`, `const Lost&`, ...
template <typename Visitor>
decltype(auto) visit_record(const Record& record, Visitor&& visitor) {
  return std::visit([&visitor](auto view) -> decltype(auto) { return visitor(view.get()); }, record);
}

/// The record if it is of that kind, else null.
template <typename Kind>
const Kind* record_if(const Record& record) {
  const auto* view = std::get_if<std::reference_wrapper<const Kind>>(&record);
  return view == nullptr ? nullptr : &view->get();
}

}  // namespace ftracectl

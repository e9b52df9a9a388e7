#pragma once

#include "records/call_record.hpp"
#include "records/call_totals.hpp"
#include "records/field_values.hpp"

namespace ftracectl {

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const CallRecord& call, Put& put) {
  using Argument = CallRecord::Argument;
  put.kind(field<"call">);
  put(field<"ts_ns">, call.time);
  put(field<"cpu">, std::int64_t{call.cpu});
  put.twice(field<"pid">, call.pid, field<"tid">, call.tid);
  put(field<"uid">, call.uid);
  put(field<"comm">, call.comm);
  put(field<"syscall">, std::string_view(call.syscall));
  put(field<"args">, CallArguments{call});
  put(field<"ret">, call.ret);
  put(field<"error">, ErrorOf{call.status == CallRecord::Status::failed ? call.ret : std::nullopt});
  put(field<"status">, Word{status_name(call.status)});
  put(field<"duration_ns">, call.duration_ns);
  put.optional(field<"stack">, call.kernel_stack);
  put.optional(field<"user_stack">, call.user_stack);
  put.optional(field<"addresses">, names_of_arguments(call, [](const Argument& argument) {
                 return argument.kind == Argument::Kind::address;
               }));
  put.optional(field<"truncated">,
               names_of_arguments(call, [](const Argument& argument) { return argument.is_cut; }));
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const CallTotals& totals, Put& put) {
  put.kind(field<"totals">);
  put(field<"syscall">, std::string_view(totals.syscall));
  put(field<"calls">, totals.calls);
  put(field<"failed">, totals.failed);
  put(field<"unfinished">, totals.unfinished);
  put(field<"errors">, ErrorCounts{totals});
  put(field<"total_ns">, totals.durations.total());
  put(field<"average_ns">, totals.durations.average());
  put(field<"p50_ns">, totals.durations.quantile(0.5));
  put(field<"p99_ns">, totals.durations.quantile(0.99));
  put(field<"max_ns">, totals.durations.max());
}

}  // namespace ftracectl

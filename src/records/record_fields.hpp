#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "records/call_fields.hpp"
#include "records/field_values.hpp"
#include "records/record.hpp"

namespace ftracectl {

// The fields of each kind of record, listed once. visit_fields(record, put) says them in the order of the output:
//
//     put.kind(field<"exit">)                       the record's "type"
//     put(field<"pid">, record.pid)                 a field that is always there; null where it is not known
//     put.twice(field<"pid">, 7, field<"tid">, 7)   two of which the second is mostly the first
//     put.optional(field<"stack">, record.stack)    left out where there is nothing
//     put.asked(is_asked, field<"cwd">, place.cwd)  left out unless it was asked for
//
// A text that is not UTF-8 has its bytes beside it, in a field of its own. The JSON writer, the generic line of text
// and the test of the schema are three `put`s. Everything is inlined into the writer, whatever the compiler thinks of
// its size: this is what the program does most.

inline constexpr std::array comm_key = {std::string_view("comm")};

[[gnu::always_inline]] inline Word syscall_word(ExecRecord::Syscall syscall) {
  if (syscall == ExecRecord::Syscall::execve) return {"execve"};
  return {syscall == ExecRecord::Syscall::execveat ? "execveat" : ""};
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const ExecRecord& record, Put& put) {
  put.kind(field<"exec">);
  put(field<"ts_ns">, record.time);
  put(field<"clock">, BufferClock{});
  put(field<"cpu">, std::int64_t{record.cpu});
  put.twice(field<"pid">, record.pid, field<"tid">, record.tid);
  put(field<"ppid">, record.ppid);
  put(field<"uid">, record.uid);
  put(field<"comm">, record.comm);
  put(field<"syscall">, syscall_word(record.syscall));
  put(field<"filename">, record.filename);
  put(field<"filename_from">, Word{value_source_name(record.filename_from)});
  put(field<"argv">, record.argv);
  put(field<"argv_from">, Word{value_source_name(record.argv_from)});
  put(field<"ret">, record.ret);
  put(field<"error">, ErrorOf{record.ret});
  put(field<"status">, Word{status_name(record.status)});
  put(field<"duration_ns">, record.duration_ns);
  put(field<"new_comm">, record.new_comm);
  put.optional(field<"stack">, record.kernel_stack);
  put.optional(field<"user_stack">, record.user_stack);
  put.optional(field<"filename_addr">, record.filename ? std::nullopt : record.filename_addr);
  put.optional(field<"argv_addr">, record.argv ? std::nullopt : record.argv_addr);
  put.optional(field<"truncated">, record.truncated);
  // The working folder and the cgroup come from /proc, after the fact; the container is in the cgroup's path.
  const ExecRecord::Place& place = record.place;
  const ExecRecord::PlaceKeys& asked = record.place_keys;
  put.asked(asked.cwd, field<"cwd">, place.cwd);
  put.asked(asked.cwd, field<"cwd_from">, Word{place.cwd ? "proc" : ""});
  put.asked(asked.cgroup, field<"cgroup">, place.cgroup);
  put.asked(asked.cgroup, field<"cgroup_from">, Word{place.cgroup ? "proc" : ""});
  put.asked(asked.container, field<"container">, place.container);
  put.asked(asked.container, field<"container_from">, Word{place.container ? "cgroup" : ""});
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const ExitRecord& record, Put& put) {
  put.kind(field<"exit">);
  put(field<"ts_ns">, record.time);
  put(field<"cpu">, std::int64_t{record.cpu});
  put.twice(field<"pid">, record.pid, field<"tid">, record.tid);
  put(field<"ppid">, record.ppid);
  put(field<"comm">, record.comm);
  put(field<"exit_code">, record.exit_code);
  put(field<"signal">, record.signal);
  put(field<"lifetime_ns">, record.lifetime_ns);
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const Event& event, Put& put) {
  const bool has_comm = event.tid >= 0 && event.has_comm();
  put.kind(field<"event">);
  put(field<"ts_ns">, event.time);
  put(field<"cpu">, IfTold{event.cpu});
  put(field<"pid">, NeverKnown{});
  put(field<"tid">, IfTold{event.tid});
  put(field<"comm">, has_comm ? std::optional(event.comm) : std::nullopt);
  put(field<"event">, EventName{event});
  put(field<"fields">, EventFields{event});
  put.asked(!event.decoded, field<"message">, event.message);
  put.optional(field<"stack">, event.kernel_stack);
  put.optional(field<"user_stack">, event.user_stack);
  put.optional(field<"truncated">, std::span(comm_key.data(), event.comm_cut ? 1 : 0));
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const Lost& lost, Put& put) {
  put.kind(field<"lost">);
  put(field<"ts_ns">, lost.time);
  put(field<"cpu">, IfTold{lost.cpu});
  put(field<"count">, lost.count);
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const Malformed& malformed, Put& put) {
  put.kind(field<"malformed">);
  put(field<"line">, malformed.line);
  put(field<"why">, malformed.why);
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const Disturbance& disturbance, Put& put) {
  put.kind(field<"disturbed">);
  put(field<"noticed_ns">, Timestamp{disturbance.noticed_ns, true});
  put(field<"file">, std::string_view(disturbance.file));
  put(field<"what">, std::string_view(disturbance.what));
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const KernelCounts& counts, Put& put) {
  put(field<"read">, counts.read);
  put(field<"left">, counts.left);
  put(field<"overrun">, counts.overrun);
  put(field<"commit_overrun">, counts.commit_overrun);
  put(field<"dropped">, counts.dropped);
}

template <typename Put>
[[gnu::always_inline]] inline void visit_fields(const Summary& summary, Put& put) {
  const bool is_disturbed = summary.disturbed + summary.taken + summary.forgotten > 0;
  put.kind(field<"summary">);
  put(field<"records">, summary.records);
  put(field<"lost">, summary.lost);
  put(field<"malformed">, summary.malformed);
  put(field<"kernel">, summary.kernel);
  put(field<"entries">, summary.entries);
  put(field<"execs">, summary.execs);
  put(field<"execs_with_argv">, summary.execs_with_argv);
  put(field<"duration_ns">, static_cast<std::uint64_t>(summary.seconds * 1e9));
  put.asked(is_disturbed, field<"disturbed">, summary.disturbed);
  put.asked(is_disturbed, field<"taken">, summary.taken);
  put.asked(is_disturbed, field<"forgotten">, summary.forgotten);
}

/// Null where it is empty.
inline std::optional<std::string_view> known(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string_view>(text);
}

/// An offset needs more bits than other programs' numbers have: its digits, in a text.
template <typename Put>
inline void visit_fields(const WallOffset& wall, Put& put) {
  put(field<"wall_offset_ns">, std::optional(std::to_string(wall.offset_ns)));
  put(field<"wall_offset_bound_ns">, std::optional(wall.bound_ns));
}

template <typename Put>
inline void visit_fields(const Start& start, Put& put) {
  put.kind(field<"start">);
  put(field<"host">, known(start.host));
  put(field<"boot_id">, known(start.boot_id));
  put(field<"kernel">, known(start.kernel));
  put(field<"version">, known(start.version));
  put(field<"clock">, known(start.clock));
  put(field<"started_ns">, start.started_ns);
  put(field<"started">, WallText{start.started_ns, start.wall});
  if (start.wall) {
    visit_fields(*start.wall, put);
  } else {
    put(field<"wall_offset_ns">, std::optional<std::string>());
    put(field<"wall_offset_bound_ns">, std::optional<std::uint64_t>());
  }
  put(field<"command_line">, known(start.command_line));
  put.optional(field<"events">, start.events);
  put.optional(field<"selects">, start.selects);
}

template <typename Put>
inline void visit_fields(const ClockStep& step, Put& put) {
  put.kind(field<"clock_step">);
  put(field<"noticed_ns">, Timestamp{step.noticed_ns, true});
  put(field<"step_ns">, std::optional(std::to_string(step.step_ns)));
  visit_fields(step.wall, put);
}

template <typename Put>
inline void visit_fields(const Unwritten& unwritten, Put& put) {
  put.kind(field<"unwritten">);
  put(field<"noticed_ns">,
      Timestamp{unwritten.noticed_ns.value_or(0), true, unwritten.noticed_ns.has_value()});
  put(field<"count">, unwritten.count);
}

}  // namespace ftracectl

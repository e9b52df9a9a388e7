#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/tracefs/plan.hpp"

namespace ftracectl {

// The format of a journal: what takes back each change that a session makes, written before the change.
// JSON Lines, version 1. The first line tells whose journal it is; then each change is a line of its own with
// what takes it back, and each change taken back by the session itself is another.
//
//     {"ftracectl_journal":1,"pid":2169,"command":"ftracectl enable sched_switch","boot_id":"6c3f...",
//      "started_ns":8123456789,"tracefs":"/sys/kernel/tracing"}                           (one line)
//     {"id":1,"wrote":{"kind":"set","path":"tracing_on","value":"0"},
//      "undo":{"kind":"set","path":"tracing_on","value":"1"}}                             (one line)
//     {"undone":1}
//
// Paths are relative to the tracing folder. A string's characters are bytes, U+0080 to U+00FF standing for
// those that are not ASCII: a filter may hold any. What follows the last newline was torn by the death of the
// writer and does not count: the change was not made yet.

struct JournalHeader {
  std::int32_t pid = 0;
  std::string command;  ///< the session's command line, for people
  std::string boot_id;  ///< of /proc/sys/kernel/random/boot_id: after a reboot nothing is to be undone
  std::int64_t started_ns = 0;  ///< CLOCK_BOOTTIME
  std::string tracefs;          ///< the tracing folder, as the session found it
};

/// One change: what was written, by which it is seen whether somebody else has written since, and the step
/// that takes it back.
struct JournalEntry {
  std::uint64_t id = 0;
  Step wrote;
  Step undo;
};

struct JournalContent {
  JournalHeader header;
  std::vector<JournalEntry> outstanding;  ///< what was not taken back, oldest first
  std::size_t whole_lines_size = 0;       ///< bytes up to and with the last newline
};

std::string header_line(const JournalHeader& header);
std::string entry_line(const JournalEntry& entry);
std::string undone_line(std::uint64_t id);

/// Nothing for a journal whose first line is not whole: its session has changed nothing yet.
/// Throws Error(failed) for a whole line that makes no sense, for another version, and for a path that leads
/// out of the tracing folder.
std::optional<JournalContent> parse_journal(std::string_view text);

}  // namespace ftracectl

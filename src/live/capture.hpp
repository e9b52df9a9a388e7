#pragma once

#include <chrono>
#include <cstdint>
#include <ftracectl/exec_record.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "kernel/stacks/object_names.hpp"
#include "kernel/tracefs.hpp"
#include "live/argument_probes.hpp"
#include "live/long_run.hpp"
#include "live/trace_source.hpp"
#include "output/log_file.hpp"
#include "records/recorder.hpp"
#include "records/sink.hpp"
#include "records/wanted_execs.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// An event, a pattern, and the filter that is for it alone; empty: none.
struct EventChoice {
  std::string pattern;
  std::string filter;
};

/// A recorder, and what it is to record: names of system calls, say.
struct RecorderChoice {
  const RecorderKind* kind;
  std::vector<std::string> words = {};
};

/// Whence user stacks are.
enum class UserStacks {
  none,
  automatic,  ///< as `fetched` where that can be had, else as `walked`
  fetched,  ///< the C library's execve() is probed, and what that brings is unwound; the kernel's walk for the rest
  walked,  ///< by the kernel, along frame pointers
};

/// What `ftracectl capture` was asked for.
struct CaptureOptions {
  std::vector<std::string> events;        ///< patterns
  std::string filter;                     ///< the user's own, for all events
  std::vector<EventChoice> chosen;        ///< events with filters of their own; they are among `events`, too
  std::vector<RecorderChoice> recorders;  ///< without events: what becomes records
  bool totals = false;                    ///< instead of records what they came to, for each system call
  std::string selection;                  ///< another filter that must hold too, out of options
  bool unchecked = false;                 ///< write filters without checking them first
  std::string filename;                   ///< a glob: only exec records whose file name matches, all of it
  bool only_failed = false;               ///< only execs that failed
  ExecSelection execs;                    ///< further, by what a record says
  ExecRecord::PlaceKeys place;            ///< what else to ask /proc for
  std::string name;  ///< a glob: only exec records whose file name matches behind the last '/'
  std::vector<std::int32_t> pids;
  std::vector<std::int32_t> tids;
  bool follow = false;  ///< with pids: and what they start
  bool all = false;     ///< with a command: the whole system, not only the command and its descendants
  bool stacktrace = false;
  UserStacks userstack = UserStacks::none;
  OpenObject open_object;  ///< what names the functions of user stacks; empty: nothing does
  ArgumentSource arguments = ArgumentSource::automatic;
  TraceSource source = TraceSource::automatic;       ///< automatic: raw where it can be had
  std::optional<std::chrono::milliseconds> latency;  ///< how long events may wait to be read
  bool strict = false;
  bool dry_run = false;
  std::uint64_t buffer_kb = 0;  ///< for each cpu; 0: a size that fits
  std::optional<std::chrono::milliseconds> duration;
  std::string format = "text";
  TextLook look;
  TimeStyle time = TimeStyle::clock;
  LogFile::Rules output;  ///< a path of "" or "-": standard output
  LongRunOptions long_run;
  std::string save;  ///< a folder to keep all in that decoding needs; empty: none
  std::vector<std::string> command;
  std::string user;  ///< as whom the command runs, a name or "#1000"; empty: as we do
  std::string search_path = "/usr/bin:/bin";  ///< where the command's program is looked for
  std::string journal_folder = default_journal_folder;
  std::string program_version;     ///< for the manifest of `save`
  std::vector<std::string> words;  ///< the same: the program's arguments, up to "--"
};

inline bool has_user_stacks(const CaptureOptions& options) { return options.userstack != UserStacks::none; }

/// Captures in a private instance and leaves nothing behind. Gives the exit code: the command's status once
/// it has started. Diagnostics and the summary go to `err`, the writes of a dry run to `out`. Throws Error.
int run_capture(Tracefs& tracefs, const CaptureOptions& options, std::ostream& out, std::ostream& err);

}  // namespace ftracectl

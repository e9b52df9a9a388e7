#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "records/recorder.hpp"
#include "records/start.hpp"
#include "records/wanted_execs.hpp"

namespace ftracectl {

/// The version of capture folders that this program writes, and the newest that it reads. It grows when an
/// older program would read a folder wrongly, not when a key is added.
inline constexpr int capture_folder_version = 5;

// What a folder has that needs no more: those who know no other read it.
inline constexpr int text_folder_version = 1;
inline constexpr int whole_page_folder_version = 2;  ///< with binary pages, padding and all
inline constexpr int uid_folder_version = 3;         ///< whose users are told by the events alone
inline constexpr int cut_page_folder_version = 4;    ///< with the used parts of pages, or disturbed by others

/// What a capture folder says of itself, in its manifest.json: where its text comes from, and what it takes
/// to decode it as the capture did.
struct CaptureManifest {
  std::string program_version;  ///< of the ftracectl that wrote it
  bool finished = false;        ///< false while the capture runs, and for ever if it was killed
  std::string kernel;           ///< uname -r
  std::string machine;          ///< uname -m
  int cpus = 0;
  std::string clock;          ///< trace_clock
  std::size_t page_size = 0;  ///< of binary pages; 0: the capture read text
  /// Of each page the folder has only what used_part() says; folders before version 4 have all of it.
  bool pages_are_cut = false;
  std::uint64_t disturbed = 0;  ///< times that others did something to the buffer
  std::vector<std::string>
      builtin_entries;                    ///< "ftrace:kernel_stack" and the like, whose formats are kept, too
  std::map<std::string, bool> options;    ///< the instance's trace_options: some of them shape the text
  std::vector<std::string> arguments;     ///< of ftracectl, the command behind "--" left out
  std::vector<std::string> command;       ///< what was captured; empty: not a command
  std::vector<std::string> events;        ///< "system:name", in the order in which names are looked up
  std::vector<ChosenRecorder> recorders;  ///< what became records
  bool expect_stacks = false;
  ExecRecord::PlaceKeys place;  ///< what else /proc was asked for; nothing in older folders
  std::string filename;         ///< the globs that select exec records
  std::string name;
  bool only_failed = false;
  ExecSelection selection;
  std::optional<Start> start;          ///< what the capture said of itself; older folders do not have it
  std::vector<ClockStep> clock_steps;  ///< of the wall clock, while it ran
  std::string started;                 ///< "2026-11-22T12:54:34Z"
  std::string ended;                   ///< empty while it is not finished
  std::optional<double> seconds;       ///< how long it took
};

/// The first record, as the capture had it and as decoding gives it again.
std::optional<Start> start_of(const CaptureManifest& manifest);

/// The text of manifest.json.
std::string manifest_text(const CaptureManifest& manifest);

/// The reverse. Keys that are not known are left alone. Throws Error(failed), with `origin`: no JSON, not a
/// manifest, or one of a newer version.
CaptureManifest parse_manifest(std::string_view text, const std::string& origin);

}  // namespace ftracectl

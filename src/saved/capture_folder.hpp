#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "kernel/files.hpp"
#include "output/output_file.hpp"
#include "records/record_stream.hpp"
#include "saved/capture_manifest.hpp"
#include "saved/machine_lines.hpp"
#include "saved/own_folder.hpp"
#include "saved/stack_lines.hpp"

namespace ftracectl {

/// A capture kept in a folder, from which `decode` makes the same records anywhere:
///
///     manifest.json                 what it is, and whether it is finished
///     formats/SYSTEM/EVENT/format   the schemas of its events
///     trace_pipe.txt                the bytes of trace_pipe, as read
///     tasks.jsonl, values.jsonl     what the machine told beside them (machine_lines.hpp)
///     pauses.jsonl                  where the pipe was empty, as far as that made a difference, and where
///                                   somebody disturbed the capture
///     stacks.jsonl                  of user stacks, what was mapped where (stack_lines.hpp)
///     stats/cpuN                    per_cpu/cpuN/stats at the end
///
/// and of a capture from binary pages, in the place of trace_pipe.txt and pauses.jsonl,
///
///     per_cpu/cpuN/trace_pipe_raw   the pages of each cpu, as read
///     events/header_page, header_event
///                                   how they are laid out
///     reads.jsonl                   in which order the cpus were read, and where somebody disturbed it
///     names.jsonl, symbols.jsonl    names of tasks and of addresses that the machine was asked for
///
/// Only its owner may look into it: it holds everyone's arguments. Bytes are written as they come and before
/// they are decoded: killed at any moment, the folder is readable up to there.
class CaptureFolder {
 public:
  /// Throws as OwnFolder does, where `path` is there and is anything but an empty folder of ours. Writes nothing yet.
  explicit CaptureFolder(std::string path);

  /// Has the stream report all that goes into it, and what its hooks find out. The folder outlives the
  /// stream.
  void listen_to(RecordStream::Options& options);
  /// There will be user stacks: where to put what names them. Before listen_to(), which writes it.
  StackLines& keep_stacks() { return stacks_.emplace(); }
  /// Makes the folder, and writes all that is known before the first byte; the manifest last, which so stands
  /// for the rest. Throws Error, as do the hooks when the disk is full.
  void start(CaptureManifest manifest, Files& files, const TaskTracker& tasks);
  /// A step of the wall clock; written at the end.
  void stepped(const ClockStep& step) { manifest_.clock_steps.push_back(step); }
  /// `stats` as of read_cpu_stats().
  void finish(const std::map<std::string, std::string>& stats, double seconds);

 private:
  static std::vector<std::string> formats_needed(std::vector<std::string> events, Files& files);
  /// A file that lines are put into, written when there is time.
  struct Lines {
    std::optional<OutputFile> file;
    std::string waiting;

    void put(const std::string& line) { waiting += line + "\n"; }
    void write();
  };

  void listen_to_pages(RecordStream::Options& options);
  void start_pages(Files& files);
  void on_bytes(std::string_view bytes);
  void on_pages(std::string_view bytes, int cpu, bool drained);
  void on_settle(bool idle, bool matters);
  void on_disturbed(const Disturbance& disturbance);
  void ask_machine(MachineMoment moment, const std::function<void(ExecRecord&)>& ask, ExecRecord& record);
  void write_format(const std::string& event, Files& files);
  void write_stacks();
  void write_file(const std::string& name, std::string_view text) const;
  void write_manifest() const;

  OwnFolder folder_;
  std::set<std::string> formats_written_;
  CaptureManifest manifest_;
  std::optional<OutputFile> bytes_;
  std::uint64_t byte_count_ = 0;
  Lines values_;
  Lines pauses_;
  bool is_raw_ = false;
  PageLayout layout_;                ///< of binary pages
  ByteBuffer cut_;                   ///< pages without their padding
  std::map<int, OutputFile> pages_;  ///< by cpu
  Lines reads_;
  Lines names_;
  Lines symbols_;
  std::unordered_set<std::uint64_t> addresses_asked_;
  std::optional<StackLines> stacks_;
  std::optional<OutputFile> stacks_file_;
};

/// The moment now, "2026-11-22T12:54:34Z".
std::string utc_now();

}  // namespace ftracectl

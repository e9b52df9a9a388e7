#pragma once

#include <deque>
#include <ftracectl/event_table.hpp>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/tracefs/kernel_counts.hpp"
#include "records/record_stream.hpp"
#include "saved/capture_manifest.hpp"
#include "saved/machine_lines.hpp"
#include "saved/saved_lines.hpp"
#include "saved/saved_stacks.hpp"

namespace ftracectl {

/// A capture folder (capture_folder.hpp), being read.
class SavedCapture {
 public:
  /// Throws Error(failed): no such folder, not one of a capture, of a newer version.
  explicit SavedCapture(const std::string& path);

  const CaptureManifest& manifest() const { return manifest_; }
  const EventTable& events() const { return events_; }

  /// Sets what it takes to decode as the capture did. The stream must not outlive this. `find` as of SavedStacks.
  void prepare(RecordStream::Options& options, FindObject find = nullptr);
  /// Puts the tasks, the bytes and the pauses through the stream, up to the end. `after_piece` is called
  /// every so many bytes, for who takes the records away. Once only.
  void run(RecordStream& stream, const std::function<void()>& after_piece);

  /// How much of the trace is read, and how much there is.
  std::uint64_t bytes_read() const { return bytes_read_; }
  std::uint64_t bytes() const { return bytes_; }

  /// What the kernel counted; nothing for a capture that did not finish.
  std::optional<KernelCounts> kernel_counts() const;
  /// Whether a file was found to end within a line.
  bool is_torn() const {
    return values_.is_torn() || (pauses_ && pauses_->is_torn()) || (reads_ && reads_->is_torn());
  }

 private:
  void add_formats(const std::vector<std::string>& events);
  RawSource raw_source();
  std::uint64_t size_of_trace() const;
  std::string answer_name(std::int32_t tid);
  void run_text(RecordStream& stream, const std::function<void()>& after_piece);
  void run_pages(RecordStream& stream, const std::function<void()>& after_piece);
  void answer(MachineMoment moment, ExecRecord& record);

  InputFolder folder_;
  CaptureManifest manifest_;
  PageLayout layout_;  ///< of binary pages, once the stream was prepared
  EventTable events_;
  SavedLines values_;
  std::optional<SavedLines> pauses_;  ///< of text
  std::optional<SavedLines> reads_;   ///< of binary pages
  std::unordered_map<std::int32_t, std::deque<std::string>> names_;
  std::unordered_map<std::uint64_t, SymbolLine> symbols_;
  /// Answers to come. They stand in the order in which they were asked for. To look ahead keeps one that is
  /// not asked for again (by a decoder that has changed since) from standing before all others.
  std::deque<ValueLine> ahead_;
  bool all_answers_read_ = false;
  std::optional<SavedStacks> stacks_;
  std::uint64_t bytes_read_ = 0;
  std::uint64_t bytes_ = 0;
};

/// Whether the path is a folder: then it should be one of a capture.
bool is_folder(const std::string& path);
/// Whether it has what every folder of a capture has: a manifest.
bool is_capture_folder(const std::string& path);

}  // namespace ftracectl

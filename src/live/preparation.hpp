#pragma once

#include <ftracectl/error.hpp>
#include <ftracectl/event_table.hpp>
#include <iosfwd>
#include <string>
#include <vector>

#include "live/capture.hpp"
#include "live/capture_plan.hpp"
#include "records/recorder.hpp"

namespace ftracectl {

/// Everything about a capture that is known before the kernel is touched.
struct Prepared {
  CaptureWish wish;
  std::vector<ChosenRecorder> recorders;
  /// Records are rare, and nobody named events: the reader may wake for each.
  bool are_rare = false;
  EventTable table;
};

/// Reads what is needed of the kernel and of /proc; writes nothing. Throws Error.
void prepare(const CaptureOptions& options, Files& files, Prepared& prepared);

/// Checks the filter in the user's own words, then all that is to be written, against the formats of the
/// events, and notes what the selection does not cover. With a journal, features that only trying shows are
/// tried in an instance made for that.
void check_selection(const CaptureOptions& options, const Prepared& prepared, Files& files, Journal* journal,
                     std::ostream& err);

/// What a recorder wants to be fetched, and how.
struct WantedFetches {
  const RecorderKind* recorder;
  std::vector<Fetch> fetches;
  std::vector<ArgumentSource> kinds;  ///< of probes to try, the best first
};
std::vector<WantedFetches> wanted_fetches(const CaptureOptions& options, const Prepared& prepared,
                                          Files& files);

/// Whether user stacks are to be unwound from what a probe fetches, where the capture reads binary pages.
bool wants_stack_probe(const CaptureOptions& options, const Prepared& prepared);

/// What is said where no probes fetch it, unless a kind of them was asked for: then it is thrown.
/// `before` is what was said of a better kind, or empty.
std::string why_no_probes(const CaptureOptions& options, const RecorderKind& recorder, const Error& error,
                          const std::string& before = {});

/// "GROUP:NAME" of a probe's definition: the event that it is.
std::string event_of_probe(const std::string& definition);

}  // namespace ftracectl

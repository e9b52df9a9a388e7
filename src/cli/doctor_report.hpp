#pragma once

#include <cstddef>
#include <ftracectl/mounts.hpp>
#include <iosfwd>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "kernel/buffer_overview.hpp"
#include "kernel/environment.hpp"
#include "kernel/features.hpp"
#include "kernel/tracefs.hpp"

namespace ftracectl::cli {

/// Something that is in the way, and what to do about it.
struct Problem {
  std::string what;
  std::string remedy;         ///< may have several lines
  bool prevents_all = false;  ///< nothing can be traced before it is solved
};

/// What `capture --userstack` can do here.
struct UserStackSupport {
  bool has_names = false;  ///< the program was built with libdw
  bool is_whole = false;   ///< stacks can be fetched, and unwound without frame pointers
  std::string why_not;     ///< where they cannot
};

/// What `ftracectl doctor` found.
struct DoctorReport {
  Environment environment;
  std::optional<TracefsMount> mount;  ///< usable or not
  std::string found_by;
  std::optional<FolderAccess> access;
  std::size_t event_count = 0;
  std::vector<Feature> features;
  std::vector<BufferOverview> buffers;
  UserStackSupport user_stacks;
  std::vector<std::string> probes;  ///< lines of dynamic_events
  std::vector<Problem> problems;

  bool is_tracing_possible() const;
};

/// Looks at everything and changes nothing. `wish` as of locate_tracefs().
DoctorReport examine(const TracefsWish& wish);

/// One screen; with `verbose`, a line for each feature that tells how it is known.
void print_report(std::ostream& out, const DoctorReport& report, bool verbose);

nlohmann::ordered_json report_json(const DoctorReport& report);

}  // namespace ftracectl::cli

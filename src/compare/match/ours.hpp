#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "compare/match/side.hpp"
#include "records/record.hpp"

namespace ftracectl::compare {

/// Where in time ftrace's LOST marks stand: from the last event of the same cpu before to the first behind.
class LossRanges {
 public:
  explicit LossRanges(Side& side) : side_(side) {}

  /// Something happened on that cpu, and was over `duration_ns` later; nothing where its end was not seen. Such a
  /// one may have begun before the mark behind which it stands.
  void saw(int cpu, std::int64_t ts_ns, std::optional<std::int64_t> duration_ns);
  void lost(int cpu, std::uint64_t count);
  /// `in_all`: what the kernel counted for all of it. What no mark told of may have been at any time.
  void finish(std::optional<std::uint64_t> in_all);

 private:
  Side& side_;
  std::unordered_map<int, std::int64_t> last_seen_;
  std::vector<std::size_t> open_;  ///< losses behind which nothing of their cpu was seen yet
};

/// Takes records of ftrace into a side, as they are decoded.
class OursReader {
 public:
  explicit OursReader(Side& side);

  void record(const Record& record);
  /// `in_all` as of LossRanges.
  void finish(std::optional<std::uint64_t> in_all) { losses_.finish(in_all); }

 private:
  void take(const ExecRecord& record);
  void take(const ExitRecord& record);

  Side& side_;
  LossRanges losses_;
};

/// What options of `ftracectl capture` leave out: --failed, --name, --filename, and, with a command, all that
/// is not of its family.
void apply_capture_options(Side& side, const std::vector<std::string>& arguments);
void apply_selection(Side& side, const std::string& filename_glob, const std::string& name_glob,
                     bool only_failed);

/// "61e962" as bytes. False where it is no such text.
bool append_hex_bytes(std::string& to, std::string_view hex);

}  // namespace ftracectl::compare

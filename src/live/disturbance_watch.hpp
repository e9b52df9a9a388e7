#pragma once

#include <chrono>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kernel/file_watch.hpp"
#include "kernel/tracefs.hpp"
#include "records/disturbance.hpp"

namespace ftracectl {

/// Knows the settings that a capture depends on, and notices when somebody else changes them, empties the
/// buffer or reads it: at once where inotify reports it, and in any case when the settings are looked at.
class DisturbanceWatch {
 public:
  using Clock = std::chrono::steady_clock;
  /// How many of the things that are noticed become a line for the user.
  enum class Warnings { some, all };

  /// To be made when everything is in force, and before anything is recorded that must not be missed.
  /// `events` are those of the capture, "system:name". What is noticed is told to `err`, some times.
  DisturbanceWatch(Tracefs& tracefs, const std::string& prefix, const std::vector<std::string>& events,
                   std::ostream& err, Warnings warnings = Warnings::some);

  /// Readable when there is something to look at; -1 where that is not reported, and while a touch settles.
  int fd() const { return touched_ || !is_due(Clock::now()) ? -1 : files_.fd(); }
  /// When to look next, whether or not fd() speaks.
  Clock::time_point next_look() const;

  /// What has happened since the last look; nothing when that was a moment ago.
  std::vector<Disturbance> look();
  /// The same, whenever the last look was.
  std::vector<Disturbance> look_now();

 private:
  static constexpr std::chrono::milliseconds shortest{50};
  static constexpr std::chrono::milliseconds longest{1000};
  /// An open with O_TRUNC, a write and a close are one touch.
  static constexpr std::chrono::milliseconds settle_time{30};

  bool is_due(Clock::time_point now) const { return now >= looked_ + shortest; }
  void add(const std::string& file, std::string what);
  void look_at_touches(std::map<std::string, bool>& written);
  void look_at_settings(const std::map<std::string, bool>& written);
  void name_readers(const std::string& file);
  std::optional<std::string> read_setting(const std::string& file) const;

  Tracefs& tracefs_;
  std::ostream& err_;
  std::string prefix_;
  FileWatch files_;
  std::map<std::string, std::string> settings_;  ///< what the files read, by their paths in the buffer
  std::vector<Disturbance> found_;
  Clock::time_point looked_;
  std::optional<Clock::time_point> touched_;  ///< something was reported and not looked at yet
  Warnings warnings_;
  std::size_t told_ = 0;
};

}  // namespace ftracectl

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "kernel/wall_clock.hpp"
#include "live/chores.hpp"
#include "output/log_file.hpp"
#include "records/sink.hpp"
#include "records/start.hpp"

namespace ftracectl {

/// What the machine says of itself: host, boot and kernel; the clock's time and offset now.
Start describe_machine(const WallClock& clock);

/// "ftracectl capture --comm 'a b' -- make", as for a shell. `words` are the arguments of the subcommand.
std::string command_line_text(const std::string& subcommand, const std::vector<std::string>& words,
                              const std::vector<std::string>& command);

/// Has the wall clock looked at whenever somebody sets it, and once a minute where the kernel does not say.
void watch_wall_clock(Chores& chores, WallClock& clock, std::function<void(const ClockStep&)> take);

/// The lines of a file that are not records of the stream.
struct FileLines {
  const OutputFormat& format;
  SinkOptions options;
  const Start& start;
  const WallClock& clock;

  /// The start again, for the head of a further file, with the offset as it is now.
  std::string head() const;
  /// What stands for lines that found no room.
  std::string gap(std::size_t lines) const;
};

}  // namespace ftracectl

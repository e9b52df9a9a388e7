#include "live/describe_start.hpp"

#include <sys/utsname.h>

#include <fstream>
#include <memory>

#include "model/tracefs/plan.hpp"

namespace ftracectl {

Start describe_machine(const WallClock& clock) {
  utsname names{};
  uname(&names);
  Start start;
  start.host = names.nodename;
  start.kernel = names.release;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> start.boot_id;
  start.started_ns = clock.now();
  start.wall = clock.offset();
  return start;
}

std::string command_line_text(const std::string& subcommand, const std::vector<std::string>& words,
                              const std::vector<std::string>& command) {
  std::string text = "ftracectl " + subcommand;
  for (const auto& word : words) text += " " + shell_word(word);
  if (!command.empty()) text += " --";
  for (const auto& word : command) text += " " + shell_word(word);
  return text;
}

void watch_wall_clock(Chores& chores, WallClock& clock, std::function<void(const ClockStep&)> take) {
  if (!clock.offset()) return;
  const auto look = [&clock, take = std::move(take)] {
    if (const auto step = clock.look()) take(*step);
  };
  chores.watch(clock.fd(), look);
  if (clock.fd() < 0) chores.add(std::chrono::minutes(1), look);
}

namespace {

/// A new sink that knows the run and the offset of now.
std::unique_ptr<Sink> sink_of(const FileLines& lines) {
  auto sink = lines.format.make(lines.options);
  Start again = lines.start;
  again.wall = lines.clock.offset();
  sink->record(again);
  return sink;
}

}  // namespace

std::string FileLines::head() const { return std::string(sink_of(*this)->buffer().view()); }

std::string FileLines::gap(std::size_t lines) const {
  const auto sink = sink_of(*this);
  sink->buffer().clear();
  const Unwritten unwritten{clock.now(), lines};
  sink->record(unwritten);
  return std::string(sink->buffer().view());
}

}  // namespace ftracectl

#pragma once

#include <queue>
#include <unordered_map>

#include "compare/match/side.hpp"

namespace ftracectl::compare {

/// One event of an exec, as a tool that shows events tells it. Texts belong to the side's TextStore.
struct Sighting {
  enum class What : std::uint8_t { enter, argument, argument_count, exec, exit };
  What what = What::enter;
  bool is_execveat = false;
  bool is_cut = false;  ///< enter, exec: the file's name; argument_count: there were more
  bool is_argv_cut = false;
  bool argv_is_joined = false;  ///< as in Attempt
  std::uint64_t cut_arguments = 0;
  std::optional<std::int64_t> ts_ns;
  std::int32_t tid = -1;  ///< of exec: as it is afterwards
  std::int32_t pid = -1;
  std::int32_t ppid = -1;
  std::int32_t old_tid = -1;  ///< of exec: as it was when the call was entered; -1: not told
  std::int32_t cpu = -1;
  std::int64_t number = 0;  ///< exit: what it returned; argument: which; argument_count: how many
  std::optional<std::string_view> text;  ///< enter, exec: the file's name; argument: itself
  std::optional<std::string_view> comm;
  std::optional<std::string_view> argv;  ///< enter: all of it, as in Attempt
  std::uint64_t line = 0;
};

/// Makes attempts of events. Tools read one cpu's buffer after the other: what one task did on two cpus may
/// stand in the wrong order, by as much as fits into these buffers. So events wait until so many others have
/// come, and leave in the order of their time stamps. Without time stamps the order is taken as it is.
class AttemptBuilder {
 public:
  explicit AttemptBuilder(Side& side) : side_(side) {}

  void add(const Sighting& sighting);
  void finish();

 private:
  /// Events of one cpu that a tool may read in one go: what a buffer of 64 pages holds, and more.
  static constexpr std::size_t window_of_cpu = 4096;

  /// A sighting that waits, by its place: sightings are too large to be moved about.
  struct Waiting {
    std::int64_t ts_ns;
    std::uint64_t number;  ///< in the order they came
    std::uint32_t place;
    bool operator<(const Waiting& other) const {  // the earliest is on top
      return ts_ns != other.ts_ns ? ts_ns > other.ts_ns : number > other.number;
    }
  };
  struct Open {
    std::size_t index = 0;                                             ///< into the side's attempts
    std::vector<std::pair<std::int64_t, std::string_view>> arguments;  ///< by their number
    std::optional<std::int64_t> argument_count;
  };

  /// The attempt of that task at that very moment that lacks this stage: time stamps may be so coarse that the
  /// events of one attempt stand in another order.
  Attempt* find_same_moment(const Sighting& sighting, std::uint8_t stage);
  void take_earliest();
  void take(const Sighting& sighting);
  void on_enter(const Sighting& sighting);
  void on_argument(const Sighting& sighting);
  void on_exec(const Sighting& sighting);
  void on_exit(const Sighting& sighting);
  std::unordered_map<std::int32_t, Open>::iterator find_open(std::int32_t tid, std::int32_t pid);
  Open& begin(const Sighting& sighting);
  void close(Open& open);

  Side& side_;
  std::size_t window_ = window_of_cpu;  ///< events that wait
  std::priority_queue<Waiting> waiting_;
  std::vector<Sighting> places_;
  std::vector<std::uint32_t> free_places_;
  std::uint64_t next_number_ = 0;
  std::unordered_map<std::int32_t, Open> open_;                 ///< by tid
  std::unordered_map<std::int32_t, std::size_t> last_;          ///< tid to its latest attempt
  std::unordered_map<std::int32_t, std::int32_t> open_thread_;  ///< pid to the tid of its thread in a call
};

}  // namespace ftracectl::compare

#include "live/read_raw_source.hpp"

#include <time.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <unordered_map>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "kernel/symbols.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

/// The top level's saved_cmdlines, "123 bash" a line: the names of tasks seen last, dead ones too. It is
/// short (128 tasks unless enlarged) or takes long to read. So it is read again as soon as a name is missing,
/// as long as the reading takes no more than a tenth of the time; what it said stays known when it says so no more.
/// The reading is counted as the processor's time: on a busy machine the clock on the wall would count the others',
/// and 128 other tasks would have ended before the next reading.
class SavedNames {
 public:
  explicit SavedNames(Files& files) : files_(files) {}

  std::string find(std::int32_t tid) {
    const auto now = Clock::now();
    const bool is_known = now < hit_holds_until_ && names_.contains(tid);
    if (!is_known && now >= next_read_) {
      const auto begun = processor_time();
      read();
      const auto end = Clock::now();
      next_read_ = end + 9 * (processor_time() - begun);
      hit_holds_until_ = end + std::chrono::milliseconds(200);
    }
    const auto found = names_.find(tid);
    return found != names_.end() ? found->second : std::string();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::size_t most_names = 65536;

  /// Of this thread.
  static std::chrono::nanoseconds processor_time() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  void read() {
    if (names_.size() > most_names) names_.clear();
    if (!files_.exists("saved_cmdlines")) return;
    const std::string text = files_.read("saved_cmdlines");
    for (const auto line : split_lines(text)) {
      const auto blank = std::min(line.find(' '), line.size());
      const auto tid = parse_number<std::int32_t>(line.substr(0, blank));
      if (tid && blank < line.size()) names_[*tid] = line.substr(blank + 1);
    }
  }

  Files& files_;
  std::unordered_map<std::int32_t, std::string> names_;
  Clock::time_point hit_holds_until_{};
  Clock::time_point next_read_{};
};

}  // namespace

RawSource read_raw_source(Files& files, const std::string& prefix) {
  RawSource source;
  source.layout = parse_page_layout(files.read("events/header_page"), files.read("events/header_event"));
  source.layout.page_size = read_page_size(files, prefix, source.layout.page_size);
  source.is_time = counts_time(read_clock(files, prefix));
  source.symbols = [symbols = std::make_shared<KernelSymbols>()](std::uint64_t address) {
    const auto place = symbols->find(address);
    return SymbolPlace{place.name, place.offset, place.size};
  };
  if (files.exists("printk_formats"))
    source.printk_formats = parse_printk_formats(files.read("printk_formats"));
  source.ask_name = [saved = std::make_shared<SavedNames>(files),
                     has_our_pids = in_initial_pid_namespace()](std::int32_t tid) {
    const auto name = has_our_pids ? read_comm(tid) : std::nullopt;
    if (!name) return saved->find(tid);
    return name->substr(0, name->find('\0'));  // in the middle of an exec the end of the old name shows
  };
  return source;
}

}  // namespace ftracectl

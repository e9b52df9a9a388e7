#include "live/read_raw_source.hpp"

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
/// long, and read again only after a while.
class SavedNames {
 public:
  explicit SavedNames(Files& files) : files_(files) {}

  std::string find(std::int32_t tid) {
    const auto now = Clock::now();
    if (now >= holds_until_) {
      read();
      holds_until_ = now + std::chrono::milliseconds(200);
    }
    const auto found = names_.find(tid);
    return found != names_.end() ? found->second : std::string();
  }

 private:
  using Clock = std::chrono::steady_clock;

  void read() {
    names_.clear();
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
  Clock::time_point holds_until_{};
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
  source.ask_name = [saved = std::make_shared<SavedNames>(files),
                     has_our_pids = in_initial_pid_namespace()](std::int32_t tid) {
    const auto name = has_our_pids ? read_comm(tid) : std::nullopt;
    if (!name) return saved->find(tid);
    return name->substr(0, name->find('\0'));  // in the middle of an exec the end of the old name shows
  };
  return source;
}

}  // namespace ftracectl

// bpftrace's text output of scripts/bpf/exec.bt.
#include "compare/import/bpftrace_records.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

class BpftraceReader : public Reader {
 public:
  explicit BpftraceReader(Side& side) : side_(side), records_(side) {}

  void line(std::string_view line, std::uint64_t number) override {
    if (open_.empty()) return begin(line, number);
    open_.append(1, '\n').append(line);
    // Strings of BPF have a few hundred bytes at most: this one has lost its end.
    if (BpftraceRecords::is_whole(open_)) {
      last_.swap(open_);
      open_.clear();
      records_.add(last_, opened_at_);
    } else if (open_.size() > longest) {
      last_.swap(open_);
      open_.clear();
      bad_line(opened_at_, "a record of exec.bt does not end", last_);
    }
  }

  void finish() override {
    if (!open_.empty()) count_bad_line(side_, opened_at_, "a record of exec.bt is cut off", open_);
    records_.finish();
  }

 private:
  static constexpr std::size_t longest = 4096;

  void begin(std::string_view line, std::uint64_t number) {
    if (is_chatter_of_bpftrace(line) || line.starts_with('@')) return;
    if (const auto count = lost_by_bpftrace(line)) return records_.lost(*count);
    if (!BpftraceRecords::begins(line)) bad_line(number, "no record of exec.bt", line);
    if (BpftraceRecords::is_whole(line)) return records_.add(line, number);
    open_ = line;
    opened_at_ = number;
  }

  Side& side_;
  BpftraceRecords records_;
  std::string open_;  ///< a record of which more lines are to come
  std::string last_;  ///< the one that was open before
  std::uint64_t opened_at_ = 0;
};

bool recognises(std::string_view beginning) {
  while (!beginning.empty()) {
    const auto line = beginning.substr(0, beginning.find('\n'));
    if (BpftraceRecords::begins(line)) return true;
    if (!is_chatter_of_bpftrace(line) && !lost_by_bpftrace(line)) return false;
    beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer bpftrace_importer = {"bpftrace", "bpftrace's text of scripts/bpf/exec.bt", recognises,
                                    [](Side& side, const ImportOptions&) -> std::unique_ptr<Reader> {
                                      return std::make_unique<BpftraceReader>(side);
                                    }};

}  // namespace ftracectl::compare

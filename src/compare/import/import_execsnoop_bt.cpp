// The text of bpftrace's own execsnoop.bt; see execsnoop_bt.hpp.
#include <algorithm>

#include "compare/import/bpftrace_records.hpp"
#include "compare/import/execsnoop_bt.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

class ExecsnoopBtReader : public Reader {
 public:
  explicit ExecsnoopBtReader(Side& side) : side_(side), execsnoop_(side) {}

  void line(std::string_view line, std::uint64_t number) override {
    if (const auto count = lost_by_bpftrace(line)) {
      side_.losses.push_back({*count, -1, {}, {}});
    } else if (!is_chatter_of_bpftrace(line)) {
      execsnoop_.line(line, number);
    }
  }

 private:
  Side& side_;
  ExecsnoopBt execsnoop_;
};

bool recognises(std::string_view beginning) {
  for (int lines = 0; lines < 20 && !beginning.empty(); ++lines) {
    const auto line = beginning.substr(0, beginning.find('\n'));
    if (ExecsnoopBt::is_heading(line)) return true;
    if (!is_chatter_of_bpftrace(line)) return false;
    beginning.remove_prefix(std::min(line.size() + 1, beginning.size()));
  }
  return false;
}

}  // namespace

const Importer execsnoop_bt_importer = {"execsnoop.bt", "the text of bpftrace's own execsnoop.bt", recognises,
                                        [](Side& side, const ImportOptions&) -> std::unique_ptr<Reader> {
                                          return std::make_unique<ExecsnoopBtReader>(side);
                                        }};

}  // namespace ftracectl::compare

// bpftrace -f json of scripts/bpf/exec.bt and of bpftrace's own execsnoop.bt:
//
//     {"type": "attached_probes", "data": {"probes": 8}}
//     {"type": "printf", "data": "exit 22727645160592 0 32671 32671 execve 0 sleep #22727645160592\n"}
//     {"type": "join", "data": "/bin/echo a"}
//     {"type": "lost_events", "data": {"events": 5}}
#include "base/json_scanner.hpp"
#include "base/text.hpp"
#include "compare/import/bpftrace_records.hpp"
#include "compare/import/execsnoop_bt.hpp"
#include "compare/import/importers.hpp"

namespace ftracectl::compare {

namespace {

class BpftraceJsonReader : public Reader {
 public:
  explicit BpftraceJsonReader(Side& side) : side_(side) {}

  void line(std::string_view line, std::uint64_t number) override {
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    std::string type;
    std::string data;
    const bool good = json_.read(line, [&](std::string_view key, const JsonValue& value) {
      if (key == "type") type = value.text;
      if (key == "data") data = value.text;
    });
    if (!good) bad_line(number, "no JSON: " + json_.fault(), line);
    if (type.empty()) bad_line(number, "no \"type\", as bpftrace -f json has", line);
    if (type == "lost_events") return on_lost(data, number);
    if (type == "printf" || type == "join") on_output(type == "join", data, number);
  }

  void last_line(std::string_view last, std::uint64_t number) override { line(last, number); }

  void finish() override {
    if (records_) records_->finish();
    if (execsnoop_) execsnoop_->finish();
    if (!records_ && !execsnoop_) add_losses(nullptr);
  }

 private:
  void on_lost(std::string_view data, std::uint64_t number) {
    inner_.read(data, [&](std::string_view, const JsonValue& value) {
      lost_ += static_cast<std::uint64_t>(value.integer().value_or(0));
    });
    if (lost_ == 0) bad_line(number, "lost_events without a number", data);
    add_losses(&side_);
  }

  void add_losses(Side* side) {
    if (side == nullptr || lost_ == 0) return;
    side->losses.push_back({lost_, -1, {}, {}});
    lost_ = 0;
  }

  void on_output(bool is_join, std::string_view data, std::uint64_t number) {
    if (!records_ && !execsnoop_) {
      if (is_join || ExecsnoopBt::is_heading(trim(data)) || ExecsnoopBt::begins(data)) {
        execsnoop_.emplace(side_);
      } else {
        records_.emplace(side_);
      }
    }
    if (execsnoop_) return execsnoop_->piece(is_join, data, number);
    if (data.ends_with('\n')) data.remove_suffix(1);
    if (data.empty()) return;
    if (!BpftraceRecords::begins(data)) bad_line(number, "no record of exec.bt", data);
    records_->add(data, number);
  }

  Side& side_;
  std::optional<BpftraceRecords> records_;
  std::optional<ExecsnoopBt> execsnoop_;
  JsonScanner json_;
  JsonScanner inner_;
  std::uint64_t lost_ = 0;
};

bool recognises(std::string_view beginning) {
  // A file of maps alone holds counts; bpftrace names its probes in front of everything.
  const bool is_bpftrace = beginning.find("{\"type\": \"attached_probes\"") != beginning.npos ||
                           first_line(beginning).starts_with("{\"type\": \"printf\"");
  return is_bpftrace && beginning.find("{\"type\": \"printf\"") != beginning.npos;
}

}  // namespace

const Importer bpftrace_json_importer = {
    "bpftrace-json", "bpftrace -f json of scripts/bpf/exec.bt or execsnoop.bt", recognises,
    [](Side& side, const ImportOptions&) -> std::unique_ptr<Reader> {
      return std::make_unique<BpftraceJsonReader>(side);
    }};

}  // namespace ftracectl::compare

#include "saved/capture_folder.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

#include "decode/pages/page_use.hpp"
#include "kernel/events.hpp"
#include "model/tracefs/plan.hpp"
#include "saved/input_folder.hpp"

namespace ftracectl {

std::string utc_now() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

CaptureFolder::CaptureFolder(std::string path) : folder_(std::move(path)) {}

void CaptureFolder::listen_to(RecordStream::Options& options) {
  options.on_disturbed = [this](const Disturbance& disturbance) { on_disturbed(disturbance); };
  if (options.raw) {
    listen_to_pages(options);
  } else {
    options.on_bytes = [this](std::string_view bytes, int /*cpu*/, bool /*drained*/) { on_bytes(bytes); };
    options.on_settle = [this](bool idle, bool matters) { on_settle(idle, matters); };
  }
  const auto listened = [this](MachineMoment moment, std::function<void(ExecRecord&)> ask) {
    return [this, moment, ask = std::move(ask)](ExecRecord& record) { ask_machine(moment, ask, record); };
  };
  ExecQuestions& questions = options.questions;
  if (questions.on_exec) questions.on_exec = listened(MachineMoment::exec, std::move(questions.on_exec));
  if (questions.before_record)
    questions.before_record = listened(MachineMoment::record, std::move(questions.before_record));
}

void CaptureFolder::listen_to_pages(RecordStream::Options& options) {
  is_raw_ = true;
  layout_ = options.raw->layout;
  options.on_bytes = [this](std::string_view bytes, int cpu, bool drained) { on_pages(bytes, cpu, drained); };
  options.on_round = [this] {
    reads_.put(read_line({ReadLine::Kind::round_ends}));
    reads_.write();
  };
  options.on_settle = [this](bool /*idle*/, bool /*matters*/) {
    reads_.put(read_line({ReadLine::Kind::settled}));
    reads_.write();
  };
  options.raw->ask_name = [this, ask = std::move(options.raw->ask_name)](std::int32_t tid) {
    std::string name = ask(tid);
    names_.put(name_line({tid, name}));
    names_.write();
    return name;
  };
  options.raw->symbols = [this, find = std::move(options.raw->symbols)](std::uint64_t address) {
    const SymbolPlace place = find(address);
    if (addresses_asked_.insert(address).second) {
      symbols_.put(symbol_line({address, std::string(place.name), place.offset, place.size}));
      symbols_.write();
    }
    return place;
  };
}

/// Those of the events, and the one that tells how the kernel prints the numbers of syscalls.
std::vector<std::string> CaptureFolder::formats_needed(std::vector<std::string> events, Files& files) {
  const std::string witness = "syscalls:sys_enter_execve";
  const bool has_syscalls = std::any_of(
      events.begin(), events.end(), [](const std::string& event) { return event.starts_with("syscalls:"); });
  const bool has_witness = std::find(events.begin(), events.end(), witness) != events.end();
  if (has_syscalls && !has_witness && files.exists(event_folder("", witness) + "format"))
    events.push_back(witness);
  return events;
}

void CaptureFolder::start(CaptureManifest manifest, Files& files, const TaskTracker& tasks) {
  manifest_ = std::move(manifest);
  folder_.make();
  for (const auto& event : formats_needed(manifest_.events, files)) write_format(event, files);
  std::string lines;
  for (const auto& [tid, task] : tasks.all()) lines += task_line(tid, task) + "\n";
  write_file("tasks.jsonl", lines);
  values_.file.emplace(folder_.create("values.jsonl"));
  if (is_raw_) {
    start_pages(files);
  } else {
    bytes_.emplace(folder_.create("trace_pipe.txt"));
    pauses_.file.emplace(folder_.create("pauses.jsonl"));
  }
  if (stacks_) stacks_file_.emplace(folder_.create("stacks.jsonl"));
  write_manifest();
}

void CaptureFolder::start_pages(Files& files) {
  manifest_.page_size = layout_.page_size;
  manifest_.pages_are_cut = true;
  for (const char* name : {"events/header_page", "events/header_event"}) write_file(name, files.read(name));
  if (files.exists("printk_formats")) write_file("printk_formats", files.read("printk_formats"));
  for (const auto& event : builtin_entries(files)) {
    manifest_.builtin_entries.push_back(event);
    write_format(event, files);
  }
  reads_.file.emplace(folder_.create("reads.jsonl"));
  names_.file.emplace(folder_.create("names.jsonl"));
  symbols_.file.emplace(folder_.create("symbols.jsonl"));
}

void CaptureFolder::finish(const std::map<std::string, std::string>& stats, double seconds) {
  values_.write();
  values_.file->close();
  if (bytes_) bytes_->close();
  for (auto& [cpu, file] : pages_) file.close();
  write_stacks();
  if (stacks_file_) stacks_file_->close();
  for (Lines* lines : {&pauses_, &reads_, &names_, &symbols_}) {
    if (!lines->file) continue;
    lines->write();
    lines->file->close();
  }
  for (const auto& [cpu, text] : stats) write_file("stats/" + cpu, text);
  manifest_.finished = true;
  manifest_.ended = utc_now();
  manifest_.seconds = seconds;
  write_manifest();
}

void CaptureFolder::on_bytes(std::string_view bytes) {
  write_stacks();
  bytes_->write(bytes);
  byte_count_ += bytes.size();
}

/// The pages first: a line of reads.jsonl never tells of bytes that are not there.
void CaptureFolder::on_pages(std::string_view bytes, int cpu, bool drained) {
  write_stacks();
  auto file = pages_.find(cpu);
  if (file == pages_.end()) {
    const std::string name = "per_cpu/cpu" + std::to_string(cpu) + "/trace_pipe_raw";
    file = pages_.emplace(cpu, folder_.create(name)).first;
  }
  cut_.clear();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), layout_.page_size))) {
    const auto page = bytes.substr(0, layout_.page_size);
    cut_ += page.substr(0, used_part(layout_, page));
  }
  file->second.write(cut_.view());
  reads_.put(read_line({ReadLine::Kind::read, cpu, cut_.size(), drained}));
}

void CaptureFolder::on_settle(bool idle, bool matters) {
  if (matters) pauses_.put(pause_line({byte_count_, idle}));
  pauses_.write();
}

/// The first is in the manifest at once: an older program does not know its line.
void CaptureFolder::on_disturbed(const Disturbance& disturbance) {
  if (manifest_.disturbed++ == 0) write_manifest();
  if (is_raw_) {
    reads_.put(read_line({ReadLine::Kind::disturbed, -1, 0, false, disturbance}));
    reads_.write();
  } else {
    pauses_.put(pause_line({byte_count_, false, disturbance}));
    pauses_.write();
  }
}

/// What a record has is written before the record leaves: no record is anywhere that cannot be made again.
void CaptureFolder::ask_machine(MachineMoment moment, const std::function<void(ExecRecord&)>& ask,
                                ExecRecord& record) {
  const ExecRecord before = record;
  ask(record);
  const ValueLine values = value_difference(moment, before, record);
  if (!values.is_empty()) values_.put(value_line(values));
  if (moment == MachineMoment::record) values_.write();
  if (moment == MachineMoment::record) write_stacks();
}

void CaptureFolder::write_stacks() {
  if (!stacks_file_) return;
  const std::string lines = stacks_->take();
  if (!lines.empty()) stacks_file_->write(lines);
}

void CaptureFolder::Lines::write() {
  if (waiting.empty()) return;
  file->write(waiting);
  waiting.clear();
}

/// Once, however often the event is named.
void CaptureFolder::write_format(const std::string& event, Files& files) {
  if (formats_written_.insert(event).second)
    write_file(format_file_of(event), files.read(event_folder("", event) + "format"));
}

void CaptureFolder::write_file(const std::string& name, std::string_view text) const {
  OutputFile file = folder_.create(name);
  file.write(text);
  file.close();
}

/// By way of another name: at no moment is there half of one.
void CaptureFolder::write_manifest() const {
  write_file("manifest.json.new", manifest_text(manifest_));
  folder_.rename("manifest.json.new", "manifest.json");
}

}  // namespace ftracectl

#include "saved/saved_capture.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <ftracectl/error.hpp>

#include "kernel/buffer.hpp"
#include "saved/byte_source.hpp"
#include "saved/input_folder.hpp"
#include "saved/saved_pages.hpp"

namespace ftracectl {

namespace fs = boost::filesystem;

namespace {

/// How many answers are looked at ahead, and how many that nobody asked for are kept.
constexpr std::size_t answers_ahead = 256;
constexpr std::size_t answers_behind = 128;

/// A page that is read is that of the kernel, or 128 of them: larger than this none is.
constexpr std::size_t largest_page = std::size_t{16} << 20;

CaptureManifest read_manifest(const InputFolder& folder) {
  const std::string name = "manifest.json";
  if (!folder.has(name)) {
    throw Error(ErrorCode::failed, folder.path() +
                                       ": not a capture folder: it has no manifest.json\n"
                                       "(a capture that was killed before its first event has none)");
  }
  CaptureManifest manifest = parse_manifest(folder.read(name), folder.path_of(name));
  if (manifest.page_size > largest_page)
    throw Error(ErrorCode::failed, folder.path_of(name) + ": page_size: no kernel has pages of " +
                                       std::to_string(manifest.page_size) + " bytes");
  return manifest;
}

std::uint64_t size_of(const Fd& file) {
  struct stat status = {};
  return ::fstat(file.value(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

}  // namespace

bool is_folder(const std::string& path) {
  boost::system::error_code error;
  return fs::is_directory(path, error);
}

bool is_capture_folder(const std::string& path) { return InputFolder(path).has("manifest.json"); }

SavedCapture::SavedCapture(const std::string& path)
    : folder_(path), manifest_(read_manifest(folder_)), values_(folder_, "values.jsonl") {
  add_formats(manifest_.events);
  add_formats(manifest_.builtin_entries);
  const std::string witness = format_file_of("syscalls:sys_enter_execve");
  if (folder_.has(witness))
    events_.learn_syscall_numbers(parse_format(folder_.read(witness), "syscalls", folder_.path_of(witness)));
  if (manifest_.page_size > 0) {
    reads_.emplace(folder_, "reads.jsonl");
  } else {
    pauses_.emplace(folder_, "pauses.jsonl");
  }
}

void SavedCapture::add_formats(const std::vector<std::string>& events) {
  for (const auto& event : events) {
    const std::string file = format_file_of(event);
    events_.add(parse_format(folder_.read(file), event.substr(0, event.find(':')), folder_.path_of(file)));
  }
}

/// With the machine's answers as the capture had them.
RawSource SavedCapture::raw_source() {
  SavedLines names(folder_, "names.jsonl");
  while (auto line = names.next(parse_name_line)) names_[line->tid].push_back(std::move(line->comm));
  SavedLines symbols(folder_, "symbols.jsonl");
  while (auto line = symbols.next(parse_symbol_line)) symbols_[line->address] = std::move(*line);
  RawSource source;
  source.layout = parse_page_layout(folder_.read("events/header_page"), folder_.read("events/header_event"));
  source.layout.page_size = manifest_.page_size;
  layout_ = source.layout;
  source.is_time = counts_time(manifest_.clock);
  const std::string formats = "printk_formats";
  if (folder_.has(formats)) source.printk_formats = parse_printk_formats(folder_.read(formats));
  source.symbols = [this](std::uint64_t address) {
    const auto found = symbols_.find(address);
    if (found == symbols_.end()) return SymbolPlace();
    return SymbolPlace{found->second.name, found->second.offset, found->second.size};
  };
  source.ask_name = [this](std::int32_t tid) { return answer_name(tid); };
  return source;
}

std::string SavedCapture::answer_name(std::int32_t tid) {
  auto& answers = names_[tid];
  if (answers.empty()) return {};
  std::string name = answers.front();
  if (answers.size() > 1) answers.pop_front();  // an older capture asked at other times
  return name;
}

void SavedCapture::prepare(RecordStream::Options& options, FindObject find) {
  options.expect_stacks = manifest_.expect_stacks;
  options.recorders = manifest_.recorders;
  if (manifest_.page_size > 0) options.raw = raw_source();
  if (folder_.has("stacks.jsonl")) options.user_stacks = &stacks_.emplace(folder_, std::move(find));
  options.questions.on_exec = [this](ExecRecord& record) { answer(MachineMoment::exec, record); };
  options.questions.before_record = [this](ExecRecord& record) {
    record.place_keys = manifest_.place;
    answer(MachineMoment::record, record);
  };
}

void SavedCapture::run(RecordStream& stream, const std::function<void()>& after_piece) {
  bytes_ = size_of_trace();
  SavedLines tasks(folder_, "tasks.jsonl");
  while (auto line = tasks.next(parse_task_line)) stream.tasks().set(line->tid, std::move(line->task));
  if (reads_) {
    run_pages(stream, after_piece);
  } else {
    run_text(stream, after_piece);
  }
  stream.finish();
  after_piece();
}

std::uint64_t SavedCapture::size_of_trace() const {
  if (!reads_) return size_of(folder_.open("trace_pipe.txt"));
  std::uint64_t size = 0;
  for (const auto& cpu : folder_.list("per_cpu")) {
    const std::string name = "per_cpu/" + cpu + "/trace_pipe_raw";
    if (folder_.has(name)) size += size_of(folder_.open(name));
  }
  return size;
}

void SavedCapture::run_text(RecordStream& stream, const std::function<void()>& after_piece) {
  const std::string name = "trace_pipe.txt";
  ByteSource bytes(folder_.open(name), folder_.path_of(name));
  std::uint64_t at = 0;
  auto pause = pauses_->next(parse_pause_line);
  while (true) {
    for (; pause && pause->at <= at; pause = pauses_->next(parse_pause_line)) {
      if (pause->disturbance) {
        stream.disturbed(*pause->disturbance);
      } else {
        stream.settle(pause->idle);
      }
    }
    const auto piece = pause ? bytes.read(pause->at - at) : bytes.read();
    if (piece.empty()) break;
    at += piece.size();
    bytes_read_ = at;
    stream.feed(piece);
    after_piece();
  }
}

/// The pages as they were read, and at the end those of which a capture that was killed did not come to tell.
void SavedCapture::run_pages(RecordStream& stream, const std::function<void()>& after_piece) {
  SavedPages pages(folder_, layout_,
                   manifest_.pages_are_cut ? SavedPages::Form::used_part : SavedPages::Form::whole);
  while (const auto read = reads_->next(parse_read_line)) {
    switch (read->kind) {
      case ReadLine::Kind::read:
        bytes_read_ += read->bytes;
        stream.feed(pages.read(read->cpu, read->bytes), read->cpu, read->drained);
        break;
      case ReadLine::Kind::round_ends:
        stream.end_of_round();
        break;
      case ReadLine::Kind::settled:
        stream.settle(true);
        break;
      case ReadLine::Kind::disturbed:
        stream.disturbed(read->disturbance);
        break;
    }
    after_piece();
  }
  pages.read_rest([&](int cpu, std::string_view bytes, bool is_last) {
    if (!bytes.empty()) stream.feed(bytes, cpu, bytes.empty());
    if (is_last) stream.end_of_round();
    after_piece();
  });
}

void SavedCapture::answer(MachineMoment moment, ExecRecord& record) {
  if (all_answers_read_ && ahead_.empty()) return;
  while (!all_answers_read_ && ahead_.size() < answers_ahead) {
    auto line = values_.next(parse_value_line);
    all_answers_read_ = !line;
    if (!line) break;
    ahead_.push_back(std::move(*line));
  }
  const auto found = std::find_if(ahead_.begin(), ahead_.end(),
                                  [&](const ValueLine& line) { return line.is_about(moment, record); });
  if (found == ahead_.end()) return;
  apply_values(*found, record);
  const auto before = ahead_.erase(found) - ahead_.begin();
  const auto too_many = before - static_cast<std::ptrdiff_t>(answers_behind);
  if (too_many > 0) ahead_.erase(ahead_.begin(), ahead_.begin() + too_many);
}

std::optional<KernelCounts> SavedCapture::kernel_counts() const {
  if (!manifest_.finished) return std::nullopt;
  KernelCounts counts;
  if (!folder_.has("stats")) return counts;
  for (const auto& name : folder_.list("stats")) add_stats(counts, folder_.read("stats/" + name));
  return counts;
}

}  // namespace ftracectl

#include "saved/trace_dat_capture.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "records/exec_recorder.hpp"
#include "saved/byte_source.hpp"

namespace ftracectl {

namespace {

constexpr std::uint64_t pages_in_turn = 64;
constexpr std::size_t largest_page = std::size_t{16} << 20;

std::string name_of(const TraceDatBuffer& buffer) {
  return buffer.name.empty() ? "the top level" : "'" + printable(buffer.name) + "'";
}

}  // namespace

TraceDatCapture::TraceDatCapture(const std::string& path, const std::string& buffer, std::ostream& err)
    : file_(path), dat_(read_trace_dat(file_)), symbols_(dat_.kallsyms) {
  dat_.kallsyms = {};
  choose_buffer(buffer, err);
  add_formats(err);
  for (const auto line : split_lines(dat_.cmdlines)) {
    const auto blank = std::min(line.find(' '), line.size());
    const auto tid = parse_number<std::int32_t>(line.substr(0, blank));
    if (tid && blank < line.size()) names_[*tid] = line.substr(blank + 1);
  }
}

void TraceDatCapture::choose_buffer(const std::string& wanted, std::ostream& err) {
  std::string others;
  const TraceDatBuffer* chosen = nullptr;
  for (const auto& buffer : dat_.buffers) {
    const bool fits = wanted.empty() ? (!buffer.is_empty() && (chosen == nullptr || buffer.name.empty()))
                                     : buffer.name == wanted;
    if (fits) chosen = &buffer;
  }
  if (chosen == nullptr && wanted.empty() && !dat_.buffers.empty()) chosen = &dat_.buffers.front();
  for (const auto& buffer : dat_.buffers) {
    if (&buffer == chosen || (chosen != nullptr && buffer.is_empty())) continue;
    others.append(others.empty() ? "" : ", ").append(name_of(buffer));
  }
  if (chosen == nullptr)
    throw Error(ErrorCode::usage, file_.path() + ": no buffer '" + printable(wanted) + "'" +
                                      (others.empty() ? "" : "; there are " + others));
  if (!others.empty() && wanted.empty())
    err << "ftracectl: note: only " << name_of(*chosen) << " is read; --buffer NAME reads another: " << others
        << std::endl;
  buffer_ = *chosen;
  if (buffer_.page_size < 64 || buffer_.page_size > largest_page)
    file_.fail("no kernel has pages of " + std::to_string(buffer_.page_size) + " bytes");
}

void TraceDatCapture::add_formats(std::ostream& err) {
  for (const auto& [system, text] : dat_.formats) {
    try {
      events_.add(parse_format(text, system, file_.path()));
    } catch (const Error& error) {
      err << "ftracectl: note: a format is left out: " << error.what() << std::endl;
    }
  }
  if (const auto* witness = events_.find("sys_enter_execve")) events_.learn_syscall_numbers(witness->schema);
}

void TraceDatCapture::prepare(RecordStream::Options& options) {
  options.expect_stacks = true;
  options.recorders = {exec_recorder_for_unknown()};
  RawSource source;
  source.layout = parse_page_layout(dat_.header_page, dat_.header_event);
  source.layout.page_size = buffer_.page_size;
  source.is_time = buffer_.clock.empty() || counts_time(buffer_.clock);
  source.printk_formats = parse_printk_formats(dat_.printk_formats);
  source.symbols = [this](std::uint64_t address) {
    const auto place = symbols_.find(address);
    return SymbolPlace{place.name, place.offset, place.size};
  };
  source.ask_name = [this](std::int32_t tid) {
    const auto found = names_.find(tid);
    return found == names_.end() ? std::string() : found->second;
  };
  options.raw = std::move(source);
}

void TraceDatCapture::run(RecordStream& stream, const std::function<void()>& after_piece) {
  std::vector<Reading> readings;
  for (const auto& cpu : buffer_.cpus) readings.push_back({cpu});
  // The cpu that is behind goes on, and of the others the decoder hears that they have more: a quiet cpu's pages, which
  // cover minutes, do not fill the memory while a busy one's are read.
  while (Reading* behind = furthest_behind(readings)) {
    const std::string pages = read_pages(*behind);
    for (auto& reading : readings) {
      if (&reading == behind ? !pages.empty() : !reading.is_done)
        stream.feed(&reading == behind ? std::string_view(pages) : std::string_view(), reading.cpu.number,
                    false);
    }
    stream.end_of_round();
    after_piece();
  }
  stream.finish();
  after_piece();
}

TraceDatCapture::Reading* TraceDatCapture::furthest_behind(std::vector<Reading>& readings) {
  Reading* found = nullptr;
  for (auto& reading : readings) {
    if (!reading.is_done && (found == nullptr || reading.last_time < found->last_time)) found = &reading;
  }
  return found;
}

/// The next whole pages of a cpu; a page that the file's end has cut gets zeros behind.
std::string TraceDatCapture::read_pages(Reading& reading) {
  const std::uint64_t left = reading.cpu.size - std::min(reading.at, reading.cpu.size);
  reading.is_done = left == 0 || reading.chunks_left == 0;
  if (reading.is_done) return {};
  std::string pages =
      buffer_.is_compressed
          ? read_chunk(reading)
          : file_.read_up_to(reading.cpu.offset + reading.at,
                             std::min<std::uint64_t>(left, pages_in_turn * buffer_.page_size));
  if (!buffer_.is_compressed) {
    reading.at = pages.empty() ? reading.cpu.size : reading.at + pages.size();
    bytes_read_ += pages.size();
  }
  const std::size_t behind = pages.size() % buffer_.page_size;
  if (behind > 0) pages.append(buffer_.page_size - behind, '\0');
  if (pages.empty()) return pages;
  TraceDatCursor last_page(file_, std::string_view(pages).substr(pages.size() - buffer_.page_size));
  reading.last_time = last_page.u64();
  return pages;
}

std::string TraceDatCapture::read_chunk(Reading& reading) {
  // The size of a cpu's pages is without the count of chunks before them.
  constexpr std::uint64_t count_size = 4;
  const auto take = [&](std::uint64_t size) {
    if (size > reading.cpu.size + count_size - reading.at) file_.fail("a cpu's pages are cut off");
    std::string bytes = file_.read(reading.cpu.offset + reading.at, size);
    reading.at += size;
    bytes_read_ += size;
    return bytes;
  };
  const auto number = [&] {
    const std::string bytes = take(4);
    return TraceDatCursor(file_, bytes).u32();
  };
  if (!reading.chunks_left) reading.chunks_left = number();
  if (*reading.chunks_left == 0) return {};
  --*reading.chunks_left;
  const std::uint32_t compressed = number();
  const std::uint32_t size = number();
  return decompress(file_, dat_.compression, take(compressed), size);
}

std::optional<KernelCounts> TraceDatCapture::kernel_counts() const {
  if (dat_.buffers.size() != 1 || dat_.cpu_stats.empty()) return std::nullopt;
  KernelCounts counts;
  for (const auto& text : dat_.cpu_stats) add_stats(counts, text);
  return counts;
}

std::uint64_t TraceDatCapture::bytes() const {
  std::uint64_t all = 0;
  for (const auto& cpu : buffer_.cpus) all += cpu.size;
  return all;
}

bool is_trace_dat(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return false;
  ByteSource source(path);
  return source.read(trace_dat_magic.size()) == trace_dat_magic;
}

}  // namespace ftracectl

#include "kernel/buffer.hpp"

#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/open_files.hpp"
#include "kernel/private_mount.hpp"
#include "kernel/tracefs_error.hpp"

namespace ftracectl {

namespace {

Error pipe_busy_error(const std::string& root, const std::string& prefix) {
  const auto readers = pipes_among(files_of(find_open_files(root), instance_of(prefix)));
  std::string message = shown_path(root + "/" + prefix + "trace_pipe") + ": ";
  message += readers.empty() ? "it already has a reader, which cannot be seen from here"
                             : process_list(readers) + " is already reading it";
  message += "\na buffer can have one reader: end that one, or use an instance of your own";
  return Error(ErrorCode::busy, message, EBUSY);
}

}  // namespace

std::map<std::string, std::string> read_cpu_stats(Files& files, const std::string& prefix) {
  std::map<std::string, std::string> stats;
  for (const auto& cpu : files.list(prefix + "per_cpu")) {
    stats[cpu] = files.read(prefix + "per_cpu/" + cpu + "/stats");
  }
  return stats;
}

std::string instance_of(const std::string& prefix) {
  constexpr std::string_view folder = "instances/";
  return prefix.empty() ? "" : prefix.substr(folder.size(), prefix.size() - folder.size() - 1);
}

std::optional<std::uint64_t> read_buffer_kb(Files& files, const std::string& prefix) {
  const std::string text = files.read(prefix + "buffer_size_kb");
  return parse_number<std::uint64_t>(trim(std::string_view(text).substr(0, text.find(' '))));
}

KernelCounts read_kernel_counts(Files& files, const std::string& prefix) {
  KernelCounts counts;
  for (const auto& [cpu, text] : read_cpu_stats(files, prefix)) add_stats(counts, text);
  return counts;
}

std::string read_clock(Files& files, const std::string& prefix) {
  const std::string text = files.read(prefix + "trace_clock");
  const auto open = text.find('[');
  const auto close = text.find(']', open);
  if (open == std::string::npos || close == std::string::npos) return std::string(trim(text));
  return text.substr(open + 1, close - open - 1);
}

TextOptions read_text_options(Files& files, const std::string& prefix) {
  return parse_text_options(files.read(prefix + "trace_options"));
}

bool is_tracing_on(Files& files, const std::string& prefix) {
  return trim(files.read(prefix + "tracing_on")) == "1";
}

Fd open_trace_pipe(const Tracefs& tracefs, const std::string& prefix) {
  const std::string path = tracefs.absolute(prefix + "trace_pipe");
  Fd pipe(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (pipe) return pipe;
  const int error = errno;
  if (error == EBUSY) throw pipe_busy_error(tracefs.root(), prefix);
  throw tracefs_error(path, "cannot be opened", error);
}

std::vector<RawPipe> open_raw_pipes(Tracefs& tracefs, const std::string& prefix) {
  std::vector<RawPipe> pipes;
  for (const auto& name : tracefs.list(prefix + "per_cpu")) {
    const auto cpu = parse_number<int>(std::string_view(name).substr(std::string_view("cpu").size()));
    if (!name.starts_with("cpu") || !cpu) continue;
    const std::string path = tracefs.absolute(prefix + "per_cpu/" + name + "/trace_pipe_raw");
    Fd fd(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!fd) throw tracefs_error(path, "cannot be opened", errno);
    pipes.push_back({std::move(fd), *cpu});
  }
  std::sort(pipes.begin(), pipes.end(),
            [](const RawPipe& left, const RawPipe& right) { return left.cpu < right.cpu; });
  return pipes;
}

std::size_t read_page_size(Files& files, const std::string& prefix, std::size_t of_header_page) {
  const std::string path = prefix + "buffer_subbuf_size_kb";
  if (!files.exists(path)) return of_header_page;
  const auto kb = parse_number<std::size_t>(trim(files.read(path)));
  return kb && *kb > 0 ? *kb * 1024 : of_header_page;
}

bool counts_time(std::string_view clock) {
  return clock != "counter" && clock != "uptime" && clock != "x86-tsc" && clock != "ppc-tb";
}

Fd open_free_buffer(Tracefs& tracefs, const std::string& prefix) {
  const std::string option = prefix + "options/disable_on_free";
  if (!tracefs.exists(option) || !tracefs.exists(prefix + "free_buffer")) return {};
  tracefs.write(option, "1");
  const std::string path = tracefs.absolute(prefix + "free_buffer");
  return Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
}

}  // namespace ftracectl

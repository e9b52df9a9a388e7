#include "kernel/proc.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>
#include <cstdio>
#include <ftracectl/error.hpp>

#include "base/fd.hpp"
#include "base/text.hpp"
#include "model/tracefs/cgroup.hpp"

namespace ftracectl {

namespace {

/// More of an argument list than anybody looks at; the kernel allows megabytes.
constexpr std::size_t max_command_line = std::size_t{128} * 1024;
constexpr std::size_t max_status = std::size_t{64} * 1024;

/// The file /proc/NUMBER/NAME up to `limit` bytes. No streams and no heap for the name: this is read within
/// the short life of a process.
std::optional<std::string> read_proc_file(pid_t number, const char* name, std::size_t limit) {
  std::array<char, 64> path;
  std::snprintf(path.data(), path.size(), "/proc/%d/%s", number, name);
  const Fd file(open(path.data(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 4096> part;
  while (text.size() < limit) {
    const ssize_t got = read(file.value(), part.data(), part.size());
    if (got < 0) return std::nullopt;
    if (got == 0) break;
    text.append(part.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// "Uid:\t0\t0\t0\t0": the first number behind a key.
template <typename Number>
std::optional<Number> status_number(std::string_view text, std::string_view key) {
  for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    std::string_view value = trim(text.substr(at + key.size(), text.find('\n', at) - at - key.size()));
    return parse_number<Number>(value.substr(0, value.find_first_of(" \t")));
  }
  return std::nullopt;
}

/// "Name:\ta\\nb": the kernel escapes newline and backslash in this file.
std::string status_name(std::string_view text) {
  std::string name;
  std::string_view escaped = text.substr(0, text.find('\n'));
  escaped.remove_prefix(std::min(escaped.size(), std::string_view("Name:\t").size()));
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    const bool is_escape = escaped[i] == '\\' && i + 1 < escaped.size();
    name += !is_escape ? escaped[i] : escaped[++i] == 'n' ? '\n' : escaped[i];
  }
  return name;
}

std::vector<pid_t> read_numbers(const std::string& folder) {
  namespace fs = boost::filesystem;
  std::vector<pid_t> numbers;
  boost::system::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const auto number = parse_number<pid_t>(entry->path().filename().native());
    if (number) numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace

std::optional<ProcessStatus> read_process_status(pid_t tid) {
  const auto text = read_proc_file(tid, "status", max_status);
  if (!text) return std::nullopt;
  const auto pid = status_number<std::int32_t>(*text, "Tgid:");
  const auto ppid = status_number<std::int32_t>(*text, "PPid:");
  const auto uid = status_number<std::uint32_t>(*text, "Uid:");
  if (!pid || !ppid || !uid) return std::nullopt;
  return ProcessStatus{*pid, *ppid, *uid, status_name(*text)};
}

std::optional<CommandLine> read_command_line(pid_t pid) {
  const auto text = read_proc_file(pid, "cmdline", max_command_line);
  if (!text || text->empty()) return std::nullopt;
  CommandLine line;
  for (const auto argument : split(*text, '\0')) line.arguments.emplace_back(argument);
  line.truncated = text->size() >= max_command_line;
  return line;
}

std::optional<std::string> read_comm(pid_t tid) {
  auto text = read_proc_file(tid, "comm", 64);
  if (text && text->ends_with('\n')) text->pop_back();
  return text;
}

bool runs_in_64_bits(pid_t tid) {
  constexpr std::size_t class_byte = 4;  // EI_CLASS of the ELF file
  constexpr char of_32_bits = 1;
  const auto program = read_proc_file(tid, "exe", class_byte + 1);
  return !program || program->size() <= class_byte || (*program)[class_byte] != of_32_bits;
}

std::optional<std::string> read_working_folder(pid_t tid) {
  std::array<char, 64> path;
  std::snprintf(path.data(), path.size(), "/proc/%d/cwd", tid);
  std::array<char, 4096> target;  // more the kernel does not tell
  const ssize_t length = readlink(path.data(), target.data(), target.size());
  if (length < 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::optional<std::string> read_cgroup(pid_t tid) {
  const auto text = read_proc_file(tid, "cgroup", max_status);
  return text ? parse_cgroup(*text) : std::nullopt;
}

std::vector<pid_t> read_threads(pid_t pid) { return read_numbers("/proc/" + std::to_string(pid) + "/task"); }

std::vector<pid_t> read_all_threads(const std::vector<pid_t>& pids) {
  std::vector<pid_t> tids;
  for (const auto pid : pids) {
    const auto threads = read_threads(pid);
    if (threads.empty()) throw Error(ErrorCode::failed, "no process " + std::to_string(pid));
    tids.insert(tids.end(), threads.begin(), threads.end());
  }
  return tids;
}

std::vector<pid_t> read_processes() { return read_numbers("/proc"); }

}  // namespace ftracectl

#include "kernel/open_files.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/filesystem.hpp>

#include "base/text.hpp"
#include "kernel/proc.hpp"

namespace ftracectl {

namespace {

namespace fs = boost::filesystem;

constexpr std::string_view instances = "/instances/";

std::string link_target(const std::string& link) {
  std::array<char, 4096> target;
  const ssize_t length = readlink(link.c_str(), target.data(), target.size());
  return length > 0 ? std::string(target.data(), static_cast<std::size_t>(length)) : std::string();
}

/// The folder may be mounted in several places, and other mount namespaces have their own paths to it: only
/// the end of a path tells what it is in the folder.
///     /sys/kernel/debug/tracing/instances/x/trace_pipe    x, trace_pipe
///     /mnt/tracing/per_cpu/cpu0/trace_pipe_raw            "", per_cpu/cpu0/trace_pipe_raw
OpenFile parse_path(std::string_view path) {
  OpenFile file;
  if (const auto at = path.find(instances); at != std::string_view::npos) {
    const auto name = path.substr(at + instances.size());
    const auto end = name.find('/');
    file.instance = name.substr(0, end);
    if (end != std::string_view::npos) file.file = name.substr(end + 1);
    return file;
  }
  for (const std::string_view folder : {"/per_cpu/", "/events/", "/options/"}) {
    if (const auto at = path.find(folder); at != std::string_view::npos) {
      file.file = path.substr(at + 1);
      return file;
    }
  }
  file.file = path.substr(path.rfind('/') + 1);
  return file;
}

/// Asks for the state of a file on a disk of the network only when its name is that of a file in the folder.
bool is_in_folder(const std::string& root, const OpenFile& file, const std::string& link) {
  const std::string prefix = file.instance.empty() ? "" : "instances/" + file.instance + "/";
  struct stat ours {};
  struct stat theirs {};
  if (file.instance.empty() && file.file.empty()) return false;
  if (::lstat((root + "/" + prefix + file.file).c_str(), &ours) != 0) return false;
  return ::stat(link.c_str(), &theirs) == 0 && ours.st_dev == theirs.st_dev;
}

void add_files_of(pid_t pid, const std::string& root, std::vector<OpenFile>& files) {
  boost::system::error_code error;
  const fs::path folder = "/proc/" + std::to_string(pid) + "/fd";
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    const std::string link = entry->path().native();
    const std::string target = link_target(link);
    if (!target.starts_with('/')) continue;
    OpenFile file = parse_path(target);
    if (!is_in_folder(root, file, link)) continue;
    file.pid = pid;
    file.program = read_comm(pid).value_or("?");
    files.push_back(std::move(file));
  }
}

}  // namespace

std::vector<OpenFile> find_open_files(const std::string& root) {
  std::vector<OpenFile> files;
  for (const auto pid : read_processes()) {
    if (pid != getpid()) add_files_of(pid, root, files);
  }
  return files;
}

std::vector<OpenFile> files_of(const std::vector<OpenFile>& files, std::string_view instance) {
  std::vector<OpenFile> found;
  for (const auto& file : files) {
    if (file.instance == instance) found.push_back(file);
  }
  return found;
}

std::vector<OpenFile> pipes_among(const std::vector<OpenFile>& files) {
  std::vector<OpenFile> found;
  for (const auto& file : files) {
    if (file.file == "trace_pipe" || file.file.ends_with("/trace_pipe")) found.push_back(file);
  }
  return found;
}

std::vector<OpenFile> readers_among(const std::vector<OpenFile>& files) {
  auto found = pipes_among(files);
  for (const auto& file : files) {
    if (file.file.ends_with("/trace_pipe_raw")) found.push_back(file);
  }
  return found;
}

std::string process_list(const std::vector<OpenFile>& files) {
  std::vector<std::string> texts;
  for (const auto& file : files) {
    const std::string text = file.program + " (pid " + std::to_string(file.pid) + ")";
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(text);
  }
  return join(texts, ", ");
}

}  // namespace ftracectl

#include "saved/task_files.hpp"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <cstdint>
#include <ftracectl/error.hpp>
#include <optional>

#include "base/text.hpp"
#include "kernel/beneath.hpp"
#include "kernel/folder_walk.hpp"

namespace ftracectl {

namespace fs = boost::filesystem;

std::vector<std::string> files_of_tasks(const std::string& path) {
  boost::system::error_code error;
  const bool is_folder = fs::is_directory(path, error);
  if (!is_folder && fs::exists(path, error)) return {};
  const fs::path prefix(path);
  const fs::path folder = is_folder                  ? prefix
                          : prefix.has_parent_path() ? prefix.parent_path()
                                                     : fs::path(".");
  const std::string begin = is_folder ? "" : prefix.filename().string() + ".";
  std::vector<std::pair<std::uint32_t, std::string>> found;
  for (fs::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
    const std::string name = file->path().filename().string();
    const std::size_t point = name.rfind('.');
    if (point == std::string::npos || !name.starts_with(begin) || (!is_folder && point + 1 != begin.size()))
      continue;
    const auto task = parse_number<std::uint32_t>(std::string_view(name).substr(point + 1));
    boost::system::error_code ignored;
    const bool is_folder_itself = fs::is_directory(fs::symlink_status(file->path(), ignored));
    if (task && !is_folder_itself) found.emplace_back(*task, file->path().string());
  }
  std::sort(found.begin(), found.end());
  std::vector<std::string> files;
  for (auto& [task, file] : found) files.push_back(std::move(file));
  return files;
}

ByteSource open_task_file(const std::string& path) {
  const PathEnd end = split_path(path);
  const Fd folder = open_folder(end.folder);
  if (!folder) throw Error(ErrorCode::failed, path + ": cannot be read: " + errno_text(errno), errno);
  return ByteSource(open_regular_beneath(folder.value(), end.name, path), path);
}

}  // namespace ftracectl

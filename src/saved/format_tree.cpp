#include "saved/format_tree.hpp"

#include <algorithm>
#include <boost/filesystem.hpp>
#include <cerrno>
#include <fstream>
#include <ftracectl/error.hpp>
#include <ostream>
#include <sstream>

#include "kernel/events.hpp"

namespace ftracectl {

namespace fs = boost::filesystem;

namespace {

/// Folders in a folder, sorted. Throws Error(failed).
std::vector<fs::path> subfolders(const fs::path& folder) {
  std::vector<fs::path> found;
  boost::system::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (fs::is_directory(entry->path(), error)) found.push_back(entry->path());
  }
  if (error) {
    throw Error(ErrorCode::failed, folder.string() + ": cannot be read: " + error.message(), error.value());
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace

std::string read_whole_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
  if (!file.is_open() || file.bad()) {
    throw Error(ErrorCode::failed, path + ": cannot be read: " + errno_text(errno), errno);
  }
  return text.str();
}

void add_format_tree(EventTable& table, const std::string& folder, std::ostream& err) {
  const fs::path inner = fs::path(folder) / "formats";
  for (const auto& system : subfolders(fs::is_directory(inner) ? inner : fs::path(folder))) {
    for (const auto& event : subfolders(system)) {
      const std::string path = (event / "format").string();
      if (!fs::exists(path)) continue;
      try {
        table.add(parse_format(read_whole_file(path), system.filename().string(), path));
      } catch (const Error& error) {
        err << "ftracectl: note: skipped: " << error.what() << std::endl;
      }
    }
  }
  if (table.size() == 0) {
    throw Error(ErrorCode::failed, folder + ": neither it nor its formats/ has SYSTEM/EVENT/format");
  }
}

void add_kernel_formats(EventTable& table, Files& files) {
  for (const auto& event : read_available_events(files)) table.add(read_schema(files, event));
}

}  // namespace ftracectl

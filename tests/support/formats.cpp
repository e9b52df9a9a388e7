#include "support/formats.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace ftracectl::test {

namespace {

FormatFile read_format_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return {path.string(), path.parent_path().parent_path().filename().string(), text.str()};
}

}  // namespace

std::string fixtures_folder() { return FTRACECTL_FIXTURES; }

std::string formats_folder() { return FTRACECTL_FORMATS; }

const std::vector<std::string>& fixture_kernels() {
  static const std::vector<std::string> kernels = {"5.10", "6.1", "6.12", "6.18", "7.3"};
  return kernels;
}

std::vector<FormatFile> format_files(const std::string& kernel) {
  std::vector<FormatFile> files;
  const auto root = std::filesystem::path(FTRACECTL_FORMATS) / kernel;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    if (entry.path().filename() == "format") files.push_back(read_format_file(entry.path()));
  }
  std::sort(files.begin(), files.end(),
            [](const FormatFile& a, const FormatFile& b) { return a.path < b.path; });
  return files;
}

EventSchema fixture_schema(const std::string& kernel, const std::string& system, const std::string& name) {
  const auto file =
      read_format_file(std::filesystem::path(FTRACECTL_FORMATS) / kernel / system / name / "format");
  return parse_format(file.text, system, file.path);
}

const EventTable& fixture_events(const std::string& kernel) {
  static std::map<std::string, EventTable> tables;
  auto [table, is_new] = tables.try_emplace(kernel);
  if (is_new) {
    for (const auto& file : format_files(kernel)) {
      table->second.add(parse_format(file.text, file.system, file.path));
    }
  }
  return table->second;
}

}  // namespace ftracectl::test

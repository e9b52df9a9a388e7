#pragma once

#include <ftracectl/event_table.hpp>
#include <ftracectl/schema.hpp>
#include <string>
#include <vector>

namespace ftracectl::test {

/// fixtures/ of the source tree.
std::string fixtures_folder();

/// The folder with one folder for each of them, KERNEL/SYSTEM/EVENT/format.
std::string formats_folder();

/// The kernels whose format files are among the fixtures.
const std::vector<std::string>& fixture_kernels();

/// A recorded format file.
struct FormatFile {
  std::string path;
  std::string system;
  std::string text;
};

/// All format files of a kernel, sorted by path.
std::vector<FormatFile> format_files(const std::string& kernel);

/// All events of a kernel, worked out once.
const EventTable& fixture_events(const std::string& kernel);

EventSchema fixture_schema(const std::string& kernel, const std::string& system, const std::string& name);

}  // namespace ftracectl::test

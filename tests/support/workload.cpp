#include "support/workload.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "support/live.hpp"

namespace ftracectl::test {

namespace {

using nlohmann::json;

std::vector<json> json_lines(const std::string& text) {
  std::vector<json> objects;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) objects.push_back(json::parse(line));
  return objects;
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

/// A folder that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder() : path_("/tmp/ftracectl_workload_" + std::to_string(getpid())) {
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_ + "/files");
  }
  ~ScratchFolder() { std::filesystem::remove_all(path_); }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

std::string workload_program() {
  const char* program = std::getenv("FTRACECTL_WORKLOAD");
  if (program == nullptr) throw std::runtime_error("FTRACECTL_WORKLOAD must name the workload program");
  return program;
}

std::string shared_workload_program() { return workload_program() + "-shared"; }

CapturedWorkload capture_workload(const std::vector<std::string>& options,
                                  const std::vector<std::string>& cases, const std::string& program,
                                  const std::vector<std::string>& under) {
  tracing_folder();
  const ScratchFolder folder;
  const std::string output = folder.path() + "/records";
  std::vector<std::string> words = {"capture", "--format", "jsonl", "--output", output};
  words.insert(words.end(), options.begin(), options.end());
  words.emplace_back("--");
  words.insert(words.end(), under.begin(), under.end());
  // The programs stay for a while, so that their arguments can be read even when the machine is busy.
  words.insert(words.end(), {program, "--linger", "50", "--dir", folder.path() + "/files"});
  words.insert(words.end(), cases.begin(), cases.end());
  CapturedWorkload run{program, run_ftracectl(words), {}, {}, {}};
  INFO(run.finished.err);
  REQUIRE(run.finished.status == 0);
  run.truth = json_lines(run.finished.out);
  run.records = json_lines(read_file(output));
  REQUIRE_FALSE(run.truth.empty());
  REQUIRE_FALSE(run.records.empty());
  run.summary = run.records.back();
  run.records.pop_back();
  REQUIRE(run.summary.at("type") == "summary");
  REQUIRE(run.records.front().at("type") == "start");
  run.records.erase(run.records.begin());
  return run;
}

std::string bytes_of(const json& object, const std::string& key) {
  const auto hex = object.find(key + "_hex");
  return hex != object.end() ? from_hex(hex->get<std::string>()) : object.at(key).get<std::string>();
}

std::vector<std::string> byte_strings_of(const json& object, const std::string& key) {
  const auto hex = object.find(key + "_hex");
  if (hex == object.end()) return object.at(key).get<std::vector<std::string>>();
  std::vector<std::string> strings;
  for (const auto& each : *hex) strings.push_back(from_hex(each.get<std::string>()));
  return strings;
}

std::optional<std::string> optional_bytes(const json& record, const std::string& key) {
  if (record.at(key).is_null()) return std::nullopt;
  return bytes_of(record, key);
}

bool is_cut(const json& record, const std::string& key) {
  const auto cut = record.find("truncated");
  return cut != record.end() && std::find(cut->begin(), cut->end(), key) != cut->end();
}

std::string as_printed(std::string text) {
  for (char& c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || (byte > 0x7e && byte < 0xa0)) c = '.';
  }
  return text;
}

void check_fetched(const std::string& value, const std::string& truth, bool is_cut) {
  CHECK(truth.starts_with(value));
  if (!is_cut) CHECK(value == truth);
}

void check_fetched(const std::vector<std::string>& argv, const std::vector<std::string>& truth, bool is_cut) {
  REQUIRE(argv.size() == (is_cut ? std::min<std::size_t>(truth.size(), 16) : truth.size()));
  for (std::size_t i = 0; i < argv.size(); ++i)
    check_fetched(argv[i], truth[i], is_cut && argv[i].size() == 64);
}

}  // namespace ftracectl::test

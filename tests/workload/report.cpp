#include "report.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <nlohmann/json.hpp>

namespace workload {

namespace {

using nlohmann::ordered_json;

/// What is not UTF-8 is replaced: the bytes stand beside it.
std::string line_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

bool is_utf8(const std::string& text) {
  try {
    return !ordered_json(text).dump().empty();
  } catch (const ordered_json::exception&) {
    return false;
  }
}

std::string hex(const std::string& bytes) {
  static constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += {digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return text;
}

void put(ordered_json& json, const std::string& key, const std::string& value) {
  json[key] = value;
  if (!is_utf8(value)) json[key + "_hex"] = hex(value);
}

void put(ordered_json& json, const std::string& key, const std::vector<std::string>& words) {
  constexpr std::size_t max_word = 8192;
  bool valid = true;
  bool cut = false;
  auto texts = ordered_json::array();
  auto bytes = ordered_json::array();
  auto sizes = ordered_json::array();
  for (const auto& word : words) {
    valid = valid && is_utf8(word);
    cut = cut || word.size() > max_word;
    texts.push_back(word.substr(0, max_word));
    bytes.push_back(hex(word.substr(0, max_word)));
    sizes.push_back(word.size());
  }
  json[key] = texts;
  if (!valid) json[key + "_hex"] = bytes;
  if (cut) json[key + "_sizes"] = sizes;
}

void print(const ordered_json& json) { std::cout << line_of(json) << std::endl; }

ordered_json attempt_json(const std::string& name, pid_t pid, const Exec& exec, const Outcome& outcome) {
  ordered_json json{{"case", name}, {"type", "exec"}, {"pid", pid}, {"tid", outcome.tid}, {"ppid", getpid()}};
  put(json, "comm", outcome.comm.data());
  json["uid"] = outcome.uid;
  json["syscall"] = exec.syscall;
  put(json, "path", exec.path);
  put(json, "argv", exec.argv);
  json["errno"] = outcome.error;
  json["error"] = outcome.error == 0 ? "" : strerrorname_np(outcome.error);
  if (outcome.error != 0) return json;
  put(json, "shown", exec.shown.empty() ? exec.path : exec.shown);
  put(json, "runs", exec.runs.value_or(exec.argv));
  return json;
}

}  // namespace

void report(const std::string& name, const Process& process, const Ran& ran) {
  for (std::size_t i = 0; i < ran.outcomes.size(); ++i) {
    print(attempt_json(name, ran.pid, process.execs.at(i), ran.outcomes[i]));
  }
}

void report_start(const std::vector<std::string>& argv) {
  ordered_json json{{"case", "workload"}, {"type", "start"}, {"pid", getpid()}, {"ppid", getppid()}};
  put(json, "argv", argv);
  print(json);
}

void report_count(const std::string& name, const std::string& what, long count) {
  print({{"case", name}, {"type", "count"}, {"pid", getpid()}, {"what", what}, {"count", count}});
}

void report_marker(const std::string& name, const std::string& text, bool written) {
  ordered_json json{{"case", name}, {"type", "marker"}, {"pid", getpid()}, {"written", written}};
  put(json, "text", text);
  print(json);
}

}  // namespace workload

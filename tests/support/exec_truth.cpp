#include "support/exec_truth.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "base/text.hpp"

namespace ftracectl::test {

namespace {

/// "283" of `pid=283 path=…`.
std::optional<std::int64_t> number_after(const std::string& line, const std::string& key) {
  const auto at = line.find(key);
  if (at == std::string::npos) return std::nullopt;
  const auto end = line.find_first_not_of("0123456789", at + key.size());
  return parse_number<std::int64_t>(
      std::string_view(line).substr(at + key.size(), end == std::string::npos ? end : end - at - key.size()));
}

/// The string behind KEY=", with the workload's escapes undone: \n, \", \\ and \xNN.
std::optional<std::string> string_after(const std::string& line, const std::string& key) {
  auto at = line.find(key + "\"");
  if (at == std::string::npos) return std::nullopt;
  std::string value;
  for (at += key.size() + 1; at < line.size() && line[at] != '"'; ++at) {
    if (line[at] != '\\') {
      value += line[at];
    } else if (line[++at] == 'x') {
      value += static_cast<char>(std::stoi(line.substr(at + 1, 2), nullptr, 16));
      at += 2;
    } else {
      value += line[at] == 'n' ? '\n' : line[at];
    }
  }
  return value;
}

/// What the workload's case does, where its line does not say it.
std::vector<TrueAttempt> attempts_of(const std::string& name, std::int32_t pid, const std::string& line) {
  const std::int64_t ret = -number_after(line, " exit=").value_or(0);
  if (name == "comm") {
    return {{pid, -2, "/nonexistent/c"}, {pid, ret, "/t/" + string_after(line, "comm=").value_or("")}};
  }
  if (name == "wl") return {{pid, 0, "/t/wl"}};
  if (name == "execveat-fd")
    return {{pid, ret, ret == 0 ? std::optional<std::string>("/dev/fd/3") : std::nullopt}};
  if (name == "execveat-dirfd") return {{pid, ret, ret == 0 ? "/dev/fd/3/ok" : "ok"}};
  if (name == "thread-exec") return {{pid + 1, 0, "/t/ok"}};
  if (name == "posix_spawn" || name == "vfork") return {{pid, 0, "/t/ok"}};
  if (name == "thread" || name == "sigsegv") return {};  // no exec
  if (name == "efault") return {{pid, ret, std::nullopt}};
  return {{pid, ret, string_after(line, "path=")}};
}

std::string from_hex(const std::string& hex) {
  std::string bytes;
  for (std::size_t at = 0; at + 1 < hex.size(); at += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
  }
  return bytes;
}

/// A line of tests/workload, which tells all that there is to know.
void add_json_line(ExecTruth& truth, const std::string& line) {
  const auto json = nlohmann::json::parse(line);
  const auto pid = json.at("pid").get<std::int32_t>();
  if (json.at("type") == "start") truth[pid] = {{pid, 0, json.at("argv").at(0).get<std::string>()}};
  if (json.at("type") != "exec") return;
  const int error = json.at("errno").get<int>();
  const std::string key = error == 0 ? "shown" : "path";
  const auto hex = json.find(key + "_hex");
  auto name = hex != json.end() ? from_hex(hex->get<std::string>()) : json.at(key).get<std::string>();
  truth[pid].push_back({json.at("tid").get<std::int32_t>(), -error, std::move(name)});
}

}  // namespace

ExecTruth parse_exec_truth(const std::string& expect_text) {
  ExecTruth truth;
  for (const auto view : split_lines(expect_text)) {
    const std::string line(view);
    if (line.starts_with('{')) {
      add_json_line(truth, line);
      continue;
    }
    const auto pid = line.find(" pid=") != std::string::npos ? number_after(line, " pid=")
                                                             : number_after(line, " leader=");
    if (!pid) continue;
    const auto name_end = std::min(line.find(" pid="), line.find(" leader="));
    const auto number = static_cast<std::int32_t>(*pid);
    const auto attempts = attempts_of(line.substr(0, name_end), number, line);
    if (!attempts.empty()) truth[number] = attempts;
  }
  return truth;
}

std::string fixture_text(const std::string& kernel, const std::string& name) {
  const std::string path = std::string(FTRACECTL_FIXTURES) + "/kernels/" + kernel + "/" + name;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace ftracectl::test

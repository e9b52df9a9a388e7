#include "fuzz/harness/program.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "support/formats.hpp"

namespace ftracectl::fuzz {

namespace {

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

void check_harmless(std::string_view text) {
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t length = utf8_length(rest);
    const bool is_layout = rest.front() == '\n' || rest.front() == '\t';
    if (length == 0 || (!is_layout && steers_terminal(rest.substr(0, length)))) {
      fail("printed raw: " + printable(text.substr(0, 500)));
    }
    rest.remove_prefix(length);
  }
}

bool is_safe_name(const std::string& name) {
  const std::filesystem::path path(name);
  if (name.empty() || name.size() > 200 || path.is_absolute() || name.find('\0') != std::string::npos)
    return false;
  return std::none_of(path.begin(), path.end(), [](const auto& part) { return part == ".."; });
}

}  // namespace

std::string Program::file(const std::string& name, std::string_view content) {
  const std::string path = folder_.path() + "/" + name;
  write_file(path, content);
  return path;
}

std::string Program::folder_of(std::string_view bundle) {
  const std::string root = folder_.path() + "/capture";
  std::filesystem::remove_all(root);
  std::filesystem::create_directory(root);
  constexpr std::string_view mark = "=== ";
  while (bundle.starts_with(mark)) {
    bundle.remove_prefix(mark.size());
    const auto end = bundle.find('\n');
    const std::string name(bundle.substr(0, end));
    bundle.remove_prefix(end == bundle.npos ? bundle.size() : end + 1);
    const auto next = bundle.find("\n=== ");
    const auto content = bundle.substr(0, next == bundle.npos ? next : next + 1);
    bundle.remove_prefix(content.size());
    if (!is_safe_name(name)) continue;
    std::error_code ignored;
    const std::filesystem::path path = std::filesystem::path(root) / name;
    std::filesystem::create_directories(path.parent_path(), ignored);
    write_file(path.string(), content);
  }
  return root;
}

std::string Program::few_formats() {
  const std::string root = folder_.path() + "/formats";
  for (const std::string event : {"syscalls/sys_enter_execve", "syscalls/sys_exit_execve",
                                  "sched/sched_process_exec", "sched/sched_switch", "task/task_rename"}) {
    std::filesystem::create_directories(root + "/" + event);
    std::filesystem::copy_file(test::formats_folder() + "/6.18/" + event + "/format",
                               root + "/" + event + "/format",
                               std::filesystem::copy_options::overwrite_existing);
  }
  return root;
}

void Program::run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = cli::run(arguments, out, err);
  if (status < 0 || status > exit_status::impossible) fail("exit code " + std::to_string(status));
  check_harmless(out.str());
  check_harmless(err.str());
  if (status == exit_status::failed && err.str().empty()) fail("failed without a word");
  if (!err.str().empty()) check_refusal(err.str().c_str());
  const bool is_json = std::find(arguments.begin(), arguments.end(), "--json") != arguments.end();
  if (is_json && !out.str().empty() && !nlohmann::json::accept(out.str()))
    fail("no JSON: " + out.str().substr(0, 500));
}

void Program::check_output(bool is_json_lines) {
  std::ifstream file(output(), std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  const std::string written = text.str();
  check_harmless(written);
  if (!is_json_lines) return;
  for (const auto line : split_lines(written)) {
    if (!nlohmann::json::accept(line)) fail("no JSON: " + std::string(line.substr(0, 500)));
  }
}

}  // namespace ftracectl::fuzz

#include "support/facts.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ftracectl/error.hpp>
#include <sstream>

#include "base/text.hpp"
#include "support/formats.hpp"

namespace ftracectl::test {

namespace {

[[noreturn]] void fail(const std::string& path, int fault) {
  throw Error(ErrorCode::failed, path + ": " + errno_text(fault), fault);
}

bool has_line(const std::string& text, std::string_view wanted) {
  const auto lines = split_lines(text);
  return std::find(lines.begin(), lines.end(), wanted) != lines.end();
}

}  // namespace

KernelFacts::KernelFacts(const std::string& kernel)
    : folder_(FTRACECTL_FIXTURES "/kernels/" + kernel + "/facts/") {
  for (const auto& file : format_files(kernel)) {
    const std::string name = std::filesystem::path(file.path).parent_path().filename();
    if (file.system != "ftrace") events_.push_back(file.system + ":" + name);
  }
}

std::string KernelFacts::read(const std::string& path) {
  if (path == "available_events") return join(events_, "\n") + "\n";
  const bool is_trigger = path.ends_with("/trigger");
  std::ifstream file(folder_ + (is_trigger ? "trigger" : path), std::ios::binary);
  if (!file) fail(path, ENOENT);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

bool KernelFacts::exists(const std::string& path) {
  if (path.starts_with("events/")) return has_line(read("ls.eventdir"), path.substr(path.rfind('/') + 1));
  constexpr std::string_view cpu = "per_cpu/cpu0/";
  if (path.starts_with(cpu)) return has_line(read("ls.per_cpu0"), path.substr(cpu.size()));
  return has_line(read("ls.top"), path);
}

std::vector<std::string> KernelFacts::list(const std::string& path) { fail(path, ENOENT); }
void KernelFacts::write(const std::string& path, std::string_view) { fail(path, EPERM); }
void KernelFacts::truncate(const std::string& path) { fail(path, EPERM); }
void KernelFacts::make_dir(const std::string& path) { fail(path, EPERM); }
void KernelFacts::remove_dir(const std::string& path) { fail(path, EPERM); }

}  // namespace ftracectl::test

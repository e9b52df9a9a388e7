#include "cli/fleet_options.hpp"

#include <pwd.h>

#include "base/text.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

/// "0,alice,1000".
std::vector<std::uint32_t> users(const CommandLine& line, const std::string& option) {
  std::vector<std::uint32_t> uids;
  for (const auto& text : line.all(option)) {
    for (const auto word : split(text, ',')) {
      const std::string name(trim(word));
      const auto number = parse_number<std::uint32_t>(name);
      const passwd* entry = number ? nullptr : getpwnam(name.c_str());
      if (!number && entry == nullptr)
        line.fail("--" + option + " " + text + ": there is no user '" + name + "'");
      uids.push_back(number ? *number : entry->pw_uid);
    }
  }
  return uids;
}

}  // namespace

void add_fleet_options(CommandLine& line) {
  auto options = line.options();
  const auto words = [] { return po::value<std::vector<std::string>>(); };
  options("uid", words()->value_name("USER[,...]"), "only execs by these users, names or numbers");
  options("container", words()->value_name("ID"),
          "only execs in this container: its name, or 12 digits of its id or more");
  options("cgroup", words()->value_name("PATH"),
          "only execs in this cgroup and those below: /system.slice/ssh.service");
  options("exclude-uid", words()->value_name("USER[,...]"), "no execs by these users");
  options("exclude-comm", words()->value_name("NAME"),
          "no execs by tasks of this name; the kernel leaves them out");
  options("exclude-filename", words()->value_name("GLOB"), "no execs of files whose path matches");
}

ExecSelection fleet_selection(const CommandLine& line) {
  ExecSelection selection;
  selection.uids = users(line, "uid");
  selection.not_uids = users(line, "exclude-uid");
  selection.not_filenames = line.all("exclude-filename");
  selection.containers = line.all("container");
  selection.cgroups = line.all("cgroup");
  return selection;
}

}  // namespace ftracectl::cli

#include "cli/command_line.hpp"

#include <cstdlib>
#include <ftracectl/error.hpp>
#include <ostream>

namespace ftracectl::cli {

namespace po = boost::program_options;

CommandLine::CommandLine(Help help) : help_(std::move(help)) {
  visible_.add_options()("help,h", "show this help");
  visible_.add_options()("tracefs", po::value<std::string>()->value_name("PATH"),
                         "the tracing folder, instead of the one found in /proc/mounts");
}

void CommandLine::positional(const std::string& name, int max_count) {
  hidden_.add_options()(name.c_str(), po::value<std::vector<std::string>>());
  positional_.add(name.c_str(), max_count);
}

bool CommandLine::parse(const Invocation& invocation) {
  po::options_description all;
  all.add(visible_).add(hidden_);
  // No guessing of abbreviated options: a script that relies on one breaks when the next option comes.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  try {
    po::store(
        po::command_line_parser(invocation.arguments).options(all).positional(positional_).style(style).run(),
        values_);
    if (values_.count("help") == 0) po::notify(values_);
  } catch (const po::error& error) {
    fail(error.what());
  }
  if (values_.count("help") == 0) return true;
  invocation.out << "Usage: ftracectl " << help_.usage << "\n\n"
                 << help_.text << "\n\n"
                 << visible_ << "\nExample:\n  " << help_.example << "\n";
  return false;
}

std::string CommandLine::text(const std::string& name) const {
  return has(name) ? values_[name].as<std::string>() : std::string();
}

std::vector<std::string> CommandLine::all(const std::string& name) const {
  return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

std::string CommandLine::tracefs_override() const {
  if (has("tracefs")) return text("tracefs");
  const char* from_environment = std::getenv("FTRACECTL_TRACEFS");
  return from_environment != nullptr ? from_environment : "";
}

void CommandLine::fail(const std::string& message) const {
  const std::string name = help_.usage.substr(0, help_.usage.find(' '));
  throw Error(ErrorCode::usage,
              message + "\nUsage: ftracectl " + help_.usage + "\n'ftracectl " + name + " --help' tells more");
}

}  // namespace ftracectl::cli

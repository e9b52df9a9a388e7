#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>
#include <ostream>
#include <utility>

#include "cli/command.hpp"
#include "cli/commands.hpp"
#include "cli/safe_output.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "output/output_file.hpp"

namespace ftracectl::cli {

namespace {

// A new subcommand is one cmd_NAME.cpp, its declaration in commands.hpp, and one row here.
constexpr std::array table = {
    Command{"capture", "capture execs or other events, of a command or the system", cmd_capture},
    Command{"stream", "decode a buffer's entries as they arrive", cmd_stream},
    Command{"decode", "decode a saved capture or trace text, on any machine", cmd_decode},
    Command{"report", "show what a capture comes to: counts, a tree, a page", cmd_report},
    Command{"convert", "write a capture as a trace.dat for trace-cmd and KernelShark", cmd_convert},
    Command{"compare", "compare what two tools saw of the same execs", cmd_compare},
    Command{"list", "list events, and show which are on", cmd_list},
    Command{"format", "show an event's fields and how it is printed", cmd_format},
    Command{"enable", "switch events on, with filters and triggers", cmd_enable},
    Command{"disable", "undo enable: switch events off", cmd_disable},
    Command{"filter", "show, set or clear an event's filter", cmd_filter},
    Command{"trigger", "show, add or remove an event's triggers", cmd_trigger},
    Command{"status", "show everything that is on now, in every instance", cmd_status},
    Command{"instance", "list, create and remove instances", cmd_instance},
    Command{"on", "start recording into a buffer", cmd_on},
    Command{"off", "stop recording into a buffer", cmd_off},
    Command{"clear", "discard the entries in a buffer", cmd_clear},
    Command{"set", "set a buffer's clock, size and options", cmd_set},
    Command{"reset", "reset a buffer to its initial state", cmd_reset},
    Command{"doctor", "show what works on this kernel for this user, and what does not", cmd_doctor},
    Command{"recover", "undo what killed sessions left behind", cmd_recover},
    Command{"schema", "print the JSON Schema of records", cmd_schema},
    Command{"help", "show how a command is used", cmd_help},
    Command{"version", "print the version", cmd_version},
};

/// Words that other tools have for what ours do, and ours.
constexpr std::pair<std::string_view, std::string_view> other_words[] = {
    {"record", "capture"},    {"trace", "capture"},      {"run", "capture"},
    {"execsnoop", "capture"}, {"exec", "capture"},       {"strace", "capture"},
    {"follow", "capture"},    {"save", "capture"},       {"tree", "report"},
    {"script", "decode"},     {"parse", "decode"},       {"replay", "decode"},
    {"read", "decode"},       {"show", "status"},        {"stat", "status"},
    {"ps", "status"},         {"state", "status"},       {"start", "on"},
    {"resume", "on"},         {"stop", "off"},           {"pause", "off"},
    {"ls", "list"},           {"events", "list"},        {"search", "list"},
    {"find", "list"},         {"fields", "format"},      {"probe", "list"},
    {"describe", "format"},   {"watch", "stream"},       {"tail", "stream"},
    {"cat", "stream"},        {"pipe", "stream"},        {"dump", "stream"},
    {"view", "report"},       {"extract", "stream"},     {"diff", "compare"},
    {"check", "doctor"},      {"info", "doctor"},        {"features", "doctor"},
    {"test", "doctor"},       {"undo", "recover"},       {"restore", "recover"},
    {"clean", "recover"},     {"cleanup", "recover"},    {"options", "set"},
    {"option", "set"},        {"clock", "set"},          {"buffer", "set"},
    {"event", "enable"},      {"add", "enable"},         {"remove", "disable"},
    {"hist", "trigger"},      {"stacktrace", "trigger"}, {"instances", "instance"},
    {"create", "instance"},   {"empty", "clear"},        {"flush", "clear"},
    {"json", "schema"}};

std::string nearest_command(const std::string& name) {
  for (const auto& [other, ours] : other_words) {
    if (other == name) return std::string(ours);
  }
  std::vector<std::string> names;
  for (const auto& command : table) names.emplace_back(command.name);
  const auto nearest = nearest_names(name, names);
  return nearest.empty() ? "" : nearest.front();
}

}  // namespace

void print_overview(std::ostream& out) {
  out << "Usage: ftracectl COMMAND [OPTIONS]\n\n"
         "Controls the kernel's ftrace through tracefs and decodes its output.\n\nCommands:\n";
  for (const auto& command : table) {
    out << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary << "\n";
  }
  out << "\nFor one command: ftracectl help COMMAND\n";
}

const Command& find_command(const std::string& name) {
  const auto* found =
      std::find_if(table.begin(), table.end(), [&](const Command& c) { return c.name == name; });
  if (found != table.end()) return *found;
  if (name.starts_with('-')) {
    throw Error(ErrorCode::usage,
                "unknown option '" + name + "'\noptions come after the command: ftracectl COMMAND [OPTIONS]");
  }
  const std::string nearest = nearest_command(name);
  throw Error(ErrorCode::usage, "unknown command '" + name + "'" +
                                    (nearest.empty() ? "" : ": did you mean " + nearest + "?") +
                                    "\nAll commands: ftracectl --help");
}

namespace {

/// `--help` alone, and `--help COMMAND`.
int print_help(const std::vector<std::string>& words, std::size_t at, std::ostream& out, std::ostream& err) {
  if (at >= words.size() || words[at].starts_with('-')) {
    print_overview(out);
    return exit_status::ok;
  }
  return find_command(words[at]).run({{"--help"}, {}, false, out, err});
}

/// These may stand before the command's name too.
bool is_global_option(const std::string& word) {
  return word == "--tracefs" || word.starts_with("--tracefs=") || word == "--no-private-mount";
}

/// Options before the command's name are moved behind it.
Invocation make_invocation(const std::vector<std::string>& words, std::size_t name_at, std::ostream& out,
                           std::ostream& err) {
  Invocation invocation{{}, {}, false, out, err};
  const auto separator = std::find(words.begin(), words.end(), "--");
  const auto name = words.begin() + static_cast<std::ptrdiff_t>(name_at);
  invocation.arguments.assign(words.begin(), name);
  invocation.arguments.insert(invocation.arguments.end(), name + 1, separator);
  if (separator != words.end()) {
    invocation.has_separator = true;
    invocation.command.assign(separator + 1, words.end());
  }
  return invocation;
}

int dispatch(const std::vector<std::string>& words, std::ostream& out, std::ostream& err) {
  std::size_t name_at = 0;
  while (name_at < words.size() && is_global_option(words[name_at]))
    name_at += words[name_at] == "--tracefs" ? 2 : 1;
  if (name_at >= words.size() || words[name_at] == "--") {
    print_overview(err);
    return exit_status::usage;
  }
  const std::string& name = words[name_at];
  if (name == "--help" || name == "-h") return print_help(words, name_at + 1, out, err);
  if (name == "--version") return cmd_version({{}, {}, false, out, err});
  return find_command(name).run(make_invocation(words, name_at, out, err));
}

}  // namespace

std::span<const Command> commands() { return table; }

int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  SafeOutput safe_out(out);
  SafeOutput safe_err(err);
  try {
    return dispatch(arguments, safe_out, safe_err);
  } catch (const ReaderGone&) {
    return exit_status::ok;  // it has seen enough: | head
  } catch (const Error& error) {
    safe_err << "ftracectl: " << error.what() << std::endl;
    return exit_status_of(error.code());
  }
}

}  // namespace ftracectl::cli

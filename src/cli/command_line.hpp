#pragma once

#include <boost/program_options.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.hpp"
#include "kernel/tracefs.hpp"

namespace ftracectl::cli {

/// What --help says about a subcommand, beside its options.
struct Help {
  std::string usage;    ///< "enable EVENT... [OPTIONS]", without the program's name
  std::string text;     ///< what it does, a few lines
  std::string example;  ///< one or more commands, one a line
};

/// A subcommand's options: Boost.Program_options with --help, --tracefs, --no-private-mount and errors that exit with 2.
///
///     CommandLine line({"list [PATTERN...]", "Lists events.", "ftracectl list 'sched:*'"});
///     line.options()("json", "print JSON");
///     line.positional("pattern");
///     if (!line.parse(invocation)) return exit_status::ok;   // --help was asked and printed
///     for (const auto& pattern : line.all("pattern")) ...
class CommandLine {
 public:
  explicit CommandLine(Help help);

  boost::program_options::options_description_easy_init options() { return visible_.add_options(); }
  /// Words that are no options are collected under this name: read them with all(name).
  void positional(const std::string& name, int max_count = -1);

  /// The words behind "--" are a command's, and not words that are no options.
  void takes_command() { takes_command_ = true; }

  /// False when --help was asked and printed, and when a description was asked for. Throws Error(usage), also for a word where none was declared and
  /// for an option with an empty value.
  bool parse(const Invocation& invocation);

  bool has(const std::string& name) const { return values_.count(name) > 0; }
  /// The value of an option declared with po::value<std::string>(); empty where it was not given.
  std::string text(const std::string& name) const;
  /// The values of an option that may be repeated, po::value<std::vector<std::string>>(), or the positionals.
  std::vector<std::string> all(const std::string& name) const;
  const boost::program_options::variables_map& values() const { return values_; }
  /// Every option with a value as it was given, by its long name, in the order of the command line.
  const std::vector<std::pair<std::string, std::string>>& given() const { return given_; }

  /// The user's --tracefs, or else $FTRACECTL_TRACEFS, or what is to be found; with --no-private-mount.
  TracefsWish tracefs() const;

  /// What --help would print, as data.
  void describe(Description& description) const;

  /// An Error(usage) that names this command's usage.
  [[noreturn]] void fail(const std::string& message) const;

 private:
  void store(const std::vector<std::string>& words);
  std::string name() const { return help_.usage.substr(0, help_.usage.find(' ')); }
  [[noreturn]] void fail_excess(const std::string& word) const;
  void check_values() const;
  std::vector<std::string> option_names() const;

  Help help_;
  bool takes_words_ = false;
  bool takes_command_ = false;
  boost::program_options::options_description visible_{"Options", 80, 48};
  boost::program_options::options_description hidden_;
  boost::program_options::positional_options_description positional_;
  boost::program_options::variables_map values_;
  std::ostream* err_ = nullptr;  ///< for notes, from parse() on
  std::vector<std::pair<std::string, std::string>> given_;
};

}  // namespace ftracectl::cli

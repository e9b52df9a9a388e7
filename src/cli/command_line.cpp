#include "cli/command_line.hpp"

#include <algorithm>
#include <cstdlib>
#include <ftracectl/error.hpp>
#include <ostream>

#include "base/text.hpp"
#include "cli/description.hpp"
#include "cli/fold.hpp"
#include "model/tracefs/event_patterns.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

CommandLine::CommandLine(Help help) : help_(std::move(help)) {
  visible_.add_options()("help,h", "show this help");
  visible_.add_options()("tracefs", po::value<std::string>()->value_name("PATH"),
                         "use this tracing folder instead of the one in /proc/mounts");
  visible_.add_options()("no-private-mount",
                         "where tracefs is not mounted, fail instead of mounting it privately");
}

void CommandLine::positional(const std::string& name, int max_count) {
  takes_words_ = true;
  hidden_.add_options()(name.c_str(), po::value<std::vector<std::string>>());
  positional_.add(name.c_str(), max_count);
}

namespace {

/// Collects the words of a command that takes none, for the message about them.
constexpr const char* excess_words = "ftracectl excess words";

/// Empty means something for these: the tool was called with nothing.
bool may_be_empty(const std::string& option) { return option == "left-args" || option == "right-args"; }

/// "--duration", as the user wrote it; the library knows both names of an option.
std::string written_name(const po::error_with_option_name& error) {
  std::string name = error.get_option_name();
  return name.starts_with('-') ? name : "--" + name;
}

}  // namespace

std::vector<std::string> CommandLine::option_names() const {
  std::vector<std::string> names;
  for (const auto& option : visible_.options()) names.push_back(option->long_name());
  return names;
}

/// The library's own words never reach the user.
void CommandLine::store(const std::vector<std::string>& words) {
  po::options_description all;
  all.add(visible_).add(hidden_);
  // No guessing of abbreviated options: a script that relies on one breaks when the next option comes.
  const int style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  using Syntax = po::invalid_command_line_syntax;
  try {
    const auto parsed =
        po::command_line_parser(words).options(all).positional(positional_).style(style).run();
    for (const auto& option : parsed.options) {
      if (!option.value.empty()) given_.emplace_back(option.string_key, option.value.front());
    }
    po::store(parsed, values_);
    if (values_.count("help") == 0) po::notify(values_);
  } catch (const po::unknown_option& error) {
    const std::string option = written_name(error);
    const auto nearest = option.starts_with("--") ? nearest_names(option.substr(2), option_names())
                                                  : std::vector<std::string>();
    fail(name() + " has no option '" + option + "'" +
         (nearest.empty() ? "" : ": did you mean --" + join(nearest, ", --") + "?"));
  } catch (const po::multiple_occurrences& error) {
    fail(written_name(error) + " may be given only once");
  } catch (const Syntax& error) {
    const bool has_excess = error.kind() == Syntax::extra_parameter;
    fail(written_name(error) + (has_excess ? " takes no value" : " needs a value"));
  } catch (const po::error_with_option_name& error) {
    fail(written_name(error) + " has a value that cannot be read");
  } catch (const po::error&) {
    fail("cannot read the options");
  }
}

void CommandLine::fail_excess(const std::string& word) const {
  const auto names = option_names();
  const bool has_instance = std::find(names.begin(), names.end(), "instance") != names.end();
  fail(name() + " takes no argument: '" + word + "'" +
       (has_instance ? "\nto name an instance: --instance " + word : ""));
}

void CommandLine::check_values() const {
  for (const auto& [option, value] : values_) {
    const auto* text = boost::any_cast<std::string>(&value.value());
    const auto* known = visible_.find_nothrow(option, false);
    const bool takes_value = known != nullptr && known->semantic()->max_tokens() > 0;
    if (takes_value && text != nullptr && text->empty() && !value.defaulted() && !may_be_empty(option))
      fail("--" + option + " needs a value");
  }
}

void CommandLine::describe(Description& description) const {
  description.usage = help_.usage;
  description.text = help_.text;
  description.example = help_.example;
  description.takes_command = takes_command_;
  for (const auto& option : visible_.options()) {
    OptionDescription one;
    one.name = option->long_name();
    const auto written = option->canonical_display_name(po::command_line_style::allow_dash_for_short);
    if (written != "--" + one.name && written != one.name)
      one.letter = written.substr(written.find_first_not_of('-'));
    if (option->semantic()->max_tokens() > 0) one.value = option->semantic()->name();
    one.text = option->description();
    // "SOURCE (=auto)"
    if (const auto behind = one.value.find(" (="); behind != std::string::npos) {
      one.text += " (default: " + one.value.substr(behind + 3);
      one.value.resize(behind);
    }
    using Several = po::typed_value<std::vector<std::string>>;
    one.is_repeatable = dynamic_cast<const Several*>(option->semantic().get()) != nullptr;
    description.options.push_back(std::move(one));
  }
}

bool CommandLine::parse(const Invocation& invocation) {
  err_ = &invocation.err;
  if (invocation.description != nullptr) {
    describe(*invocation.description);
    return false;
  }
  if (!takes_words_) {
    hidden_.add_options()(excess_words, po::value<std::vector<std::string>>());
    positional_.add(excess_words, -1);
  }
  auto words = invocation.arguments;
  if (!takes_command_ && !invocation.command.empty()) {
    words.emplace_back("--");
    words.insert(words.end(), invocation.command.begin(), invocation.command.end());
  }
  store(words);
  if (values_.count("help") == 0) {
    if (has(excess_words)) fail_excess(all(excess_words).front());
    check_values();
    return true;
  }
  invocation.out << "Usage: ftracectl " << help_.usage << "\n\n"
                 << fold_text(help_.text) << "\n"
                 << visible_ << "\nExample:\n"
                 << fold_example(help_.example);
  return false;
}

std::string CommandLine::text(const std::string& name) const {
  return has(name) ? values_[name].as<std::string>() : std::string();
}

std::vector<std::string> CommandLine::all(const std::string& name) const {
  return has(name) ? values_[name].as<std::vector<std::string>>() : std::vector<std::string>();
}

TracefsWish CommandLine::tracefs() const {
  TracefsWish wish;
  const char* from_environment = std::getenv("FTRACECTL_TRACEFS");
  if (from_environment != nullptr) wish.path = from_environment;
  if (has("tracefs")) wish.path = text("tracefs");
  if (has("no-private-mount")) wish.private_mount = TracefsWish::PrivateMount::refused;
  wish.note = [err = err_](const std::string& note) {
    if (err != nullptr) *err << "ftracectl: note: " << note << std::endl;
  };
  return wish;
}

void CommandLine::fail(const std::string& message) const {
  throw Error(ErrorCode::usage,
              message + "\nUsage: ftracectl " + help_.usage + "\nMore: ftracectl " + name() + " --help");
}

}  // namespace ftracectl::cli

#include "cli/terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "base/text.hpp"
#include "output/open_output.hpp"

namespace ftracectl::cli {

namespace {

bool is_utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    std::string locale(value);
    std::transform(locale.begin(), locale.end(), locale.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return locale.find("utf-8") != std::string::npos || locale.find("utf8") != std::string::npos;
  }
  return false;
}

std::size_t find_width() {
  constexpr std::size_t widest = 1000;
  if (const char* columns = std::getenv("COLUMNS")) {
    const auto number = parse_number<std::size_t>(columns);
    if (number && *number > 0) return std::min(*number, widest);
  }
  winsize size = {};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
    return std::min<std::size_t>(size.ws_col, widest);
  return 80;
}

}  // namespace

report::Screen find_screen() { return {find_width(), is_utf8_locale()}; }

void add_look_options(CommandLine& line) {
  auto options = line.options();
  options("attempts", "as text: print each attempt of a PATH search, not one line for all of them");
  options("whole-stacks", "as text: also print the tracer's own frames, inside of the system call");
}

TextLook find_look(const CommandLine& line, const std::string& output) {
  TextLook look;
  look.each_attempt = line.has("attempts");
  look.whole_stacks = line.has("whole-stacks");
  if (names_standard_output(output) && ::isatty(STDOUT_FILENO) == 1) look.width = find_width();
  return look;
}

}  // namespace ftracectl::cli

// What README.md, share/doc and the examples of --help say can be typed is what the program understands, and what
// they link to is there. Nothing is executed: there is no tracefs for it, no journal and no file.

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <ftracectl/error.hpp>
#include <regex>
#include <sstream>

#include "cli/command.hpp"
#include "support/formats.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
namespace fs = std::filesystem;

namespace {

fs::path source_folder() { return fs::path(fixtures_folder()).parent_path(); }

std::vector<fs::path> documents() {
  std::vector<fs::path> found{source_folder() / "README.md"};
  for (const auto& entry : fs::directory_iterator(source_folder() / "share/doc")) {
    if (entry.path().extension() == ".md") found.push_back(entry.path());
  }
  for (const auto& entry : fs::directory_iterator(source_folder() / "share/man"))
    found.push_back(entry.path());
  return found;
}

std::string whole_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The lines that begin with `ftracectl `, behind a prompt or not, and go on behind a backslash.
std::vector<std::string> command_lines_of(const std::string& text) {
  std::vector<std::string> found;
  std::istringstream lines(std::regex_replace(text, std::regex("\\\\\n *"), ""));
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, std::min(line.find_first_not_of("#$ "), line.size()));
    if (line.starts_with("ftracectl ")) found.push_back(line);
  }
  return found;
}

/// Those in ``` blocks, and those in `...` of a document's text.
std::vector<std::string> command_lines(const std::string& document) {
  std::vector<std::string> found;
  std::istringstream lines(document);
  std::string block;
  bool in_block = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) {
      in_block = !in_block;
    } else if (in_block) {
      block += line + "\n";
    } else {
      static const std::regex code("`(ftracectl [^`]+)`");
      for (std::sregex_iterator at(line.begin(), line.end(), code), end; at != end; ++at)
        found.push_back((*at)[1].str());
    }
  }
  for (auto& line : command_lines_of(block)) found.push_back(std::move(line));
  return found;
}

/// As a shell splits it, up to its first pipe, redirection, `;` or comment; without the program's name.
std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (const char c : line + " ") {
    if (quote != 0) {
      if (c == quote)
        quote = 0;
      else
        word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
      in_word = true;
    } else if (c == ' ') {
      if (in_word) words.push_back(word);
      word.clear();
      in_word = false;
    } else if (std::string_view("|<>;&").find(c) != std::string_view::npos || (c == '#' && !in_word)) {
      if (in_word) words.push_back(word);
      break;
    } else {
      word += c;
      in_word = true;
    }
  }
  words.erase(words.begin());
  return words;
}

/// A world in which nothing can be done: every command ends before it begins, but for its command line.
class NothingThere {
 public:
  NothingThere() {
    fs::current_path(folder_.path());
    ::setenv("FTRACECTL_TRACEFS", (fs::path(folder_.path()) / "no-tracefs").c_str(), 1);
    ::setenv("FTRACECTL_JOURNAL", (fs::path(folder_.path()) / "journal").c_str(), 1);
  }
  ~NothingThere() {
    ::unsetenv("FTRACECTL_TRACEFS");
    ::unsetenv("FTRACECTL_JOURNAL");
    fs::current_path(before_);
  }
  NothingThere(const NothingThere&) = delete;
  NothingThere& operator=(const NothingThere&) = delete;

 private:
  fs::path before_ = fs::current_path();
  TemporaryFolder folder_;
};

/// What the program says against a command line; empty where it understands it.
std::string complaint(const std::string& line) {
  const NothingThere world;
  std::ostringstream out;
  std::ostringstream err;
  const int status = cli::run(shell_words(line), out, err);
  return status == exit_status::usage ? err.str() : "";
}

void check_lines(const std::vector<std::string>& lines) {
  for (const auto& line : lines) {
    if (contains(line, "COMMAND")) continue;  // stands for all of them
    INFO(line);
    CHECK(complaint(line) == "");
  }
}

}  // namespace

TEST_CASE("documents: every command line is one that the program understands") {
  for (const auto& document : documents()) {
    INFO(document.filename());
    check_lines(command_lines(whole_file(document)));
  }
  CHECK(command_lines(whole_file(source_folder() / "README.md")).size() > 10);
}

TEST_CASE("documents: a line that the program does not understand is found") {
  CHECK(contains(complaint("ftracectl captur -- ls"), "unknown command"));
  CHECK(contains(complaint("ftracectl capture --no-such -- ls"), "no option '--no-such'"));
  CHECK(contains(complaint("ftracectl stream nope | cat"), "takes no argument"));
  CHECK(complaint("ftracectl capture --comm 'a b' -- ls  # this one is good") == "");
  CHECK(command_lines("text `ftracectl doctor`\n```\n# ftracectl list \\\n   'a*'\nftracectl: said\n```\n") ==
        std::vector<std::string>{"ftracectl doctor", "ftracectl list 'a*'"});
}

TEST_CASE("documents: the examples of --help are understood") {
  for (const auto& command : cli::commands()) {
    std::ostringstream out;
    std::ostringstream err;
    CHECK(command.run({{"--help"}, {}, false, out, err}) == exit_status::ok);
    const auto text = out.str();
    const auto examples = text.find("\nExample:\n");
    if (examples != std::string::npos) check_lines(command_lines_of(text.substr(examples)));
  }
}

TEST_CASE("documents: relative links lead to files that are there") {
  static const std::regex link(R"(\]\(([^)#]+)(#[^)]*)?\))");
  for (const auto& document : documents()) {
    const auto text = whole_file(document);
    for (std::sregex_iterator at(text.begin(), text.end(), link), end; at != end; ++at) {
      const auto target = (*at)[1].str();
      if (contains(target, "://")) continue;
      INFO(document.filename() << ": " << target);
      CHECK(fs::exists(document.parent_path() / target));
    }
  }
}

// Table, help, manual and completion say the same. Whatever command or option comes is checked by that.

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/completion.hpp"
#include "cli/description.hpp"
#include "cli/manual.hpp"
#include "cli/records_schema.hpp"
#include "support/formats.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::cli;
using namespace ftracectl::test;
namespace fs = std::filesystem;

namespace {

fs::path share() { return fs::path(fixtures_folder()).parent_path() / "share"; }

std::string whole_file(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string help_of(const Command& command) {
  std::ostringstream out;
  std::ostringstream err;
  command.run({{"--help"}, {}, false, out, err});
  return out.str();
}

std::vector<std::string> candidates(const std::string& line) {
  std::vector<std::string> words;
  for (const auto& candidate : complete(line).candidates) words.push_back(candidate.word);
  return words;
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

using Words = std::vector<std::string>;

/// A tracing folder with two events, named by $FTRACECTL_TRACEFS.
class TwoEvents {
 public:
  TwoEvents() {
    put("available_events", "sched:sched_switch\nsyscalls:sys_enter_execve\n");
    put("trace_pipe", "");
    put("trace_clock", "[local] global mono\n");
    put("events/sched/sched_switch/format", format("sched_switch", "prev_pid"));
    put("events/syscalls/sys_enter_execve/format", format("sys_enter_execve", "filename"));
    fs::create_directories(fs::path(folder_.path()) / "instances/mine");
    ::setenv("FTRACECTL_TRACEFS", std::string(folder_.path()).c_str(), 1);
  }
  ~TwoEvents() { ::unsetenv("FTRACECTL_TRACEFS"); }
  TwoEvents(const TwoEvents&) = delete;
  TwoEvents& operator=(const TwoEvents&) = delete;

 private:
  void put(const std::string& name, const std::string& text) {
    const fs::path path = fs::path(folder_.path()) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  static std::string format(const std::string& name, const std::string& field) {
    return "name: " + name +
           "\nID: 1\nformat:\n\tfield:unsigned short "
           "common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n\tfield:int " +
           field + ";\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"\"\n";
  }
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("help: the overview, the manual and the completion have every command") {
  std::ostringstream overview;
  print_overview(overview);
  const auto manual = manual_overview(commands());
  const auto words = candidates("ftracectl ");
  for (const auto& command : commands()) {
    INFO(command.name);
    CHECK(contains(overview.str(), "\n  " + std::string(command.name) + " "));
    CHECK(contains(manual, "*ftracectl-" + std::string(command.name) + "*(1)"));
    CHECK(has(words, std::string(command.name)));
    CHECK(command.name.size() < 12);
  }
  CHECK(words.size() == commands().size());
}

TEST_CASE("help: --help, the manual and the completion have every option of every command") {
  for (const auto& command : commands()) {
    const auto description = describe(command);
    const auto help = help_of(command);
    const auto page = manual_page(description);
    const auto words = candidates("ftracectl " + std::string(command.name) + " --");
    CHECK(description.usage.starts_with(command.name));
    for (const auto& option : description.options) {
      INFO(command.name << " --" << option.name);
      CHECK(contains(help, "--" + option.name));
      CHECK(contains(page, "*\\--" + option.name));
      CHECK(has(words, "--" + option.name));
      CHECK(!option.text.empty());
    }
    CHECK(words.size() == description.options.size());
    CHECK(help.starts_with("Usage: ftracectl " + description.usage + "\n"));
    CHECK(contains(page, "# EXAMPLES"));
  }
}

TEST_CASE("help: what people have written for the manual belongs to a page") {
  for (const auto& entry : fs::directory_iterator(share() / "man")) {
    const std::string name = entry.path().filename().string();
    INFO(name);
    const bool is_of_command = std::any_of(commands().begin(), commands().end(), [&](const Command& command) {
      return name == "ftracectl-" + std::string(command.name) + ".scd.in";
    });
    CHECK((is_of_command || name == "ftracectl.scd.in" || name == "ftracectl-records.scd.in" ||
           name == "ftracectl-capture-folder.scd.in"));
  }
}

TEST_CASE("help: the manual of records has the types of the schema, the manual of folders their files") {
  const auto records = manual_of_records(records_schema);
  for (const std::string type : {"# EXEC", "# EXIT", "# LOST", "# SUMMARY", "*duration\\_ns*"})
    CHECK(contains(records, type));
  const auto folders = whole_file(share() / "man/ftracectl-capture-folder.scd.in");
  for (const std::string file : {"manifest.json", "tasks.jsonl", "values.jsonl", "pauses.jsonl",
                                 "reads.jsonl", "names.jsonl", "symbols.jsonl", "printk\\_formats"})
    CHECK(contains(folders, file));
}

TEST_CASE("help: text in the manual is no markup") {
  Description description;
  description.name = "x";
  description.usage = "x A*B_C";
  description.text = "- a_b and *c*\n  word   what it means";
  const auto page = manual_page(description);
  CHECK(contains(page, "A\\*B\\_C"));
  CHECK(contains(page, "\\- a\\_b and \\*c\\*"));
  CHECK(contains(page, "*word*\n\twhat it means"));
}

TEST_CASE("completion: a line is split as a shell splits it") {
  CHECK(typed_words("ftracectl list 'a b") == Words{"ftracectl", "list", "a b"});
  CHECK(typed_words("ftracectl list ") == Words{"ftracectl", "list", ""});
  CHECK(typed_words("x a\\ b \"c d\" e") == Words{"x", "a b", "c d", "e"});
}

TEST_CASE("completion: events, fields, instances, clocks and formats") {
  const TwoEvents tracing;
  CHECK(candidates("ftracectl enable sched:sched_s") == Words{"sched:sched_switch"});
  CHECK(candidates("ftracectl --no-private-mount list sy") == Words{"syscalls:sys_enter_execve"});
  CHECK(candidates("ftracectl enable sched:sched_switch --filter 'common_pid == 1 && prev_") ==
        Words{"common_pid == 1 && prev_pid"});
  CHECK(candidates("ftracectl capture --filter f") == Words{"filename"});
  CHECK(candidates("ftracectl filter sched:sched_switch p") == Words{"prev_pid"});
  CHECK(candidates("ftracectl stream --instance ") == Words{"mine"});
  CHECK(candidates("ftracectl stream --instance=m") == Words{"--instance=mine"});
  CHECK(candidates("ftracectl instance r") == Words{"remove"});
  CHECK(candidates("ftracectl instance remove ") == Words{"mine"});
  CHECK(candidates("ftracectl set --clock m") == Words{"mono"});
  CHECK(candidates("ftracectl capture --format j") == Words{"jsonl"});
  CHECK(candidates("ftracectl help capt") == Words{"capture"});
}

TEST_CASE("completion: files and commands are the shell's to complete") {
  CHECK(complete("ftracectl decode sa").shell == Completion::Shell::files);
  CHECK(complete("ftracectl capture --save ").shell == Completion::Shell::files);
  CHECK(complete("ftracectl capture -- ma").shell == Completion::Shell::commands);
  CHECK(complete("ftracectl capture -- make a").shell == Completion::Shell::files);
  CHECK(complete("ftracectl nonsense ").candidates.empty());
  CHECK(completion_text(complete("ftracectl versi")) == "versi\nnothing\nversion\tprint the version\n");
}

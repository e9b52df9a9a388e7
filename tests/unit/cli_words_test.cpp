// What the program says to a command line that makes no sense. Nothing here needs a kernel.

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "cli/values.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

struct Said {
  int status = -1;
  std::string out;
  std::string err;
};

Said say(const std::vector<std::string>& words) {
  std::ostringstream out;
  std::ostringstream err;
  const int status = cli::run(words, out, err);
  return {status, out.str(), err.str()};
}

std::string refusal(const std::vector<std::string>& words) {
  const auto said = say(words);
  CHECK(said.status == exit_status::usage);
  CHECK(said.out.empty());
  return said.err;
}

}  // namespace

TEST_CASE("cli words: an unknown command leads to the nearest of ours") {
  CHECK(contains(refusal({"captur"}), "unknown command 'captur': did you mean capture?"));
  CHECK(contains(refusal({"record"}), "did you mean capture?"));
  CHECK(contains(refusal({"script"}), "did you mean"));
  CHECK(contains(refusal({"show"}), "did you mean status?"));
  CHECK(contains(refusal({"-x"}), "unknown option '-x'"));
  CHECK_FALSE(contains(refusal({"xyzzy"}), "did you mean"));
}

TEST_CASE("cli words: options in our own words") {
  CHECK(contains(refusal({"stream", "--drian"}), "stream has no option '--drian': did you mean --drain?"));
  CHECK(contains(refusal({"stream", "nope"}),
                 "stream takes no argument: 'nope'\nto name an instance: --instance nope"));
  CHECK(contains(refusal({"doctor", "x"}), "doctor takes no argument: 'x'"));
  CHECK(contains(refusal({"stream", "--", "x"}), "stream takes no argument: 'x'"));
  CHECK(contains(refusal({"stream", "--duration"}), "--duration needs a value"));
  CHECK(contains(refusal({"capture", "--cpu="}), "--cpu needs a value"));
  CHECK(contains(refusal({"capture", "--filter", ""}), "--filter needs a value"));
  CHECK(contains(refusal({"list", "--json=3"}), "--json takes no value"));
  CHECK(contains(refusal({"capture", "--pid", "1", "--pid", "2"}), "--pid may be given only once"));
  CHECK(contains(refusal({"compare", "a", "b", "--map", "foo=x"}), "the keys are argv, comm, cpu"));
  CHECK(contains(refusal({"capture", "true", "-x"}), "to run a command: ftracectl capture -- true -x"));
}

TEST_CASE("cli words: help of every command, in 80 columns, with an example") {
  for (const auto& command : cli::commands()) {
    if (command.name == "version") continue;
    CAPTURE(command.name);
    const auto help = say({"help", std::string(command.name)});
    CHECK(help.status == 0);
    CHECK(contains(help.out, "Usage: ftracectl " + std::string(command.name)));
    CHECK(contains(help.out, "\nExample:\n  "));
    CHECK(say({std::string(command.name), "-h"}).out == help.out);
    std::istringstream lines(help.out);
    for (std::string line; std::getline(lines, line);) {
      CAPTURE(line);
      CHECK(line.size() <= 80);
    }
  }
  CHECK(say({"help", "nope"}).status == exit_status::usage);
  CHECK(say({"help"}).out == say({"--help"}).out);
}

TEST_CASE("cli words: sizes and latencies need a unit, and a file's name says its format") {
  CHECK(cli::parse_size_kb("buffer-size", "8M") == 8192);
  CHECK_THROWS_WITH_AS(cli::parse_size_kb("buffer-size", "8"),
                       "--buffer-size 8: needs a unit, such as 8K or 8M", Error);
  CHECK_THROWS_WITH_AS(cli::parse_latency("latency", "5"), "--latency 5: needs a unit, such as 5ms or 5s",
                       Error);
  CHECK(cli::parse_latency("latency", "0").count() == 0);
  CHECK(cli::parse_latency("latency", "50ms").count() == 50);
  for (const std::string name : {"x.jsonl", "x.ndjson", "x.json"})
    CHECK(cli::chosen_format("", name) == "jsonl");
  for (const std::string name : {"x.txt", "x", ""}) CHECK(cli::chosen_format("", name) == "text");
  CHECK(cli::chosen_format("text", "x.json") == "text");
}

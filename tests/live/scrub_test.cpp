// What our probes fetch of the memory of others and no record tells is in nothing that is kept or printed.

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "support/live.hpp"
#include "support/process.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
namespace fs = std::filesystem;

namespace {

/// In the environment of all that is started meanwhile, a text that is found as bytes and in words of 64 bits,
/// wherever in a word it begins.
class Secret {
 public:
  Secret() { setenv("SECRET", std::string(200, 'q').c_str(), 1); }
  ~Secret() { unsetenv("SECRET"); }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;

  static bool is_in(const std::string& text) {
    return contains(text, "SECRET") || contains(text, "qqqq") || contains(text, "71717171");
  }
};

/// The command hands its own arguments on, and behind their null in its memory stands its environment.
std::vector<std::string> command() {
  return {"--", "/usr/bin/env", "sh", "-c",
          "/usr/bin/env true some arguments; /usr/bin/env true; /nowhere/program x"};
}

void check_kept(const std::string& source, const std::string& arguments) {
  CAPTURE(source);
  CAPTURE(arguments);
  const TemporaryFolder folder;
  const std::string saved = folder.path() + "/saved";
  std::vector<std::string> words = {"capture", "--source", source,     "--args", arguments,
                                    "--save",  saved,      "--format", "jsonl"};
  for (const auto& word : command()) words.push_back(word);
  Finished live;
  {
    const Secret secret;
    live = run_ftracectl(words, std::chrono::seconds(60));
  }
  if (contains(live.err, "cannot be fetched") || contains(live.err, "no eprobes") ||
      contains(live.err, "refuses eprobes"))
    skip("no such probes here");
  INFO(live.err);
  std::size_t told = 0;
  for (const auto& exec : of_type(parse_json_lines(live.out), "exec")) {
    if (exec["argv_from"] == arguments) ++told;
  }
  CHECK(told >= 3);
  CHECK_FALSE(Secret::is_in(live.out + live.err));
  for (const auto& entry : fs::recursive_directory_iterator(saved)) {
    CAPTURE(entry.path().string());
    if (entry.is_regular_file()) CHECK_FALSE(Secret::is_in(read_file(entry.path().string())));
  }
  const auto decoded = run_ftracectl({"decode", saved, "--format", "jsonl", "--tracefs", "/nowhere"});
  CHECK(decoded.out == live.out);
}

}  // namespace

TEST_CASE("save: what the uprobes fetch behind the ends is not kept") {
  tracing_folder();
  check_kept("text", "uprobe");
  check_kept("raw", "uprobe");
}

TEST_CASE("save: what the eprobes fetch behind the end is not kept") {
  if (!fs::exists(tracing_folder() + "/buffer_subbuf_size_kb")) skip("no good eprobes here");
  check_kept("text", "eprobe");
  check_kept("raw", "eprobe");
}

TEST_CASE("save: a text that is torn anywhere shows nothing of what was behind the ends") {
  tracing_folder();
  const TemporaryFolder folder;
  const std::string saved = folder.path() + "/saved";
  std::vector<std::string> words = {"capture", "--source", "text", "--args",   "uprobe",
                                    "--save",  saved,      "-o",   "/dev/null"};
  for (const auto& word : command()) words.push_back(word);
  {
    const Secret secret;
    REQUIRE(run_ftracectl(words, std::chrono::seconds(60)).status == 127);
  }
  const std::string text = saved + "/trace_pipe.txt";
  for (int i = 1; i < 20; ++i) {
    fs::resize_file(text, fs::file_size(text) * 9 / 10);
    CHECK_FALSE(Secret::is_in(run_ftracectl({"decode", saved, "--format", "jsonl"}).out));
  }
}

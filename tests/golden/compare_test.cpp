// What eight tools saw of one workload (fixtures/compare), held against what ftrace saw of it, with each of
// the faults put in by hand that a comparison is there to find.
#include <doctest/doctest.h>

#include <fstream>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "support/compare.hpp"
#include "support/formats.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using compare::Reason;

namespace {

constexpr std::uint64_t all_execs = 110;  // of records.jsonl, counted with grep
constexpr std::uint64_t all_ends = 83;

/// What comparing a file with the records of ftrace is known to give.
struct Expected {
  const char* file;
  std::uint64_t matched;
  std::uint64_t by_design_left = 0;  ///< the tool cannot show these
  std::uint64_t by_design_right = 0;
  std::uint64_t outside = 0;
  std::uint64_t filenames = 0;  ///< truncated
  std::uint64_t argvs = 0;      ///< truncated
};

// 110 execs: 62 successes that are neither execveat (2) nor a thread's (2), and 44 failures, of which 2 are
// execveat: execsnoop misses 6. What is truncated: 300 and 5,000 bytes, 60 arguments, 200 KiB, and, as file
// names, 200 and 5,000 bytes.
const std::vector<Expected> expected = {
    {"bpftrace.txt", 110, 0, 0, 0, 2, 4},         {"bpftrace.jsonl", 110, 0, 0, 0, 2, 4},
    {"execsnoop-bt.txt", 110, 0, 0, 0, 0, 3},     {"execsnoop-bt.jsonl", 110, 0, 0, 0, 0, 3},
    {"execsnoop.txt", 104, 6, 0, 0, 0, 6},        {"execsnoop-plain.txt", 62, 48, 0, 0, 0, 3},
    {"execsnoop-quoted.txt", 104, 6, 0, 0, 2, 5}, {"strace.txt", 109, 0, 0, 1, 2, 3},
    {"exitsnoop.txt", 83, 0, 2, 0, 0, 0},         {"counts.txt", 110, 0, 0, 0, 0, 0},
    {"counts.json", 110, 0, 0, 0, 0, 0},          {"counts-bpftool.json", 110, 0, 0, 0, 0, 0},
};

std::string records() { return compare_fixture("6.18/all/records.jsonl"); }

/// The text without the line, or with it changed; counted from 0.
std::string with_line(const std::string& text, std::size_t number, const std::string& from,
                      const std::string& to, bool remove = false) {
  std::istringstream in(text);
  std::string out;
  std::string line;
  for (std::size_t i = 0; std::getline(in, line); ++i) {
    if (i == number) {
      if (remove) continue;
      const std::size_t at = line.find(from);
      REQUIRE(at != std::string::npos);
      line.replace(at, from.size(), to);
    }
    out += line + "\n";
  }
  return out;
}

/// The number of the line that holds the text, from 0.
std::size_t line_of(const std::string& text, const std::string& part) {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  return static_cast<std::size_t>(
      std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

int run_compare(const std::vector<std::string>& arguments, std::string& out, std::string& err) {
  std::vector<std::string> words = {"compare"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::ostringstream out_stream;
  std::ostringstream err_stream;
  const int status = cli::run(words, out_stream, err_stream);
  out = out_stream.str();
  err = err_stream.str();
  return status;
}

std::string in_fixtures(const std::string& name) { return fixtures_folder() + "/compare/6.18/" + name; }

}  // namespace

TEST_CASE("compare: each tool's view of every case, held against ftrace's, leaves nothing unexplained") {
  for (const Expected& each : expected) {
    CAPTURE(each.file);
    Compared compared;
    compare_texts(records(), compare_fixture(std::string("6.18/all/") + each.file), compared,
                  {{}, true, std::string(each.file) != "strace.txt"});
    const auto& result = compared.result;
    CHECK(result.unexplained() == 0);
    CHECK(result.matched == each.matched);
    CHECK(count_of(result.left_only, Reason::by_design) == each.by_design_left);
    CHECK(count_of(result.right_only, Reason::by_design) == each.by_design_right);
    CHECK(count_of(result.left_only, Reason::outside) == each.outside);
    CHECK(result.matched + sum_of(result.left_only) == (compared.right.has_execs ? all_execs : all_ends));
    CHECK(sum_of(result.right_only) == each.by_design_right);
    CHECK(field_count(result, compare::Field::filename, Reason::truncated) == each.filenames);
    CHECK(field_count(result, compare::Field::argv, Reason::truncated) == each.argvs);
  }
}

TEST_CASE("compare: tools that tell enough of an exec to know who cannot see it agree with all others") {
  for (const Expected& left : expected) {
    const std::string name = left.file;
    if (!name.starts_with("bpftrace") && name != "strace.txt") continue;
    for (const Expected& right : expected) {
      const std::string both = std::string(left.file) + " " + right.file;
      CAPTURE(both);
      Compared compared;
      read_text(compare_fixture(std::string("6.18/all/") + left.file), compared.left);
      read_text(compare_fixture(std::string("6.18/all/") + right.file), compared.right);
      if (compared.left.has_execs != compared.right.has_execs) {
        CHECK_THROWS_AS(compare::compare_sides(compared.left, compared.right, {}), Error);
        continue;
      }
      // The exec of the shell, before strace came to it: counts tell no time that could excuse it.
      const std::uint64_t expected_count = name == "strace.txt" && compared.right.is_counts ? 1 : 0;
      CHECK(compare::compare_sides(compared.left, compared.right, {}).unexplained() == expected_count);
      CHECK(compare::compare_sides(compared.right, compared.left, {}).unexplained() == expected_count);
    }
  }
}

TEST_CASE("compare: perf, a capture folder and tracefs text of one run agree") {
  std::string out;
  std::string err;
  for (const std::string perf : {"perf/perf.txt", "perf/perf-default.txt"}) {
    for (const std::string ours : {"perf/folder", "perf/folder/trace_pipe.txt"}) {
      CAPTURE(perf);
      CAPTURE(ours);
      CHECK(run_compare({in_fixtures(ours), in_fixtures(perf), "--formats", in_fixtures("perf/folder"),
                         "--whole", "both", "--json"},
                        out, err) == 0);
      const auto json = nlohmann::json::parse(out);
      CHECK(json["matched"] == 60);
      CHECK(json["left_only"].empty());
      CHECK(json["right_only"].empty());
      CHECK(json["fields"]["filename"]["agreed"] == 30);
      CHECK(json["fields"]["ret"]["agreed"] == 60);
      CHECK(json["fields"]["comm"]["agreed"] == 60);
      CHECK(json["offset_ns"]["pairs"] == 60);
    }
  }
}

TEST_CASE("compare: a record taken out by hand is missed, and nothing else") {
  const std::string text = records();
  const std::size_t line = line_of(text, "\"argv\":[\"tool\",\"retry\"]");
  for (const std::string file : {"bpftrace.txt", "execsnoop.txt", "strace.txt", "execsnoop-bt.txt"}) {
    CAPTURE(file);
    Compared compared;
    compare_texts(with_line(text, line, "", "", true), compare_fixture("6.18/all/" + file), compared);
    CHECK(compared.result.unexplained() == 1);
    CHECK(count_of(compared.result.right_only, Reason::unexplained) == 1);
    for (const auto& pair : compared.result.pairs) {
      if (!pair.is_unexplained()) continue;
      REQUIRE(pair.right != compare::Pair::none);
      const auto& attempt = compared.right.attempts[pair.right];
      const std::string said =
          std::string(attempt.filename.value_or("")) + " " + std::string(attempt.argv.value_or(""));
      CHECK(contains(said, "tool"));
    }
  }
}

TEST_CASE("compare: a file name that was altered is the one difference") {
  const std::string text = records();
  const std::size_t line = line_of(text, "\"filename\":\"/t/script.sh\"");
  for (const std::string file : {"bpftrace.txt", "bpftrace.jsonl", "strace.txt", "execsnoop-quoted.txt"}) {
    CAPTURE(file);
    Compared compared;
    compare_texts(with_line(text, line, "/t/script.sh", "/t/skript.sh"), compare_fixture("6.18/all/" + file),
                  compared);
    CHECK(field_count(compared.result, compare::Field::filename, Reason::unexplained) == 1);
    CHECK(sum_of(compared.result.left_only) + sum_of(compared.result.right_only) ==
          (file == "execsnoop-quoted.txt" ? 6
           : file == "strace.txt"         ? 1
                                          : 0));
  }
}

TEST_CASE("compare: a number of a process that was altered is the one difference") {
  const std::string text = records();
  const std::size_t line = line_of(text, "\"argv\":[\"ok\",\"plain\",\"two\"]");
  const auto record = nlohmann::json::parse(text.substr(0, text.find('\n')));
  std::string altered = text;
  std::istringstream in(text);
  std::string wanted;
  for (std::size_t i = 0; i <= line; ++i) std::getline(in, wanted);
  const auto pid = std::to_string(nlohmann::json::parse(wanted)["pid"].get<int>());
  altered = with_line(altered, line, "\"pid\":" + pid + ",\"tid\":" + pid, "\"pid\":31999,\"tid\":31999");
  for (const std::string file : {"bpftrace.txt", "execsnoop-bt.txt"}) {
    CAPTURE(file);
    Compared compared;
    compare_texts(altered, compare_fixture("6.18/all/" + file), compared);
    CHECK(compared.result.unexplained() == 1);
    CHECK(field_count(compared.result, compare::Field::pid, Reason::unexplained) == 1);
    CHECK(compared.result.matched == all_execs);
  }
}

TEST_CASE("compare: a side that began late or ended early is excused for what it could not see") {
  const std::string text = compare_fixture("6.18/all/bpftrace.txt");
  const std::size_t begin = text.find("enter ", text.size() / 4);
  const std::size_t end = text.find("enter ", text.size() * 3 / 4);
  // Without its own word of when it ended.
  Compared compared;
  compare_texts(records(), text.substr(begin, end - begin), compared);
  CHECK(compared.result.unexplained() == 0);
  CHECK(count_of(compared.result.left_only, Reason::outside) > 20);
  CHECK(count_of(compared.result.left_only, Reason::outside) + compared.result.matched == all_execs);

  Compared insisting;
  compare_texts(records(), text.substr(begin, end - begin), insisting, {{}, true, true});
  CHECK(count_of(insisting.result.left_only, Reason::unexplained) ==
        count_of(compared.result.left_only, Reason::outside));
}

TEST_CASE("compare: of an exec with a loss in it decode and compare say the same: unfinished") {
  const std::string text = fixtures_folder() + "/captures/loss-in-an-exec.txt";
  const std::string formats = formats_folder() + "/6.18";
  const TemporaryFolder folder;
  const std::string decoded = folder.path() + "/decoded.jsonl";
  std::ostringstream none;
  REQUIRE(cli::run({"decode", text, "--formats", formats, "--format", "jsonl", "-o", decoded}, none, none) ==
          0);
  std::ifstream file(decoded);
  const std::string records((std::istreambuf_iterator<char>(file)), {});
  const auto execs = of_type(parse_json_lines(records), "exec");
  REQUIRE(execs.size() == 1);
  CHECK(execs[0]["status"] == "unfinished");
  CHECK(execs[0]["ret"].is_null());
  // The exit behind the loss may be another attempt's: were it taken for this one's, ret would be -2 here.
  compare::Side side;
  std::ifstream lines(text);
  read_text({std::istreambuf_iterator<char>(lines), {}}, side);
  REQUIRE(side.attempts.size() == 1);
  CHECK_FALSE(side.attempts[0].ret);
  std::string out;
  std::string err;
  CHECK(run_compare({text, decoded, "--formats", formats, "--json"}, out, err) == 0);
  CHECK(nlohmann::json::parse(out)["matched"] == 1);
}

TEST_CASE("compare: a side that says to have lost events is excused for as many") {
  std::string text = compare_fixture("6.18/all/bpftrace.txt");
  const std::size_t begin = text.find("enter ", text.size() / 3);
  const std::size_t end = text.find("enter ", text.size() / 2);
  const std::string gone = text.substr(begin, end - begin);
  const auto events = std::count(gone.begin(), gone.end(), '\n');
  text.replace(begin, end - begin, "Lost " + std::to_string(events) + " events\n");
  Compared compared;
  compare_texts(records(), text, compared);
  CHECK(compared.result.unexplained() == 0);
  CHECK(count_of(compared.result.left_only, Reason::lost) > 5);

  // Half as many do not excuse it all.
  Compared unexcused;
  const std::string mark = "Lost " + std::to_string(events) + " events\n";
  text.replace(text.find(mark), mark.size(), "Lost 3 events\n");
  compare_texts(records(), text, unexcused);
  CHECK(unexcused.result.unexplained() > 0);
}

TEST_CASE("compare: what ftrace's LOST marks cover is lost, and nothing at another time") {
  std::string text = records();
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  // Ten records in the middle go, of both cpus, and a mark for each cpu takes their place.
  const std::size_t first = lines.size() / 2;
  std::string cut;
  std::size_t execs = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == first)
      cut += "{\"type\":\"lost\",\"cpu\":0,\"count\":60}\n{\"type\":\"lost\",\"cpu\":1,\"count\":60}\n";
    if (i < first || i >= first + 10) {
      cut += lines[i] + "\n";
    } else if (contains(lines[i], "\"type\":\"exec\"")) {
      ++execs;
    }
  }
  REQUIRE(execs > 2);
  Compared compared;
  compare_texts(cut, compare_fixture("6.18/all/bpftrace.txt"), compared);
  CHECK(compared.result.unexplained() == 0);
  CHECK(count_of(compared.result.right_only, Reason::lost) == execs);

  // The same marks do not excuse what is missing long before.
  std::size_t early = 20;
  while (!contains(lines[early], "\"type\":\"exec\"")) ++early;
  Compared elsewhere;
  compare_texts(with_line(cut, early, "", "", true), compare_fixture("6.18/all/bpftrace.txt"), elsewhere);
  CHECK(count_of(elsewhere.result.right_only, Reason::unexplained) == 1);
}

TEST_CASE("compare: the summary for machines, one line for each pair, and the exit codes") {
  TemporaryFolder folder;
  std::string out;
  std::string err;
  const std::string pairs = folder.path() + "/pairs.jsonl";
  const std::string left = in_fixtures("all/records.jsonl");
  const std::string right = in_fixtures("all/execsnoop.txt");
  CHECK(run_compare({left, right, "--json", "--records", pairs}, out, err) == 0);
  const auto json = nlohmann::json::parse(out);
  CHECK(json["left"]["execs"] == all_execs);
  CHECK(json["left"]["exits"] == all_ends);
  CHECK(json["right"]["format"] == "execsnoop");
  CHECK(json["matched"] == 104);
  CHECK(json["left_only"] == nlohmann::json{{"by-design", 6}});
  CHECK(json["matched_by"] == "pid");
  CHECK(json["unexplained"] == 0);
  std::ifstream file(pairs);
  std::size_t matched = 0;
  std::size_t lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const auto pair = nlohmann::json::parse(line);
    if (pair["status"] == "matched") ++matched;
    CHECK((pair["left"].is_null() || pair["left"]["kind"] == "exec"));
    CHECK(pair["right"].is_null() == (pair["status"] == "left_only"));
  }
  CHECK(lines == all_execs);
  CHECK(matched == 104);

  CHECK(run_compare({left, right, "--tolerate", "none"}, out, err) == 3);
  CHECK(run_compare({left, right, "--tolerate", "by-design,truncated"}, out, err) == 0);
  CHECK(run_compare({left, right, "--tolerate", "by-design"}, out, err) == 3);
  CHECK(run_compare({left, right, "--tolerate", "nonsense"}, out, err) == 2);
  CHECK(run_compare({left}, out, err) == 2);
  CHECK(run_compare({left, right, "--map", "tid"}, out, err) == 2);
  CHECK(run_compare({left, right, "--left-format", "nonsense"}, out, err) == 2);
  CHECK(run_compare({left, left + ".not-there"}, out, err) == 1);
  CHECK(contains(err, "not-there"));
}

TEST_CASE("compare: --pid-tree narrows both sides, whatever else they saw") {
  const std::string text = compare_fixture("6.18/all/bpftrace.txt");
  const auto first = nlohmann::json::parse(records().substr(0, records().find('\n')));
  Compared compared;
  // Somebody else's exec, which ftrace was not asked for.
  const std::string other =
      "enter 24371600000000 0 4242 4242 1 execve cron #24371600000000 /usr/bin/other #24371600000000\n"
      "argc 24371600000000 4242 0 0\nexit 24371600400000 0 4242 4242 execve 0 other #24371600400000\n";
  compare_texts(records(), text + other, compared, {{first["pid"].get<std::int32_t>()}, true, true});
  CHECK(compared.result.unexplained() == 0);
  CHECK(compared.result.matched == all_execs);
  CHECK(compared.result.right_not_in_tree == 1);
}

TEST_CASE("compare: files that are cut off or mixed up are refused, or the line is said") {
  const std::vector<std::string> files = {
      "records.jsonl", "bpftrace.txt", "bpftrace.jsonl",      "execsnoop-quoted.txt", "exitsnoop.txt",
      "strace.txt",    "counts.json",  "counts-bpftool.json", "execsnoop-bt.jsonl"};
  for (const auto& name : files) {
    CAPTURE(name);
    const std::string text = compare_fixture("6.18/all/" + name);
    // In the middle of a line that tells of an exec: of others strace has many, which do not matter.
    const std::size_t exec = text.find(name == "strace.txt" ? " execve(" : "\n", text.size() / 2);
    const std::size_t start =
        exec == std::string::npos || name.starts_with("counts") ? text.size() / 2 : exec;
    const std::string torn = text.substr(0, start + 30);
    compare::Side side;
    std::string why;
    try {
      read_text(torn, side);
    } catch (const Error& error) {
      why = error.what();
    }
    CHECK(contains(why + side.first_bad_line, "line "));

    if (name.starts_with("counts")) continue;
    // A line of another file in the middle of one.
    compare::Side mixed;
    why.clear();
    try {
      read_text(text.substr(0, start + 30) + "{\"other\": \"tool" + text.substr(start + 30), mixed);
    } catch (const Error& error) {
      why = error.what();
    }
    CHECK(contains(why + mixed.first_bad_line, "line "));
  }
}

// `ftracectl decode` on recorded text and on a recorded capture folder, and its records by their JSON Schema.

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "cli/command.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"
#include "support/live.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using nlohmann::json;

namespace {

struct Decoded {
  int status = -1;
  std::string text;
  std::string err;

  std::vector<json> records() const { return parse_json_lines(text); }
  std::vector<json> execs() const { return of_type(records(), "exec"); }
  json summary() const { return records().back(); }
};

/// `ftracectl decode INPUT --format jsonl OPTIONS`, where there is no tracefs.
Decoded decode(const std::string& input, std::vector<std::string> options = {}) {
  const TemporaryFolder folder;
  const std::string output = folder.path() + "/records";
  options.insert(options.begin(),
                 {"decode", input, "--format", "jsonl", "-o", output, "--tracefs", "/nowhere"});
  std::ostringstream out;
  std::ostringstream err;
  Decoded decoded;
  decoded.status = cli::run(options, out, err);
  CHECK(out.str().empty());
  if (std::filesystem::exists(output)) decoded.text = read_file(output);
  decoded.err = err.str();
  return decoded;
}

std::string kernel_file(const std::string& kernel, const std::string& name) {
  return fixtures_folder() + "/kernels/" + kernel + "/" + name;
}

Decoded decode_of(const std::string& kernel, const std::string& name, std::vector<std::string> options = {}) {
  options.insert(options.end(), {"--formats", formats_folder() + "/" + kernel});
  return decode(kernel_file(kernel, name), std::move(options));
}

const std::vector<std::string> text_kernels = {"5.10", "6.1", "6.12", "7.3"};

/// The recorded capture folder, or a copy of it to be spoilt.
std::string saved_folder() { return fixtures_folder() + "/captures/6.18/folder"; }
std::string records_of_the_time() { return read_file(fixtures_folder() + "/captures/6.18/records.jsonl"); }

class Copy {
 public:
  Copy() : path_(folder_.path() + "/copy") {
    std::filesystem::copy(saved_folder(), path_, std::filesystem::copy_options::recursive);
  }

  const std::string& path() const { return path_; }
  std::string read(const std::string& name) const { return read_file(path_ + "/" + name); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path_ + "/" + name, std::ios::binary | std::ios::trunc) << text;
  }
  /// As a kill leaves it.
  void unfinish() const {
    auto manifest = nlohmann::ordered_json::parse(read("manifest.json"));
    manifest["finished"] = false;
    manifest["ended"] = manifest["seconds"] = nullptr;
    write("manifest.json", manifest.dump());
    std::filesystem::remove_all(path_ + "/stats");
    std::filesystem::create_directory(path_ + "/stats");
  }

 private:
  TemporaryFolder folder_;
  std::string path_;
};

/// A record but for what /proc may have told.
json without_values(json record) {
  for (const char* key : {"uid", "argv", "argv_from", "argv_hex", "argv_addr", "truncated"})
    record.erase(key);
  return record;
}

/// How many lines at the start two texts have in common.
std::size_t common_lines(const std::string& a, const std::string& b) {
  const auto lines_a = split_lines(a);
  const auto lines_b = split_lines(b);
  std::size_t count = 0;
  while (count < lines_a.size() && count < lines_b.size() && lines_a[count] == lines_b[count]) ++count;
  return count;
}

}  // namespace

TEST_CASE("decode: a capture folder gives the records that the capture gave, to the byte") {
  const Decoded decoded = decode(saved_folder());
  CHECK(decoded.status == 0);
  CHECK(decoded.text == records_of_the_time());
  REQUIRE(decoded.execs().size() == 7);
  CHECK(decoded.execs()[2]["argv_hex"][3] == "61e962");
  CHECK(decoded.execs()[4]["error"] == "ENOENT");
  CHECK(decoded.execs()[1].contains("stack"));
}

TEST_CASE("decode: a folder cut off anywhere is readable up to there") {
  const std::string whole = records_of_the_time();
  const Copy copy;
  copy.unfinish();
  const std::string text = copy.read("trace_pipe.txt");
  std::size_t most = 0;
  for (std::size_t length = 0; length <= text.size(); length += length + 61 > text.size() ? 1 : 61) {
    CAPTURE(length);
    copy.write("trace_pipe.txt", text.substr(0, length));
    const Decoded cut = decode(copy.path());
    CHECK(cut.status == 0);
    CHECK(contains(cut.err, "cut off"));
    const auto records = cut.records();
    // A torn line is told at once; an event that its stack may still follow waits for it.
    std::string text_without_torn;
    for (const auto line : split_lines(cut.text)) {
      if (line.find("\"malformed\"") == std::string_view::npos) text_without_torn += std::string(line) + "\n";
    }
    const std::size_t same = common_lines(text_without_torn, whole);
    CHECK(same >= most);
    most = same;
    // Behind these: what was under way, a torn line, and the summary.
    CHECK(records.size() - same <= 3);
    CHECK(of_type(records, "malformed").size() <= 1);
    CHECK(cut.summary()["kernel"].is_null());
  }
  CHECK(most == split_lines(whole).size() - 1);
}

TEST_CASE("decode: values that were not written any more are null, and nothing else changes") {
  const Copy copy;
  copy.unfinish();
  const std::string values = copy.read("values.jsonl");
  const auto whole = parse_json_lines(records_of_the_time());
  std::size_t most = 0;
  for (std::size_t length = 0; length < values.size(); length += 37) {
    CAPTURE(length);
    copy.write("values.jsonl", values.substr(0, length));
    const Decoded cut = decode(copy.path());
    CHECK(cut.status == 0);
    const bool within_a_line = length > 0 && values[length - 1] != '\n';
    CHECK(contains(cut.err, "torn") == within_a_line);
    std::size_t with_values = 0;
    const auto records = cut.records();
    REQUIRE(records.size() == whole.size());
    for (std::size_t i = 0; i + 1 < records.size(); ++i) {
      CHECK(without_values(records[i]) == without_values(whole[i]));
      if (records[i].contains("uid") && !records[i]["uid"].is_null()) {
        CHECK(records[i] == whole[i]);
        ++with_values;
      }
    }
    CHECK(with_values >= most);
    most = with_values;
  }
  CHECK(most == 6);  // but for that of the last line, which is never whole here
}

TEST_CASE("decode: --strict takes a cut-off capture for one that lost something") {
  CHECK(decode(saved_folder(), {"--strict"}).status == 0);
  const Copy copy;
  copy.unfinish();
  CHECK(decode(copy.path()).status == 0);
  CHECK(decode(copy.path(), {"--strict"}).status == 4);
}

TEST_CASE("decode: the kernel's counts come from the folder") {
  const Copy copy;
  copy.write("stats/cpu1", "entries: 0\noverrun: 12\ncommit overrun: 0\ndropped events: 3\nread events: 1\n");
  const Decoded decoded = decode(copy.path(), {"--strict"});
  CHECK(decoded.status == 4);
  CHECK(decoded.summary()["lost"] == 15);
  CHECK(decoded.summary()["kernel"]["dropped"] == 3);
}

/// Before version 4 the pages were kept with their padding.
TEST_CASE("decode: a folder of version 3, with whole pages, gives the records of the time") {
  const Decoded decoded = decode(fixtures_folder() + "/captures/6.18/folder-whole-pages");
  INFO(decoded.err);
  CHECK(decoded.status == 0);
  CHECK(decoded.text == read_file(fixtures_folder() + "/captures/6.18/records-whole-pages.jsonl"));
}

TEST_CASE(
    "decode: --time wall says where a source knows no wall clock, and where it does, times follow its "
    "steps") {
  const Decoded old = decode(saved_folder(), {"--time", "wall"});
  CHECK(old.status == 0);
  CHECK(contains(old.err, "does not say how its clock relates to the wall clock"));
  CHECK(old.execs()[0]["time"].is_null());
  const TemporaryFolder folder;
  const std::string lines = folder.path() + "/lines.jsonl";
  std::ofstream(lines)
      << R"({"type":"start","host":"web1","boot_id":null,"kernel":null,"version":null,"clock":"mono","started_ns":5,"started":null,"wall_offset_ns":"1795865640000000000","wall_offset_bound_ns":61,"command_line":null})"
      << "\n"
      << R"({"type":"exit","ts_ns":1000000000,"cpu":0,"pid":7,"tid":7,"ppid":1,"comm":"a","exit_code":0,"signal":null,"lifetime_ns":1})"
      << "\n"
      << R"({"type":"clock_step","noticed_ns":2000000000,"step_ns":"60000000000","wall_offset_ns":"1795865700000000000","wall_offset_bound_ns":40})"
      << "\n"
      << R"({"type":"exit","ts_ns":3000000000,"cpu":0,"pid":8,"tid":8,"ppid":1,"comm":"b","exit_code":0,"signal":null,"lifetime_ns":1})"
      << "\n";
  const Decoded decoded = decode(lines, {"--time", "wall"});
  CHECK(decoded.status == 0);
  CHECK_FALSE(contains(decoded.err, "wall clock"));
  const auto exits = of_type(decoded.records(), "exit");
  REQUIRE(exits.size() == 2);
  CHECK(exits[0]["time"] == "2026-11-28T11:34:01.000000000Z");
  CHECK(exits[1]["time"] == "2026-11-28T11:35:03.000000000Z");
}

TEST_CASE("decode: a folder that is none, or is newer, or is spoilt, is refused with the place") {
  const Copy copy;
  auto manifest = json::parse(copy.read("manifest.json"));
  manifest["version"] = 1000;
  copy.write("manifest.json", manifest.dump());
  Decoded decoded = decode(copy.path());
  CHECK(decoded.status == 1);
  CHECK(contains(decoded.err, "version 1000"));
  std::filesystem::remove(copy.path() + "/manifest.json");
  decoded = decode(copy.path());
  CHECK(decoded.status == 1);
  CHECK(contains(decoded.err, "no manifest.json"));
  const Copy other;
  other.write("values.jsonl", "{\"at\":\"exec\"}\n");
  decoded = decode(other.path());
  CHECK(decoded.status == 1);
  CHECK(contains(decoded.err, "values.jsonl:1: "));
  std::filesystem::remove(other.path() + "/trace_pipe.txt");
  other.write("values.jsonl", "");
  decoded = decode(other.path());
  CHECK(decoded.status == 1);
  CHECK(contains(decoded.err, "trace_pipe.txt"));
  CHECK(decode(saved_folder(), {"--formats", formats_folder() + "/6.18"}).status == 2);
}

TEST_CASE("decode: globs select, and those of the capture hold unless others are given, or --all") {
  const Copy copy;
  auto manifest = json::parse(copy.read("manifest.json"));
  manifest["name"] = "sl*";
  copy.write("manifest.json", manifest.dump());
  const auto count = [&](std::vector<std::string> options) {
    const Decoded decoded = decode(copy.path(), std::move(options));
    CHECK(decoded.status == 0);
    CHECK(decoded.summary()["execs"] == decoded.execs().size());
    return decoded.execs().size();
  };
  CHECK(count({}) == 4);
  CHECK(count({"--all"}) == 7);
  CHECK(count({"--name", "sh"}) == 2);
  CHECK(count({"--filename", "/usr/bin/*"}) == 1);
  CHECK(count({"--failed"}) == 1);
  CHECK(decode(copy.path(), {"--all", "--name", "sh"}).status == 2);
}

TEST_CASE("decode: the text of trace and of trace_pipe tell the same execs, on every kernel") {
  for (const char* kernel : {"5.10", "6.12", "7.3"}) {
    CAPTURE(kernel);
    const Decoded pipe = decode_of(kernel, "text/exec-full.pipe");
    const Decoded trace = decode_of(kernel, "text/exec-full.trace");
    CHECK(pipe.status == 0);
    CHECK(trace.status == 0);
    const auto execs = pipe.execs();
    REQUIRE(execs.size() == 68);
    REQUIRE(trace.execs().size() == execs.size());
    CHECK(trace.summary()["entries"] == pipe.summary()["entries"]);
    CHECK(trace.summary()["malformed"] == 0);
    // The header tells what the kernel counted; nobody does for trace_pipe.
    CHECK(trace.summary()["kernel"]["left"] == trace.summary()["entries"]);
    CHECK(trace.summary()["lost"] == 0);
    CHECK(pipe.summary()["kernel"].is_null());
    for (const auto& exec : execs) CHECK(exec["clock"].is_null());
  }
}

TEST_CASE("decode: execs of saved text are those that the workload made") {
  const auto execs = decode_of("7.3", "text/exec-full.pipe").execs();
  std::size_t attempts = 0;
  for (const auto& [pid, of_process] : parse_exec_truth(fixture_text("7.3", "text/exec-full.expect"))) {
    for (const auto& attempt : of_process) {
      ++attempts;
      CAPTURE(attempt.tid);
      CHECK(std::any_of(execs.begin(), execs.end(), [&, pid = pid](const json& exec) {
        return exec["pid"] == pid && exec["tid"] == attempt.tid && exec["ret"] == attempt.ret;
      }));
    }
  }
  CHECK(attempts > 50);
}

TEST_CASE("decode: what was overwritten before trace was saved counts as lost") {
  const TemporaryFolder folder;
  const std::string file = folder.path() + "/trace";
  std::string text = fixture_text("6.12", "text/exec-full.trace");
  text.replace(text.find("279/279"), 7, "279/1000");
  std::ofstream(file) << text;
  const std::vector<std::string> options = {"--formats", formats_folder() + "/6.12"};
  const Decoded decoded = decode(file, options);
  CHECK(decoded.status == 0);
  CHECK(decoded.summary()["lost"] == 721);
  CHECK(decode(file, {"--formats", formats_folder() + "/6.12", "--strict"}).status == 4);
}

TEST_CASE("decode: a trace in latency-format gives the execs that its pipe gives") {
  for (const std::string kernel : {"5.10", "6.12", "7.3"}) {
    CAPTURE(kernel);
    const std::string name = fixtures_folder() + "/kernels/" + kernel + "/text/opt.latency-format";
    const std::vector<std::string> options = {"--formats", formats_folder() + "/" + kernel};
    const Decoded trace = decode(name + ".trace", options);
    const Decoded pipe = decode(name + ".pipe", options);
    CHECK(trace.status == 0);
    CHECK(trace.summary()["malformed"] == 0);
    CHECK(trace.summary()["execs"] == pipe.summary()["execs"]);
    CHECK(trace.summary()["execs"] > 5);
  }
}

TEST_CASE(
    "decode: a file of a capture folder that is no regular file in it is refused, whatever it leads to") {
  const auto files = {"manifest.json", "trace_pipe.txt", "tasks.jsonl",
                      "values.jsonl",  "pauses.jsonl",   "stats/cpu0"};
  for (const std::string file : files) {
    CAPTURE(file);
    const Copy copy;
    const std::string path = copy.path() + "/" + file;
    std::filesystem::remove(path);
    std::filesystem::create_symlink(saved_folder() + "/" + file, path);
    auto decoded = decode(copy.path());
    CHECK(decoded.status == 1);
    CHECK(decoded.err.find(file + ": cannot be read: a symbolic link") != std::string::npos);
    std::filesystem::remove(path);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    decoded = decode(copy.path());
    CHECK(decoded.status == 1);
    CHECK(decoded.err.find(file + ": cannot be read: a FIFO") != std::string::npos);
    std::filesystem::remove(path);
    std::filesystem::create_directory(path);
    decoded = decode(copy.path());
    CHECK(decoded.status == 1);
    CHECK(decoded.err.find(file + ": cannot be read: a folder") != std::string::npos);
  }
  for (const std::string folder : {"formats", "stats"}) {
    CAPTURE(folder);
    const Copy copy;
    std::filesystem::remove_all(copy.path() + "/" + folder);
    std::filesystem::create_directory_symlink(saved_folder() + "/" + folder, copy.path() + "/" + folder);
    CHECK(decode(copy.path()).status == 1);
  }
  const Copy copy;
  std::filesystem::create_directory_symlink(copy.path(), copy.path() + "-link");
  CHECK(decode(copy.path() + "-link").status == 0);
}

TEST_CASE("decode: an event whose name leads out of the capture folder is refused") {
  const Copy copy;
  auto manifest = nlohmann::ordered_json::parse(copy.read("manifest.json"));
  for (const std::string event : {"x:../../../secret", "..:x", "sched:a/b", "no event"}) {
    manifest["events"] = {event};
    copy.write("manifest.json", manifest.dump());
    const auto decoded = decode(copy.path());
    CHECK(decoded.status == 1);
    CHECK(decoded.err.find("'" + event + "' is no name of an event") != std::string::npos);
  }
}

TEST_CASE("decode: without formats the running kernel's are needed, and the error says how to do without") {
  const Decoded decoded = decode(kernel_file("6.12", "text/exec-full.pipe"));
  CHECK(decoded.status == 5);
  CHECK(contains(decoded.err, "--formats DIR"));
  CHECK(contains(decoded.err, "/nowhere"));
}

TEST_CASE("decode: a tree of formats may have a folder around it, and an odd file in it is left out") {
  const TemporaryFolder folder;
  const std::string inner = folder.path() + "/formats/sched/sched_process_exec";
  std::filesystem::create_directories(inner);
  const std::string name = "/sched/sched_process_exec/format";
  std::filesystem::copy(formats_folder() + "/6.12" + name, inner + "/format");
  const std::string text = kernel_file("6.12", "text/exec-full.pipe");
  std::size_t lines = 0;
  const std::string recorded = fixture_text("6.12", "text/exec-full.pipe");
  for (const auto line : split_lines(recorded)) {
    lines += line.find(": sched_process_exec: ") != std::string_view::npos;
  }
  REQUIRE(lines > 30);
  for (const char* shape : {"", "/formats"}) {
    const Decoded decoded = decode(text, {"--formats", folder.path() + shape});
    CHECK(decoded.status == 0);
    CHECK(decoded.execs().size() == lines);
  }
  std::filesystem::create_directories(folder.path() + "/formats/odd/one");
  std::ofstream(folder.path() + "/formats/odd/one/format") << "nonsense\n";
  const Decoded decoded = decode(text, {"--formats", folder.path()});
  CHECK(decoded.status == 0);
  CHECK(contains(decoded.err, "odd/one/format"));
  CHECK(decode(text, {"--formats", folder.path() + "/nowhere"}).status == 1);
  const TemporaryFolder empty;
  const Decoded none = decode(text, {"--formats", empty.path()});
  CHECK(none.status == 1);
  CHECK(contains(none.err, "SYSTEM/EVENT/format"));
}

TEST_CASE("decode: a file that is not there, and words that make no sense") {
  const Decoded missing = decode("/nowhere/at/all", {"--formats", formats_folder() + "/6.12"});
  CHECK(missing.status == 1);
  CHECK(contains(missing.err, "/nowhere/at/all: "));
  CHECK(decode(saved_folder(), {"more"}).status == 2);
  CHECK(decode(saved_folder(), {"--format", "xml"}).status == 2);
}

TEST_CASE("schema: every record of every recorded text is valid") {
  std::string all = decode(saved_folder()).text;
  for (const auto& kernel : text_kernels) {
    for (const char* folder : {"text", "lost"}) {
      for (const auto& entry : std::filesystem::directory_iterator(kernel_file(kernel, folder))) {
        if (entry.path().extension() != ".pipe" && entry.path().extension() != ".trace") continue;
        if (entry.path().filename() == "raw-pages.trace") continue;
        const std::string name = entry.path().filename().string();
        CAPTURE(name);
        const Decoded decoded = decode_of(kernel, std::string(folder) + "/" + name);
        // Of the raw, hex and bin layouts not one line may fit: that is a failure, its records are valid all the same.
        const bool is_readable = name.find("opt.raw") == name.npos && name.find("opt.hex") == name.npos &&
                                 name.find("opt.bin") == name.npos;
        CHECK((decoded.status == 0 || !is_readable));
        all += decoded.text;
      }
    }
  }
  // Torn and forged text makes the rarer types.
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/torn") << "no\xff line\nCPU:1 [LOST EVENTS]\n"
                                         << fixture_text("6.12", "text/exec-full.pipe").substr(33, 30000);
  all += decode(folder.path() + "/torn", {"--formats", formats_folder() + "/6.12"}).text;
  for (const char* type : {"exec", "exit", "event", "lost", "malformed", "summary"}) {
    CAPTURE(type);
    CHECK(contains(all, "{\"type\":\"" + std::string(type) + "\""));
  }
  const SchemaVerdict verdict = validate_records(all);
  REQUIRE(verdict.trouble.empty());
  CHECK(verdict.lines == split_lines(all).size());
  for (const auto& fault : verdict.faults) FAIL_CHECK(fault);
}

TEST_CASE("schema: what is missing, too much or of another type is found") {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/torn") << "no line\nCPU:1 [LOST 3 EVENTS]\n"
                                         << fixture_text("6.12", "text/exec-full.pipe");
  auto records = decode(folder.path() + "/torn", {"--formats", formats_folder() + "/6.12"}).records();
  for (const auto& record : decode(saved_folder()).records()) records.push_back(record);
  std::string wrong;
  std::vector<std::string> what;
  const auto add = [&](const json& record, const std::string& change) {
    wrong += record.dump() + "\n";
    what.push_back(change);
  };
  for (const char* type : {"exec", "exit", "event", "lost", "malformed", "summary"}) {
    const auto of_this = of_type(records, type);
    REQUIRE_FALSE(of_this.empty());
    const json& record = of_this.front();
    for (const auto& [key, value] : record.items()) {
      json without = record;
      without.erase(key);
      // An address stands only where the string does not.
      if (!key.ends_with("_addr")) add(without, std::string(type) + " without " + key);
      json other = record;
      other[key] = json::array({json::object()});
      add(other, std::string(type) + " with an odd " + key);
    }
    json more = record;
    more["more"] = 1;
    add(more, std::string(type) + " with a key more");
  }
  json exec = of_type(records, "exec").front();
  exec["status"] = "failed";
  add(exec, "a failure without an error");
  exec = of_type(records, "exec").front();
  exec["filename_from"] = nullptr;
  add(exec, "a file name from nowhere");
  const SchemaVerdict verdict = validate_records(wrong);
  REQUIRE(verdict.trouble.empty());
  REQUIRE(verdict.lines == what.size());
  for (std::size_t i = 0; i < what.size(); ++i) {
    CAPTURE(what[i]);
    CHECK(verdict.has_fault_in(i + 1));
  }
}

// What capture folders hold, written and read again.

#include <doctest/doctest.h>

#include <fstream>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "records/exec_recorder.hpp"
#include "records/exit_recorder.hpp"
#include "records/recorders.hpp"
#include "saved/capture_folder.hpp"
#include "saved/json_bytes.hpp"
#include "saved/machine_lines.hpp"
#include "saved/saved_capture.hpp"
#include "saved/saved_lines.hpp"
#include "support/records.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

CaptureManifest some_manifest() {
  CaptureManifest manifest;
  manifest.program_version = "0.1.0";
  manifest.kernel = "6.12.107";
  manifest.machine = "x86_64";
  manifest.cpus = 2;
  manifest.clock = "mono";
  manifest.options = {{"irq-info", true}, {"record-tgid", false}};
  manifest.arguments = {"--save", "dir\xe9", "sched:sched_process_exec"};
  manifest.command = {"sh", "-c", "a\nb"};
  manifest.events = {"sched:sched_process_exec"};
  manifest.recorders = {exec_recorder({.exec = true, .tasks_are_silent = true})};
  manifest.expect_stacks = true;
  manifest.filename = "/usr/*";
  manifest.name = "\xff*";
  manifest.only_failed = true;
  manifest.recorders.insert(manifest.recorders.begin(), exit_recorder());
  manifest.started = "2026-01-02T03:04:05Z";
  return manifest;
}

std::string error_of(const std::string& manifest) {
  try {
    parse_manifest(manifest, "DIR/manifest.json");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::failed);
    return error.what();
  }
  return "";
}

ExecRecord some_record(std::int32_t tid, std::uint64_t time) {
  ExecRecord record;
  record.tid = record.pid = tid;
  record.time = {time, true};
  return record;
}

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// The lines of three sched_process_exec by tasks 7, 8 and 9.
std::string exec_line(int tid) {
  const std::string number = std::to_string(tid);
  return "               t-" + number + "       [000] .....     1.00000" + number +
         ": sched_process_exec: filename=/bin/t pid=" + number + " old_pid=" + number + "\n";
}

const std::string exec_format =
    "name: sched_process_exec\nID: 300\nformat:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
    "\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;\n"
    "\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
    "\tfield:pid_t old_pid;\toffset:16;\tsize:4;\tsigned:1;\n\n"
    "print fmt: \"filename=%s pid=%d old_pid=%d\", __get_str(filename), REC->pid, REC->old_pid\n";

/// A folder as a capture leaves it.
class Saved {
 public:
  Saved() {
    std::filesystem::create_directories(file("formats/sched/sched_process_exec"));
    std::filesystem::create_directories(file("stats"));
    CaptureManifest manifest = some_manifest();
    manifest.filename = manifest.name = "";
    manifest.expect_stacks = false;
    write(file("manifest.json"), manifest_text(manifest));
    write(file("formats/sched/sched_process_exec/format"), exec_format);
    write(file("trace_pipe.txt"), exec_line(7) + exec_line(8) + exec_line(9));
    for (const char* name : {"tasks.jsonl", "values.jsonl", "pauses.jsonl"}) write(file(name), "");
  }

  std::string file(const std::string& name) const { return folder_.path() + "/" + name; }
  const std::string& path() const { return folder_.path(); }

  std::vector<nlohmann::json> execs() const {
    SavedCapture saved(path());
    const auto sink = find_output_format("jsonl").make("mono");
    RecordStream::Options options;
    saved.prepare(options);
    RecordStream stream(saved.events(), *sink, std::move(options));
    saved.run(stream, [] {});
    return of_type(parse_json_lines(std::string(sink->buffer().view())), "exec");
  }

 private:
  TemporaryFolder folder_;
};

/// A tracefs that has this one format file, whatever it is asked for.
class OneFormat : public Files {
 public:
  std::string read(const std::string& /*path*/) override { return exec_format; }
  void write(const std::string& /*path*/, std::string_view /*value*/) override {}
  void truncate(const std::string& /*path*/) override {}
  bool exists(const std::string& /*path*/) override { return true; }
  std::vector<std::string> list(const std::string& /*path*/) override { return {}; }
  void make_dir(const std::string& /*path*/) override {}
  void remove_dir(const std::string& /*path*/) override {}
};

const std::string stack_of_7 =
    "               t-7       [000] .....     1.000007: <stack trace>\n => do_syscall_64\n => entry\n";

/// Captures into `folder` what `run` puts into the stream, and gives the records of that.
std::string captured(const std::string& folder, const std::function<void(RecordStream&)>& run) {
  CaptureFolder kept(folder);
  CaptureManifest manifest = some_manifest();
  manifest.filename = manifest.name = "";
  EventTable events;
  events.add(parse_format(exec_format, "sched", "x"));
  const auto sink = find_output_format("jsonl").make("mono");
  RecordStream::Options options;
  options.expect_stacks = true;
  options.recorders = manifest.recorders;
  options.questions.on_exec = [](ExecRecord& record) {
    record.argv = {"argument of " + std::to_string(record.pid)};
    record.argv_from = ValueSource::proc;
  };
  options.questions.before_record = [](ExecRecord& record) { record.uid = 5; };
  kept.listen_to(options);
  RecordStream stream(events, *sink, std::move(options));
  stream.tasks().set(8, {8, 4, "before"});
  OneFormat files;
  kept.start(manifest, files, stream.tasks());
  run(stream);
  stream.finish();
  kept.finish({{"cpu0", "read events: 3\n"}}, 0.5);
  return std::string(sink->buffer().view());
}

std::string decoded(const std::string& folder) {
  SavedCapture saved(folder);
  CHECK(saved.manifest().finished);
  CHECK(saved.kernel_counts()->read == 3);
  const auto sink = find_output_format("jsonl").make("mono");
  RecordStream::Options options;
  saved.prepare(options);
  RecordStream stream(saved.events(), *sink, std::move(options));
  saved.run(stream, [] {});
  return std::string(sink->buffer().view());
}

std::string value_of(std::int32_t tid, const std::string& argument) {
  ExecRecord after = some_record(tid, 1'000'000'000 + static_cast<std::uint64_t>(tid) * 1000);
  const ExecRecord before = after;
  after.argv = {argument};
  after.argv_from = ValueSource::proc;
  return value_line(value_difference(MachineMoment::exec, before, after)) + "\n";
}

}  // namespace

TEST_CASE("values: what /proc said of folder and cgroup comes back, and only that") {
  const ExecRecord before = some_record(7, 1'000'000'000);
  ExecRecord after = before;
  CHECK(value_difference(MachineMoment::record, before, after).is_empty());
  after.place = {"/work/\xe9", "/docker/abc", "abc"};
  const std::string line = value_line(value_difference(MachineMoment::record, before, after));
  ExecRecord again = before;
  apply_values(parse_value_line(line), again);
  CHECK(again.place == after.place);
  // What was known before is not said again.
  ExecRecord later = after;
  later.place.cwd = "/elsewhere";
  const ValueLine values = value_difference(MachineMoment::record, after, later);
  CHECK(values.place == ExecRecord::Place{"/elsewhere", std::nullopt, std::nullopt});
}

TEST_CASE("json of bytes: any bytes come back") {
  std::string all;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  for (const std::string& bytes :
       {std::string(), std::string("plain"), std::string("\xc3\xa9"), all, std::string("a\0b", 3),
        std::string("\xc3"), std::string("{\"hex\":\"00\"}")}) {
    const auto text = json_of_bytes(bytes).dump();
    CHECK(bytes_of_json(nlohmann::ordered_json::parse(text)) == bytes);
  }
  CHECK(json_of_bytes("a\xff").dump() == R"({"hex":"61ff"})");
  CHECK_THROWS(bytes_of_json(nlohmann::ordered_json::parse(R"({"hex":"6"})")));
  CHECK_THROWS(bytes_of_json(nlohmann::ordered_json::parse(R"({"hex":"6x"})")));
  CHECK_THROWS(bytes_of_json(nlohmann::ordered_json::parse("1")));
}

TEST_CASE("manifest: what is written is read") {
  CaptureManifest manifest = some_manifest();
  manifest.place.cwd = manifest.place.container = true;
  const CaptureManifest running = parse_manifest(manifest_text(manifest), "x");
  CHECK_FALSE(running.finished);
  CHECK(running.ended.empty());
  CHECK_FALSE(running.seconds);
  CHECK(running.arguments == manifest.arguments);
  CHECK(running.name == "\xff*");
  CHECK(running.only_failed);
  CHECK(find_recorder(running.recorders, exit_kind) != nullptr);
  CHECK(running.place == manifest.place);
  CHECK(running.options == manifest.options);
  const ExecSources exec = exec_sources_of(find_recorder(running.recorders, exec_kind)->settings);
  CHECK(exec.exec);
  CHECK_FALSE(exec.enter);
  CHECK(exec.tasks_are_silent);
  manifest.finished = true;
  manifest.ended = "2026-01-02T03:04:06Z";
  manifest.seconds = 0.1 + 0.2;
  const CaptureManifest ended = parse_manifest(manifest_text(manifest), "x");
  CHECK(ended.finished);
  CHECK(ended.ended == manifest.ended);
  CHECK(ended.seconds == manifest.seconds);  // to the last bit
  CHECK(manifest_text(ended) == manifest_text(manifest));
}

TEST_CASE("manifest: an unknown key is left alone, a newer version is refused") {
  auto json = nlohmann::ordered_json::parse(manifest_text(some_manifest()));
  json["later"] = "key";
  CHECK(error_of(json.dump()).empty());
  json["version"] = capture_folder_version + 1;
  json["ftracectl"] = "9.8";
  const std::string newer = error_of(json.dump());
  CHECK(contains(newer, "DIR/manifest.json"));
  CHECK(contains(newer, "9.8"));
}

TEST_CASE("manifest: what is none is refused with the file's name, and every missing key too") {
  for (const char* text : {"", "{", "[]", "{}", "null", R"({"kind":"something"})"}) {
    CAPTURE(text);
    CHECK(contains(error_of(text), "DIR/manifest.json"));
  }
  const auto json = nlohmann::ordered_json::parse(manifest_text(some_manifest()));
  for (const auto& item : json.items()) {
    const std::string& key = item.key();
    CAPTURE(key);
    auto without = json;
    without.erase(key);
    // A key that came later: older folders do without it.
    const bool is_optional = key == "with" || key == "recorders";
    CHECK(error_of(without.dump()).empty() == is_optional);
  }
}

TEST_CASE("machine lines: tasks and pauses come back") {
  const TaskLine task = parse_task_line(task_line(7, {6, 5, "a\xff\n"}));
  CHECK(task.tid == 7);
  CHECK(task.task.pid == 6);
  CHECK(task.task.ppid == 5);
  CHECK(task.task.comm == "a\xff\n");
  const TaskLine bare = parse_task_line(task_line(7, {7, {}, {}}));
  CHECK_FALSE(bare.task.ppid);
  CHECK_FALSE(bare.task.comm);
  const PauseLine pause = parse_pause_line(pause_line({1ULL << 40U, true}));
  CHECK(pause.at == 1ULL << 40U);
  CHECK(pause.idle);
  CHECK_THROWS(parse_pause_line("{}"));
  CHECK_THROWS(parse_task_line(R"({"tid":1})"));
}

TEST_CASE("machine lines: of a record's values, those that are new, and all of these") {
  ExecRecord before = some_record(7, 1000);
  before.ppid = 3;
  before.truncated = {"filename"};
  ExecRecord after = before;
  CHECK(value_difference(MachineMoment::exec, before, after).is_empty());
  after.pid = 6;
  after.pid_known = true;
  after.uid = 0;
  after.argv = {"", "b\xff"};
  after.argv_from = ValueSource::proc;
  after.truncated.emplace_back("argv");
  const std::string line = value_line(value_difference(MachineMoment::record, before, after));
  CHECK_FALSE(contains(line, "ppid"));
  const ValueLine values = parse_value_line(line);
  CHECK(values.is_about(MachineMoment::record, before));
  CHECK_FALSE(values.is_about(MachineMoment::exec, before));
  CHECK_FALSE(values.is_about(MachineMoment::record, some_record(8, 1000)));
  CHECK_FALSE(values.is_about(MachineMoment::record, some_record(7, 1001)));
  ExecRecord again = before;
  apply_values(values, again);
  CHECK(again.pid == 6);
  CHECK(again.pid_known);
  CHECK(again.ppid == 3);
  CHECK(again.uid == 0);
  CHECK(again.argv == after.argv);
  CHECK(again.argv_from == ValueSource::proc);
  CHECK(again.truncated == after.truncated);
}

TEST_CASE("machine lines: a pid that turns out to be what it was taken for is known from then on") {
  const ExecRecord before = some_record(7, 1000);
  ExecRecord after = before;
  after.pid_known = true;
  ExecRecord again = before;
  apply_values(parse_value_line(value_line(value_difference(MachineMoment::exec, before, after))), again);
  CHECK(again.pid_known);
  CHECK(again.pid == 7);
}

TEST_CASE("machine lines: no arguments is not the same as arguments not known") {
  const ExecRecord before = some_record(7, 1000);
  ExecRecord after = before;
  after.argv.emplace();
  const ValueLine values = parse_value_line(value_line(value_difference(MachineMoment::exec, before, after)));
  REQUIRE(values.argv);
  CHECK(values.argv->empty());
}

TEST_CASE("saved lines: a torn last line is left out, and any other fault has its place") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/pauses.jsonl";
  write(path, pause_line({1, false}) + "\n" + pause_line({2, false}) + "\n{\"at\":3,");
  const InputFolder input(folder.path());
  SavedLines torn(input, "pauses.jsonl");
  CHECK(torn.next(parse_pause_line)->at == 1);
  CHECK(torn.next(parse_pause_line)->at == 2);
  CHECK_FALSE(torn.is_torn());
  CHECK_FALSE(torn.next(parse_pause_line));
  CHECK(torn.is_torn());
  write(path, pause_line({1, false}) + "\nnonsense\n");
  SavedLines wrong(input, "pauses.jsonl");
  CHECK(wrong.next(parse_pause_line));
  CHECK_THROWS_WITH_AS(wrong.next(parse_pause_line), doctest::Contains("pauses.jsonl:2: "), Error);
  CHECK_THROWS_AS(SavedLines(input, "none"), Error);
}

TEST_CASE("capture folder: an empty folder is taken, and nothing else that is there") {
  const TemporaryFolder folder;
  CHECK_NOTHROW(CaptureFolder(folder.path()));
  CHECK_NOTHROW(CaptureFolder(folder.path() + "/new/folders"));
  CHECK_FALSE(std::filesystem::exists(folder.path() + "/new"));
  write(folder.path() + "/file", "");
  CHECK_THROWS_WITH_AS(CaptureFolder(folder.path()), doctest::Contains("not empty"), Error);
  CHECK_THROWS_AS(CaptureFolder(folder.path() + "/file"), Error);
}

TEST_CASE("saved capture: values find their records, whatever stands between them") {
  const Saved saved;
  std::string others;
  for (int tid = 100; tid < 200; ++tid) others += value_of(tid, "nobody's");
  write(saved.file("values.jsonl"), others + value_of(9, "nine") + others + value_of(7, "seven"));
  const auto execs = saved.execs();
  REQUIRE(execs.size() == 3);
  CHECK(execs[0]["argv"] == nlohmann::json({"seven"}));
  CHECK(execs[1]["argv"].is_null());
  CHECK(execs[2]["argv"] == nlohmann::json({"nine"}));
}

TEST_CASE("saved capture: any number of values that nobody asks for stand in nobody's way") {
  const Saved saved;
  std::string text;
  std::string values;
  for (int tid = 0; tid < 2000; ++tid) {
    for (int other = 0; other < 3; ++other) values += value_of(5000 + tid, "nobody's");
    values += value_of(7, "seven");
    text += exec_line(7);
  }
  write(saved.file("trace_pipe.txt"), text);
  write(saved.file("values.jsonl"), values);
  const auto execs = saved.execs();
  REQUIRE(execs.size() == 2000);
  for (const auto& exec : execs) CHECK(exec["argv"] == nlohmann::json({"seven"}));
}

TEST_CASE("saved capture: tasks are there before the first byte, pauses fall between bytes") {
  const Saved saved;
  write(saved.file("tasks.jsonl"), task_line(8, {8, 4, "eight"}) + "\n");
  write(saved.file("pauses.jsonl"),
        "{\"at\":0,\"idle\":true}\n{\"at\":5,\"idle\":false}\n{\"at\":5,\"idle\":true}\n"
        "{\"at\":999999,\"idle\":true}\n");
  const auto execs = saved.execs();
  REQUIRE(execs.size() == 3);
  CHECK(execs[1]["ppid"] == 4);
  CHECK(execs[0]["ppid"].is_null());
}

TEST_CASE("saved capture: without a manifest it is none, and says so") {
  const Saved saved;
  std::filesystem::remove(saved.file("manifest.json"));
  CHECK_THROWS_WITH_AS(SavedCapture(saved.path()), doctest::Contains("no manifest.json"), Error);
}

TEST_CASE("capture folder: pieces of any size give the same records again") {
  const std::string text =
      exec_line(7) + stack_of_7 + exec_line(8) + "CPU:1 [LOST 3 EVENTS]\n" + exec_line(9);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, text.size()}) {
    const TemporaryFolder folder;
    const auto live = captured(folder.path(), [&](RecordStream& stream) {
      for (std::size_t at = 0; at < text.size(); at += piece) {
        stream.feed(std::string_view(text).substr(at, piece));
        stream.settle(false);
      }
    });
    const auto execs = of_type(parse_json_lines(live), "exec");
    REQUIRE(execs.size() == 3);
    CHECK(execs[0]["argv"] == nlohmann::json({"argument of 7"}));
    CHECK(execs[1]["ppid"] == 4);
    CHECK(execs[2]["uid"] == 5);
    CHECK(decoded(folder.path()) == live);
  }
}

TEST_CASE("capture folder: a pause that parted an event from its stack parts them again") {
  const TemporaryFolder parted;
  const auto apart = captured(parted.path(), [&](RecordStream& stream) {
    stream.feed(exec_line(7));
    stream.settle(false);
    stream.settle(true);
    stream.feed(stack_of_7);
  });
  CHECK(decoded(parted.path()) == apart);
  const TemporaryFolder joined;
  const auto together = captured(joined.path(), [&](RecordStream& stream) {
    stream.feed(exec_line(7));
    stream.settle(false);
    stream.feed(stack_of_7);
  });
  CHECK(decoded(joined.path()) == together);
  CHECK(apart != together);
}

TEST_CASE("capture folder: a pause within what might have gone on ends it again") {
  // An event of no known format goes on until the next entry, unless there is a pause.
  const std::string marker = "               t-7       [000] .....     1.000007: tracing_mark_write: a\n";
  const std::string rest = "and no entry\n" + exec_line(8);
  const TemporaryFolder parted;
  const auto apart = captured(parted.path(), [&](RecordStream& stream) {
    stream.feed(marker);
    stream.settle(false);
    stream.feed(rest);
  });
  CHECK(of_type(parse_json_lines(apart), "malformed").size() == 1);
  CHECK(decoded(parted.path()) == apart);
  const TemporaryFolder joined;
  const auto together = captured(joined.path(), [&](RecordStream& stream) { stream.feed(marker + rest); });
  CHECK(of_type(parse_json_lines(together), "malformed").empty());
  CHECK(decoded(joined.path()) == together);
}

TEST_CASE("capture folder: a disturbance is in the records of decode where it was in those of the capture") {
  const TemporaryFolder folder;
  const auto live = captured(folder.path(), [&](RecordStream& stream) {
    stream.feed(exec_line(7));
    stream.settle(true);
    stream.disturbed({41, "tracing_on", "reads 0, it was 1"});
    stream.feed(exec_line(8));
    stream.disturbed({42, "per_cpu/cpu0/trace_pipe", "read by x\xff (7)"});
    stream.feed(exec_line(9));
    // A capture that is killed here has both, too.
    CHECK(SavedCapture(folder.path()).manifest().disturbed == 1);
  });
  CHECK(of_type(parse_json_lines(live), "disturbed").size() == 2);
  CHECK(decoded(folder.path()) == live);
}

TEST_CASE("machine lines: disturbances come back") {
  const ReadLine read{ReadLine::Kind::disturbed, -1, 0, false, {7, "trace", "emptied by \xff"}};
  const ReadLine read_back = parse_read_line(read_line(read));
  CHECK(read_back.kind == ReadLine::Kind::disturbed);
  CHECK(read_back.disturbance.noticed_ns == 7);
  CHECK(read_back.disturbance.file == "trace");
  CHECK(read_back.disturbance.what == "emptied by \xff");
  const PauseLine pause = parse_pause_line(pause_line({8192, false, read.disturbance}));
  CHECK(pause.at == 8192);
  REQUIRE(pause.disturbance);
  CHECK(pause.disturbance->what == read.disturbance.what);
  CHECK_FALSE(parse_pause_line(pause_line({1, true})).disturbance);
}

TEST_CASE("capture folder: while the capture runs, all that left it can be read") {
  const TemporaryFolder folder;
  captured(folder.path(), [&](RecordStream& stream) {
    stream.feed(exec_line(7) + exec_line(8) + exec_line(9).substr(0, 20));
    stream.settle(true);
    const SavedCapture saved(folder.path());
    CHECK_FALSE(saved.manifest().finished);
    CHECK_FALSE(saved.kernel_counts());
    std::ifstream values(folder.path() + "/values.jsonl");
    std::size_t lines = 0;
    for (std::string line; std::getline(values, line);) ++lines;
    CHECK(lines == 4);  // of two records, those of the exec and those before it left
  });
}

// System calls: what their enters and exits say together, as JSON and as strace prints it.

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "output/totals_sink.hpp"
#include "records/call_recorder.hpp"
#include "records/record_stream.hpp"
#include "records/wanted_execs.hpp"
#include "support/formats.hpp"
#include "support/record_schema.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using nlohmann::json;

namespace {

std::string line(int tid, int time_us, const std::string& message) {
  char header[64];
  std::snprintf(header, sizeof header, "             cat-%-7d [001] .....     0.%06d: ", tid, time_us);
  return header + message + "\n";
}

struct Calls {
  std::string text;
  std::vector<json> records;
};

enum class Wanted { all, failed };

Calls decode(const std::string& kernel, const std::string& trace, CallSources sources = {},
             bool totals = false, Wanted wanted = Wanted::all) {
  Calls calls;
  const EventTable& events = fixture_events(kernel);
  for (const char* format : {"text", "jsonl"}) {
    auto sink = find_output_format(format).make("mono");
    if (totals) sink = make_totals_sink(std::move(sink));
    RecordStream::Options options = options_for_unknown_text();
    options.recorders = {call_recorder(sources)};
    options.is_wanted = wanted_records("", "", wanted == Wanted::failed);
    RecordStream stream(events, *sink, std::move(options));
    stream.feed(trace);
    stream.finish();
    if (totals) {
      const Summary& summary = stream.counts();
      sink->record(summary);
    }
    const std::string out(sink->buffer().view());
    if (std::string(format) == "text") {
      calls.text = out;
    } else {
      check_records_if_possible(out);
      calls.records = parse_json_lines(out);
    }
  }
  return calls;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

}  // namespace

TEST_CASE("calls: words, numbers by their C type and the kernel's own string, as strace prints them") {
  const auto calls = decode("7.3", line(7, 10,
                                        "sys_openat(dfd: 4294967196, filename: 140736414613120 "
                                        "\"/etc/passwd\", flags: O_RDONLY|O_CLOEXEC)") +
                                       line(7, 12, "sys_openat -> 0x3"));
  INFO(calls.text);
  REQUIRE(calls.records.size() == 1);
  const json& call = calls.records[0];
  CHECK(call["type"] == "call");
  CHECK(call["syscall"] == "openat");
  CHECK(call["args"]["dfd"] == "AT_FDCWD");
  CHECK(call["args"]["filename"] == "/etc/passwd");
  CHECK(call["args"]["flags"] == "O_RDONLY|O_CLOEXEC");
  CHECK(call["ret"] == 3);
  CHECK(call["status"] == "ok");
  CHECK(call["duration_ns"] == 2000);
  CHECK(contains(calls.text, "openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY|O_CLOEXEC) = 3 <0.000002>"));
}

TEST_CASE("calls: where the kernel has no string its address is printed, and named") {
  const auto calls =
      decode("6.18", line(7, 10, "sys_openat(dfd: 0xffffff9c, filename: 0x7f00, flags: 0x80000, mode: 0x0)") +
                         line(7, 12, "sys_openat -> 0xfffffffffffffffe"));
  INFO(calls.text);
  REQUIRE(calls.records.size() == 1);
  CHECK(calls.records[0]["args"]["filename"] == "0x7f00");
  CHECK(calls.records[0]["addresses"] == json{"filename"});
  CHECK(calls.records[0]["error"] == "ENOENT");
  CHECK(contains(calls.text,
                 "openat(AT_FDCWD, 0x7f00, O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)"));
}

TEST_CASE("calls: begun before the trace, never returned, interrupted, and of another call") {
  const auto calls =
      decode("6.18", line(7, 10, "sys_close -> 0x0") +
                         line(7, 11, "sys_openat(dfd: 0x3, filename: 0x0, flags: 0x0, mode: 0x0)") +
                         line(7, 12, "sys_openat -> 0xfffffffffffffe00") + line(7, 13, "sys_close(fd: 0x3)") +
                         line(7, 14, "sys_openat -> 0x0") + line(7, 15, "sys_exit_group(error_code: 0x1)") +
                         line(7, 16, "sched_process_exit: comm=cat pid=7 prio=120 group_dead=true"));
  INFO(calls.text);
  REQUIRE(calls.records.size() == 5);
  CHECK(calls.records[0]["args"].is_null());
  CHECK(calls.records[0]["duration_ns"].is_null());
  CHECK(calls.records[1]["error"] == "ERESTARTSYS");
  CHECK(calls.records[2]["status"] == "unfinished");
  CHECK(calls.records[3]["syscall"] == "openat");
  CHECK(calls.records[4]["syscall"] == "exit_group");
  CHECK(contains(calls.text, "close(...) = 0\n"));
  CHECK(contains(calls.text, "openat(3, NULL, O_RDONLY) = ? ERESTARTSYS"));
  CHECK(contains(calls.text, "exit_group(1) = ?"));
}

TEST_CASE("calls: a new task does not make the call that started it") {
  const auto calls = decode("6.18", line(7, 10, "sys_clone -> 0x0") + line(6, 11, "sys_clone -> 0x7"));
  REQUIRE(calls.records.size() == 1);
  CHECK(calls.records[0]["ret"] == 7);
}

TEST_CASE("calls: an exec by a thread goes on under the leader's number") {
  const auto calls = decode("6.18", line(8, 10, "sys_execve(filename: 0x10, argv: 0x20, envp: 0x30)") +
                                        line(7, 12, "sched_process_exec: filename=/bin/t pid=7 old_pid=8") +
                                        line(7, 13, "sys_execve -> 0x0"));
  INFO(calls.text);
  REQUIRE(calls.records.size() == 1);
  CHECK(calls.records[0]["tid"] == 8);
  CHECK(calls.records[0]["status"] == "ok");
  CHECK(calls.records[0]["duration_ns"] == 3000);
}

TEST_CASE("calls: what the command's task calls before its program runs is ours") {
  CallSources sources;
  sources.command_tid = 7;
  const auto calls = decode("6.18",
                            line(7, 9, "sys_close -> 0x0") + line(7, 10, "sys_close(fd: 0x3)") +
                                line(7, 11, "sys_close -> 0x0") +
                                line(7, 12, "sys_execve(filename: 0x10, argv: 0x20, envp: 0x30)") +
                                line(7, 13, "sched_process_exec: filename=/bin/t pid=7 old_pid=7") +
                                line(7, 14, "sys_execve -> 0x0") + line(7, 15, "sys_close(fd: 0x9)") +
                                line(7, 16, "sys_close -> 0x0"),
                            sources);
  INFO(calls.text);
  REQUIRE(calls.records.size() == 2);
  CHECK(calls.records[0]["syscall"] == "execve");
  CHECK(calls.records[1]["args"]["fd"] == "9");
}

TEST_CASE("calls: a loss ends what is open, and only failed ones are shown where that was asked for") {
  const std::string trace = line(7, 10, "sys_close(fd: 0x3)") + "CPU:1 [LOST 3 EVENTS]\n" +
                            line(7, 12, "sys_close -> 0x0") + line(7, 13, "sys_close(fd: 0x4)") +
                            line(7, 14, "sys_close -> 0xfffffffffffffff7");
  const auto calls = decode("6.18", trace);
  REQUIRE(calls.records.size() == 4);
  CHECK(calls.records[0]["status"] == "unfinished");
  CHECK(calls.records[2]["args"].is_null());
  const auto failed = decode("6.18", trace, {}, false, Wanted::failed);
  REQUIRE(failed.records.size() == 2);  // with the loss
  CHECK(failed.records[1]["error"] == "EBADF");
}

TEST_CASE("calls: totals") {
  std::string trace;
  for (int i = 0; i < 100; ++i) {
    trace += line(7, 1000 * i, "sys_close(fd: 0x3)");
    trace += line(7, 1000 * i + (i == 99 ? 900 : 10),
                  i % 10 == 0 ? "sys_close -> 0xfffffffffffffff7" : "sys_close -> 0x0");
  }
  const auto calls = decode("6.18", trace, {}, true);
  INFO(calls.text);
  REQUIRE(calls.records.size() == 2);
  const json& totals = calls.records[0];
  CHECK(totals["calls"] == 100);
  CHECK(totals["errors"]["EBADF"] == 10);
  CHECK(totals["total_ns"] == 99 * 10'000 + 900'000);
  CHECK(totals["max_ns"] == 900'000);
  CHECK(totals["p50_ns"] >= 10'000);
  CHECK(totals["p50_ns"] <= 10'000 + 10'000 / 32);
  CHECK(contains(calls.text, "SYSCALL"));
}

TEST_CASE("calls: a quantile is at most a 32nd too large") {
  DurationHistogram histogram;
  CHECK(!histogram.quantile(0.5));
  for (std::uint64_t value = 1; value != 0; value <<= 1) {
    DurationHistogram one;
    one.add(value);
    one.add(~std::uint64_t{0});
    const auto half = one.quantile(0.5);
    REQUIRE(half);
    CHECK(*half >= value);
    CHECK(*half - value <= value / 32);
  }
}

TEST_CASE("calls: signals have strace's names, real-time ones too") {
  const auto calls =
      decode("6.18", line(7, 10, "sys_kill(pid: 0x7, sig: 0x20)") + line(7, 11, "sys_kill -> 0x0") +
                         line(7, 12, "sys_kill(pid: 0x7, sig: 0x22)") + line(7, 13, "sys_kill -> 0x0") +
                         line(7, 14, "sys_kill(pid: 0x7, sig: 0x40)") + line(7, 15, "sys_kill -> 0x0"));
  REQUIRE(calls.records.size() == 3);
  CHECK(calls.records[0]["args"]["sig"] == "SIGRTMIN");
  CHECK(calls.records[1]["args"]["sig"] == "SIGRT_2");
  CHECK(calls.records[2]["args"]["sig"] == "SIGRT_32");
}

TEST_CASE("calls: totals of execs") {
  auto sink = make_totals_sink(find_output_format("jsonl").make("mono"));
  const auto put = [&](const std::optional<std::int64_t>& ret, std::uint64_t duration_ns) {
    ExecRecord exec;
    exec.syscall = ret == -13 ? ExecRecord::Syscall::execveat : ExecRecord::Syscall::execve;
    exec.ret = ret;
    if (ret) exec.status = *ret < 0 ? ExecRecord::Status::failed : ExecRecord::Status::ok;
    if (ret) exec.duration_ns = duration_ns;
    sink->record(exec);
  };
  put(0, 1000);
  put(-2, 3000);
  put(-2, 500);
  put(-13, 7);
  put(std::nullopt, 0);
  const Summary summary;
  sink->record(summary);
  const std::string out(sink->buffer().view());
  check_records_if_possible(out);
  const auto records = parse_json_lines(out);
  REQUIRE(records.size() == 3);
  CHECK(records[0]["syscall"] == "execve");
  CHECK(records[0]["calls"] == 4);
  CHECK(records[0]["failed"] == 2);
  CHECK(records[0]["unfinished"] == 1);
  CHECK(records[0]["errors"]["ENOENT"] == 2);
  CHECK(records[0]["total_ns"] == 4500);
  CHECK(records[0]["max_ns"] == 3000);
  CHECK(records[1]["syscall"] == "execveat");
  CHECK(records[1]["errors"]["EACCES"] == 1);
}

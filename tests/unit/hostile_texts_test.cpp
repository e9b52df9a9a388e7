// Texts that somebody made to harm who reads them: to drive the terminal, to take the stack, the memory or the time.

#include <doctest/doctest.h>

#include <fstream>
#include <ftracectl/error.hpp>
#include <ftracectl/mounts.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/json_depth.hpp"
#include "base/printable.hpp"
#include "cli/command.hpp"
#include "output/formats.hpp"
#include "saved/capture_manifest.hpp"
#include "saved/machine_lines.hpp"
#include "session/journal_lines.hpp"
#include "support/compare.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr std::string_view hostile_format =
    "name: evil\x1b]0;owned\x07na\xffme\"\n"
    "ID: 77\n"
    "format:\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
    "\n"
    "\tfield:\x1b*/int x;\toffset:8;\tsize:4;\tsigned:1;\n"
    "\n"
    "print fmt: \"x=\x1b[31m%d \xc2\x9b \xe2\x80\xae\", REC->x\n";

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

Ran run(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  Ran ran;
  ran.status = cli::run(arguments, out, err);
  ran.out = out.str();
  ran.err = err.str();
  return ran;
}

std::string saved(const TemporaryFolder& folder, std::string_view text) {
  const std::string path = folder.path() + "/format";
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

/// Newlines and tabs are layout.
bool is_harmless(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    if (text.front() != '\n' && text.front() != '\t' && steers_terminal(text.substr(0, length))) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string deep(std::size_t count) { return std::string(count, '[') + std::string(count, ']'); }

template <typename Read>
std::string fault_of(const Read& read) {
  try {
    read();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("printable: what steers a terminal is escaped, the rest is not") {
  CHECK(printable("a\x1b[0m\nb\tc\x7f") == "a\\x1b[0m\\nb\\tc\\x7f");
  CHECK(printable("caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80") ==
        "caf\xc3\xa9 \xe6\x97\xa5 \xf0\x9f\x98\x80");
  CHECK(printable("\xff\xc3") == "\\xff\\xc3");
  CHECK(printable("\xc2\x9b\x31m") == "\\xc2\\x9b1m");
  for (const std::string_view mark : {"\xd8\x9c", "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xa8",
                                      "\xe2\x80\xaa", "\xe2\x80\xae", "\xe2\x81\xa6", "\xe2\x81\xa9"}) {
    CHECK(steers_terminal(mark));
    CHECK(printable(mark).starts_with("\\x"));
    CHECK(nlohmann::json::parse(printable_json("[\"" + std::string(mark) + "\"]"))[0] == mark);
  }
  CHECK_FALSE(steers_terminal("\xe2\x80\xb0"));  // U+2030, per mille
  std::string lines;
  append_printable_lines(lines, "a\n\tb\r\n");
  CHECK(lines == "a\n\tb\\x0d\n");
}

TEST_CASE("no command lets a file's text drive the terminal") {
  const TemporaryFolder folder;
  const std::string path = saved(folder, hostile_format);
  for (const std::string option : {"", "--c", "--json"}) {
    CAPTURE(option);
    std::vector<std::string> arguments = {"format", "--file", path};
    if (!option.empty()) arguments.push_back(option);
    const Ran ran = run(arguments);
    CHECK(ran.status == exit_status::ok);
    CHECK(is_harmless(ran.out));
    CHECK(contains(ran.out, option == "--json" ? "\\u001b" : "\\x1b"));
    if (option == "--json") CHECK(nlohmann::json::parse(ran.out)["id"] == 77);
    if (option == "--c") CHECK(contains(ran.out, "struct evil__0_owned_na_me_ {"));
    if (option == "--c") CHECK(contains(ran.out, "x1b* /int"));
  }
}

TEST_CASE("no message lets a name or the user's own text drive the terminal") {
  const std::string hostile = "x\x1b]0;owned\x07\xc2\x9b\xe2\x80\xae\xff";
  for (const std::vector<std::string>& arguments : {std::vector<std::string>{hostile},
                                                    {"format", "--file", hostile},
                                                    {"format", "--" + hostile},
                                                    {"decode", hostile},
                                                    {"compare", hostile, hostile},
                                                    {"capture", "--clock", hostile, "--", "true"},
                                                    {"list", "--tracefs", hostile},
                                                    {"filter", "--tracefs", hostile, hostile}}) {
    const Ran ran = run(arguments);
    CHECK(ran.status != exit_status::ok);
    CHECK(!ran.err.empty());
    CHECK(is_harmless(ran.out + ran.err));
  }
}

TEST_CASE("an event's name and a clock are any bytes, and a record is JSON all the same") {
  EventSchema schema = parse_format(hostile_format, "sys\"tem\xfe", "f");
  Event event;
  event.schema = &schema;
  event.name = schema.name;
  event.decoded = true;
  for (const char* format : {"jsonl", "text"}) {
    const auto sink = find_output_format(format).make("mo\"no\x1b");
    sink->record(event);
    ExecRecord record;
    record.comm = "\xc2\x9b\xe2\x80\xae\x7f";
    sink->record(record);
    const std::string lines(sink->buffer().view());
    CHECK(is_harmless(lines));
    if (std::string_view(format) == "text") continue;
    const auto split_at = lines.find('\n');
    const auto first = nlohmann::json::parse(lines.substr(0, split_at));
    CHECK(first["event"] == "sys\"tem\xef\xbf\xbd:evil\x1b]0;owned\x07na\xef\xbf\xbdme\"");
    const auto second = nlohmann::json::parse(lines.substr(split_at + 1));
    CHECK(second["clock"] == "mo\"no\x1b");
    CHECK(second["comm"] == "\xc2\x9b\xe2\x80\xae\x7f");
  }
}

TEST_CASE("JSON is not read deeper than the stack is sure to be") {
  CHECK_NOTHROW(check_json_depth(deep(64)));
  CHECK_NOTHROW(check_json_depth("[\"" + std::string(1000, '[') + "\\\"[[\"]"));
  CHECK(fault_of([] { check_json_depth("{\"a\":\n " + deep(2'000'000) + "}"); }) ==
        "JSON nested deeper than 64 at line 2, column 65");
  const std::string value = deep(2'000'000);
  CHECK(contains(fault_of([&] { parse_manifest("{\"version\": " + value, "DIR/manifest.json"); }),
                 "DIR/manifest.json: JSON nested deeper"));
  CHECK(
      contains(fault_of([&] { parse_journal("{\"ftracectl_journal\":" + value + "}\n"); }), "nested deeper"));
  CHECK(contains(fault_of([&] { parse_task_line("{\"tid\":" + value + "}"); }), "nested deeper"));
  for (const std::string& text : {"[{\"key\":" + value + "}]", "{\"type\": \"map\", \"data\": " + value + "}",
                                  "{\"type\":\"exec\",\"x\":" + value + "}"}) {
    const std::string fault = fault_of([&] {
      compare::Side side;
      read_text(text + "\n", side);
    });
    CAPTURE(fault.substr(0, 200));
    CHECK(contains(fault, "line 1: "));
    CHECK(fault.size() < 400);
  }
}

TEST_CASE("what the JSON library says reaches nobody with its numbers") {
  for (const std::string_view text :
       {"", "{", "[1]", "{\"version\":[]}", "{\"ftracectl_journal\":1}", "nul"}) {
    for (const std::string& fault : {fault_of([&] { parse_manifest(text, "m"); }),
                                     fault_of([&] { parse_journal(std::string(text) + "\n"); }),
                                     json_fault(fault_of([&] { parse_value_line(text); }))}) {
      CHECK(!fault.empty());
      CHECK_FALSE(contains(fault, "json.exception"));
    }
  }
  for (const char* text : {"{\"type\": \"map\"}\n", "{\"type\": \"map\", \"data\": 3}\n", "{\"type\":7}\n"}) {
    const std::string fault = fault_of([&] {
      compare::Side side;
      read_text(text, side, {}, "counts-json");
    });
    CHECK_FALSE(contains(fault, "json.exception"));
  }
}

TEST_CASE("a journal of many steps that were all undone is read in their number's time") {
  JournalHeader header;
  header.pid = 1;
  std::string text = header_line(header);
  const Step step{Step::Kind::set, "tracing_on", "0"};
  constexpr std::uint64_t count = 20'000;
  for (std::uint64_t id = 1; id <= count; ++id) text += entry_line({id, step, step});
  for (std::uint64_t id = 1; id < count; ++id) text += undone_line(id);
  const auto content = parse_journal(text);
  REQUIRE(content->outstanding.size() == 1);
  CHECK(content->outstanding.front().id == count);
}

TEST_CASE("many mounts are read in their number's time") {
  std::string text = "tracefs /sys/kernel/tracing tracefs rw 0 0\n";
  for (int i = 0; i < 50'000; ++i) text += "x /a/b/c/d/" + std::to_string(i) + " tmpfs rw 0 0\n";
  const auto mounts = parse_mounts(text + "x /a/b/c/d/7/ tmpfs rw 0 0\nx /a/b/c/d/70/x tmpfs rw 0 0\n");
  CHECK(mounts[8].hidden);
  CHECK_FALSE(mounts[71].hidden);
  CHECK(find_tracefs(mounts)->path == "/sys/kernel/tracing");
}

TEST_CASE("counts are compared as counts, whatever they count") {
  constexpr std::uint64_t most = INT64_MAX;
  const std::string text = "@exec_count[1]: 5\n@exec_count[2]: " + std::to_string(most - 5) + "\n";
  const std::string other = "@exec_count[1]: 7\n@exec_count[2]: 1\n@exec_count[3]: 2\n";
  Compared compared;
  compare_texts(text, other, compared);
  CHECK(compared.left.attempts.size() == 2);
  CHECK(compared.result.pairs.size() == 5);
  CHECK(compared.result.matched == 6);
  CHECK(sum_of(compared.result.left_only) == most - 6);
  CHECK(sum_of(compared.result.right_only) == 4);
  Compared same;
  compare_texts(text, text, same);
  CHECK(same.result.matched == most);
  CHECK(same.result.unexplained() == 0);
  for (const std::string count : {"18446744073709551615", "9223372036854775803", "18446744073709551616"}) {
    compare::Side side;
    const std::string too_many = "@exec_count[1]: 5\n@exec_count[2]: " + count + "\n";
    const std::string fault = fault_of([&] { read_text(too_many, side); });
    CAPTURE(fault);
    CHECK(fault.starts_with("line 2: "));
    CHECK((contains(fault, "the counts up to here") || contains(fault, "no 64 bits")));
  }
  compare::Side side;
  CHECK(fault_of([&] {
          read_text("{\"type\": \"map\", \"data\": {\"@c\": {\"1\": 18446744073709551615}}}\n", side);
        }).starts_with("line 1: the counts up to here"));
}

TEST_CASE("hostile texts: a number that no clock shows is no time, and nothing is computed with it") {
  const std::string latest = "9223372036854775807";
  const std::vector<std::string> texts = {
      // ours, perf's, execsnoop's, bpftrace's, and a program's with keys of its own
      R"({"type":"exec","ts_ns":-9223372036854775808,"cpu":0,"pid":1,"tid":1,"ret":0,"status":"ok","filename":"/a","duration_ns":)" +
          latest + "}\n" + R"({"type":"exec","ts_ns":)" + latest +
          R"(,"cpu":0,"pid":1,"tid":1,"ret":-9223372036854775808,"status":"failed","filename":"/a","duration_ns":)" +
          latest + "}\n",
      "bash 1/1 [000] " + latest +
          ".999999999: syscalls:sys_enter_execve: filename: 0x1, argv: 0x1, envp: 0x1\n"
          "bash 1/1 [000] 1.000000000: sched:sched_process_exec: filename=/a pid=1 old_pid=1\n",
      "TIME(s) PCOMM            PID    PPID   RET ARGS\n" + latest +
          ".999 a                1      1        0 /a\n" + "2.469   a                1      1        0 /a\n",
      "begin " + latest + " 1\nexec " + latest + " 0 1 1 x #" + latest + " /a\nexec -" + latest +
          " 0 1 1 x #-" + latest + " /a\nend 1\n",
  };
  for (const auto& left : texts) {
    for (const auto& right : texts) {
      Compared compared;
      try {
        compare_texts(left, right, compared);
      } catch (const Error& error) {
        CHECK_MESSAGE(error.code() == ErrorCode::failed, error.what());
      }
    }
  }
}

TEST_CASE("hostile texts: a result that is no errno has a name all the same") {
  CHECK(result_error_name(-2) == "ENOENT");
  CHECK(result_error_name(-512) == "ERESTARTSYS");
  CHECK(result_error_name(-516) == "ERESTART_RESTARTBLOCK");
  CHECK(result_error_name(-4096) == "errno 4096");
  CHECK(result_error_name(INT64_MIN) == "errno 9223372036854775808");
}

TEST_CASE("hostile texts: a format file has an end") {
  const Ran ran = run({"format", "--file", "/dev/zero"});
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "/dev/zero: too long for a format file: over 16 MiB"));
}

TEST_CASE("hostile texts: of a file without one line of a trace, nothing is printed but what it is") {
  TemporaryFolder folder;
  const auto decoded = [&](const std::string& text) { return run({"decode", saved(folder, text)}); };
  const std::string nul(1, '\0');
  Ran ran = decoded("\x01\x02" + nul + "\nrubbish\n" + nul + "\n");
  CHECK(ran.status == 1);
  CHECK(ran.out.empty());
  CHECK(contains(ran.err, "not the text of a trace: it seems to be binary data"));

  std::string page(4096, '\0');
  page.replace(0, 16, std::string("\xa3\x6f\x14\x52\x9c\x01\0\0\xe8\x0f\0\0\0\0\0\0", 16));
  ran = decoded(page);
  CHECK(ran.status == 1);
  CHECK(contains(ran.err, "pages of a ring buffer"));

  // A NUL alone does not make a trace another thing: "%c" prints one.
  ran = decoded("           <...>-243     [001] .....     5.053518: x: c=" + nul + "\n");
  CHECK(ran.out.find("malformed") == std::string::npos);
}

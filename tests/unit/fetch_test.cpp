// Strings that arguments of system calls point to: what probes fetch them, and what is made of it.

#include "model/tracefs/fetch.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "records/call_recorder.hpp"
#include "records/record_stream.hpp"
#include "support/formats.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr std::uint64_t nonce = 0x9fedcba987654321;
const std::string mark = "=0x9fedcba987654321";

EventTable table_with_probe(const std::string& kernel) {
  EventTable events;
  for (const char* name : {"sys_enter_rename", "sys_exit_rename", "sys_enter_openat", "sys_exit_openat"})
    events.add(fixture_events(kernel).find(name)->schema);
  std::string fields;
  std::string print = "\"(syscalls.sys_enter_rename)";
  std::string values;
  const auto add = [&](const std::string& type, const std::string& name, const std::string& conversion,
                       const std::string& value) {
    fields += "\tfield:" + type + " " + name + ";\toffset:8;\tsize:4;\tsigned:0;\n";
    print += " " + name + "=" + conversion;
    values += ", " + value;
  };
  for (const std::string number : {"0", "1"}) add("u64", "p" + number, "0x%Lx", "REC->p" + number);
  for (const std::string number : {"0", "1"}) {
    add("__data_loc char[]", "s" + number, "\\\"%s\\\"", "__get_str(s" + number + ")");
    add("u64", "z" + number, "0x%Lx", "REC->z" + number);
  }
  events.add(
      parse_format("name: strings_rename_9fedcba987654321\nID: 9001\nformat:\n\tfield:unsigned short "
                   "common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n" +
                       fields + "\nprint fmt: " + print + "\"" + values + "\n",
                   "ftracectl_7", "made up"));
  return events;
}

std::string line(int time_us, const std::string& message) {
  char header[64];
  std::snprintf(header, sizeof header, "              mv-7       [001] .....     0.%06d: ", time_us);
  return header + message + "\n";
}

std::string fetched(const std::string& first, const std::string& second) {
  return "strings_rename_9fedcba987654321: (syscalls.sys_enter_rename) p0=0x7ffd10 p1=0x7ffd20 s0=" + first +
         " z0" + mark + " s1=" + second + " z1" + mark;
}

const std::string enter = "sys_rename(oldname: 0x7ffd10, newname: 0x7ffd20)";

std::vector<nlohmann::json> calls_of(const std::string& trace) {
  const EventTable events = table_with_probe("6.18");
  const auto sink = find_output_format("jsonl").make("mono");
  RecordStream::Options options = options_for_unknown_text();
  options.recorders = {call_recorder()};
  RecordStream stream(events, *sink, std::move(options));
  stream.feed(trace);
  stream.finish();
  return parse_json_lines(std::string(sink->buffer().view()));
}

}  // namespace

TEST_CASE("fetch: a call says which strings it needs, and none that the kernel prints itself") {
  const auto fetches = [](const std::string& kernel, const std::string& event) {
    return call_kind.fetches(fixture_events(kernel).find(event)->schema);
  };
  CHECK(fetches("6.12", "sys_enter_openat") == std::vector<Fetch>{{"openat", 1, "filename"}});
  CHECK(fetches("6.12", "sys_enter_rename") ==
        std::vector<Fetch>{{"rename", 0, "oldname"}, {"rename", 1, "newname"}});
  CHECK(fetches("7.3", "sys_enter_openat").empty());
  for (const char* event : {"sys_exit_openat", "sys_enter_write", "sys_enter_read", "sys_enter_readlink",
                            "sys_enter_getrandom", "sys_enter_close", "sys_enter_sethostname"}) {
    INFO(event);
    const auto found = fetches("6.12", event);
    CHECK(std::none_of(found.begin(), found.end(), [](const Fetch& fetch) { return fetch.field != "path"; }));
  }
}

TEST_CASE("fetch: the probes of both kinds") {
  const std::vector<Fetch> fetches = {{"rename", 0, "oldname"}, {"rename", 1, "newname"}};
  CHECK(strings_eprobe("ftracectl_7", fetches, nonce) ==
        "e:ftracectl_7/strings_rename_9fedcba987654321 syscalls/sys_enter_rename p0=$oldname:x64 "
        "p1=$newname:x64 "
        "s0=+0($oldname):ustring z0=\\0x9fedcba987654321:x64 s1=+0($newname):ustring "
        "z1=\\0x9fedcba987654321:x64");
  CHECK(strings_kprobe("ftracectl_7", fetches, 0x12, Architecture::x86_64) ==
        "p:ftracectl_7/strings_rename_0000000000000012 __x64_sys_rename p0=+112(%di):x64 p1=+104(%di):x64 "
        "s0=+0(+112(%di)):ustring z0=\\0x12:x64 s1=+0(+104(%di)):ustring z1=\\0x12:x64");
  CHECK(strings_kprobe("ftracectl_7", {{"openat", 1, "filename"}}, 0x12, Architecture::arm64) ==
        "p:ftracectl_7/strings_openat_0000000000000012 __arm64_sys_openat p0=+8(%x0):x64 "
        "s0=+0(+8(%x0)):ustring z0=\\0x12:x64");
  CHECK(strings_kprobe("ftracectl_7", fetches, nonce, Architecture::unknown).empty());
}

TEST_CASE("fetch: the name of a probe says of which call it is") {
  const auto probe = parse_strings_probe("strings_name_to_handle_at_9fedcba987654321");
  REQUIRE(probe);
  CHECK(probe->syscall == "name_to_handle_at");
  CHECK(probe->nonce == nonce);
  for (const char* other : {"execve_9fedcba987654321", "strings_9fedcba987654321",
                            "strings_a_9fedcba98765432x", "strings__9fedcba98765432", "sys_enter_rename"})
    CHECK_FALSE(parse_strings_probe(other));
}

TEST_CASE("fetch: a call has the strings of its own probe, whatever stands in them") {
  const auto calls = calls_of(line(1, enter) + line(2, fetched("\"a \\\"b\"", "\"x\ny z1=0x12\"")) +
                              line(3, "sys_rename -> 0x0"));
  REQUIRE(calls.size() == 1);
  CHECK(calls[0]["args"]["oldname"] == "a \\\"b");
  CHECK(calls[0]["args"]["newname"] == "x\ny z1=0x12");
  CHECK_FALSE(calls[0].contains("addresses"));
}

TEST_CASE("fetch: what could not be read, or is of another call, stays an address") {
  const auto torn =
      calls_of(line(1, enter) + line(2, fetched("(fault)", "\"\"")) + line(3, "sys_rename -> 0x0"));
  REQUIRE(torn.size() == 1);
  CHECK(torn[0]["args"]["oldname"] == "0x7ffd10");
  CHECK(torn[0]["addresses"].size() == 2);
  // The address that 6.1's eprobes have is one byte.
  std::string others = fetched("\"a\"", "\"b\"");
  others.replace(others.find("0x7ffd10"), 8, "0x10");
  const auto other = calls_of(line(1, enter) + line(2, others) + line(3, "sys_rename -> 0x0"));
  CHECK(other[0]["args"]["oldname"] == "0x7ffd10");
  CHECK(other[0]["args"]["newname"] == "b");
  // Without the call, and in another one.
  CHECK(calls_of(line(2, fetched("\"a\"", "\"b\""))).empty());
  const auto open =
      calls_of(line(1, "sys_openat(dfd: 0xffffff9c, filename: 0x7ffd10, flags: 0x0, mode: 0x0)") +
               line(2, fetched("\"a\"", "\"b\"")) + line(3, "sys_openat -> 0x3"));
  REQUIRE(open.size() == 1);
  CHECK(open[0]["args"]["filename"] == "0x7ffd10");
}

TEST_CASE("fetch: strings may come before the enter of their call, where a filter keeps that one back") {
  const auto calls =
      calls_of(line(1, fetched("\"a\"", "\"b\"")) + line(2, enter) + line(3, "sys_rename -> 0x0"));
  REQUIRE(calls.size() == 1);
  CHECK(calls[0]["args"]["newname"] == "b");
  // Of a call that the filter left out, whose exit is seen: not the next one's.
  const auto next = calls_of(line(1, fetched("\"a\"", "\"b\"")) + line(2, "sys_rename -> 0x0") +
                             line(3, enter) + line(4, "sys_rename -> 0x0"));
  REQUIRE(next.size() == 2);
  CHECK(next[1]["args"]["oldname"] == "0x7ffd10");
}

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "cli/format_output.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

struct Ran {
  int status;
  std::string out;
  std::string err;
};

Ran run_format(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "format");
  std::ostringstream out;
  std::ostringstream err;
  const int status = cli::run(arguments, out, err);
  return {status, out.str(), err.str()};
}

std::string fixture(const std::string& kernel, const std::string& event) {
  return formats_folder() + "/" + kernel + "/" + event + "/format";
}

}  // namespace

TEST_CASE("format prints a table of a file's event") {
  const auto ran = run_format({"--file", fixture("7.3", "sched/sched_process_exec")});
  CHECK(ran.status == exit_status::ok);
  CHECK(ran.err.empty());
  CHECK(ran.out ==
        "sched:sched_process_exec  ID 303\n"
        "\n"
        "  offset  size  signed  type               name\n"
        "       0     2  no      unsigned short     common_type\n"
        "       2     1  no      unsigned char      common_flags\n"
        "       3     1  no      unsigned char      common_preempt_count\n"
        "       4     4  yes     int                common_pid\n"
        "\n"
        "       8     4  no      __data_loc char[]  filename\n"
        "      12     4  yes     pid_t              pid\n"
        "      16     4  yes     pid_t              old_pid\n"
        "\n"
        "print fmt: \"filename=%s pid=%d old_pid=%d\", __get_str(filename), REC->pid, REC->old_pid\n");
}

TEST_CASE("format --json prints one object a line") {
  const auto ran = run_format({"--json", "--file", fixture("6.12", "sched/sched_process_exit"), "--file",
                               fixture("7.3", "sched/sched_process_exec")});
  CHECK(ran.status == exit_status::ok);
  std::istringstream lines(ran.out);
  std::string line;
  REQUIRE(std::getline(lines, line));
  const auto exit = nlohmann::json::parse(line);
  CHECK(exit["system"] == "sched");
  CHECK(exit["name"] == "sched_process_exit");
  CHECK(exit["common_fields"].size() == 4);
  const auto& comm = exit["fields"][0];
  CHECK(comm["name"] == "comm");
  CHECK(comm["type"] == "char");
  CHECK(comm["offset"] == 8);
  CHECK(comm["size"] == 16);
  CHECK(comm["signed"] == false);
  CHECK(comm["array"] == true);
  CHECK(comm["array_length"] == 16);
  CHECK(comm["storage"] == "fixed");
  REQUIRE(std::getline(lines, line));
  const auto exec = nlohmann::json::parse(line);
  CHECK(exec["id"] == 303);
  CHECK(exec["fields"][0]["storage"] == "data_loc");
  CHECK(exec["fields"][0]["array_length"].is_null());
  CHECK(exec["print_fmt"].get<std::string>().starts_with("\"filename=%s"));
  CHECK_FALSE(std::getline(lines, line));
}

TEST_CASE("format --c fills gaps and keeps every offset") {
  const auto ran = run_format({"--c", "--file", fixture("6.12", "raw_syscalls/sys_enter")});
  CHECK(ran.status == exit_status::ok);
  CHECK(ran.out.find("struct sys_enter {\n  uint16_t common_type;") != std::string::npos);
  CHECK(ran.out.find("  int64_t id;") != std::string::npos);
  CHECK(ran.out.find("  uint64_t args[6];") != std::string::npos);

  EventSchema schema;
  schema.name = "x";
  schema.fields = {parse_declaration("char c"), parse_declaration("int i"), parse_declaration("char rest[]")};
  schema.fields[0].size = 1;
  schema.fields[1].size = 4;
  schema.fields[1].offset = 4;
  schema.fields[1].is_signed = true;
  schema.fields[2].offset = 8;
  std::ostringstream out;
  cli::print_schema_struct(schema, out);
  CHECK(out.str().find("  uint8_t c;") != std::string::npos);
  CHECK(out.str().find("  uint8_t pad_1[3];\n  int32_t i;") != std::string::npos);
  CHECK(out.str().find("  uint8_t rest[];") != std::string::npos);
}

TEST_CASE("a system that is not known is null, and bytes that are no UTF-8 are replaced") {
  EventSchema schema;
  schema.name = "x";
  schema.print_fmt = "\"\xff\"";
  std::ostringstream out;
  cli::print_schema_json(schema, out);
  const auto json = nlohmann::json::parse(out.str());
  CHECK(json["system"].is_null());
  CHECK(json["print_fmt"] == "\"\xef\xbf\xbd\"");
}

TEST_CASE("format's faults") {
  CHECK(run_format({}).status == exit_status::usage);
  CHECK(run_format({"sched:sched_switch", "--file", "x"}).status == exit_status::usage);
  CHECK(run_format({"--json", "--c", "--file", "x"}).status == exit_status::usage);
  CHECK(run_format({"--nosuch"}).status == exit_status::usage);
  const auto missing = run_format({"--file", "/nonexistent/format"});
  CHECK(missing.status == exit_status::failed);
  CHECK(missing.err.find("/nonexistent/format: cannot be read: No such file or directory") !=
        std::string::npos);
  const auto folder = run_format({"--file", formats_folder()});
  CHECK(folder.status == exit_status::failed);
  CHECK(folder.err.find("Is a directory") != std::string::npos);
  const auto other = run_format({"--file", "/proc/version"});
  CHECK(other.status == exit_status::failed);
  CHECK(other.err.find("/proc/version:1:1: 'name: ' expected") != std::string::npos);
}

#include <doctest/doctest.h>

#include <string>

#include "decode/text/trace_header.hpp"

using namespace ftracectl;

namespace {

const std::string of_612 =
    "# tracer: nop\n"
    "#\n"
    "# entries-in-buffer/entries-written: 490/1713   #P:2\n"
    "#\n"
    "#                                _-----=> irqs-off/BH-disabled\n"
    "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
    "#              | |         |   |||||     |         |\n";
const std::string line = "              sh-112     [000] .....    10.148773: sched_process_fork: comm=sh\n";

}  // namespace

TEST_CASE("trace header: the tracer, and how many entries of how many are there") {
  const TraceHeader header = parse_trace_header(of_612 + line);
  CHECK(header.tracer == "nop");
  CHECK(header.entries == 490);
  CHECK(header.written == 1713);
  CHECK(header.is_complete);
  CHECK_FALSE(header.is_latency_format);
}

TEST_CASE("trace header: it is complete when something follows, and never before") {
  for (std::size_t length = 0; length <= of_612.size(); ++length) {
    CHECK_FALSE(parse_trace_header(of_612.substr(0, length)).is_complete);
  }
  CHECK(parse_trace_header(of_612 + " ").is_complete);
}

TEST_CASE("trace header: text of trace_pipe has none") {
  const TraceHeader header = parse_trace_header(line + of_612);
  CHECK(header.is_complete);
  CHECK(header.tracer.empty());
  CHECK_FALSE(header.entries);
  CHECK_FALSE(parse_trace_header("").is_complete);
}

TEST_CASE("trace header: latency-format is told") {
  const TraceHeader header = parse_trace_header(
      "# tracer: nop\n#\n# nop latency trace v1.1.5 on 6.12.107\n"
      "# --------------------------------------------------------------------\n"
      "# latency: 0 us, #2/2, CPU#0 | (M:PREEMPT VP:0, KP:0, SP:0 HP:0 #P:2)\n  x");
  CHECK(header.is_latency_format);
  CHECK_FALSE(header.entries);
}

TEST_CASE("trace header: numbers that are none are left out") {
  for (const char* numbers : {"", "12", "12/", "/12 #P:2", "a/b   #P:2", "99999999999999999999/1   #P:2"}) {
    CAPTURE(numbers);
    const TraceHeader header =
        parse_trace_header("# entries-in-buffer/entries-written: " + std::string(numbers) + "\nx");
    CHECK((!header.entries || !header.written));
    CHECK(header.is_complete);
  }
}

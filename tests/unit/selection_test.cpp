#include "records/selection.hpp"

#include <doctest/doctest.h>

#include "cli/record_options.hpp"
#include "output/formats.hpp"

using namespace ftracectl;

namespace {

ExecRecord exec(std::uint64_t at_ns, std::int32_t pid, std::int32_t ppid, const char* comm,
                const char* new_comm) {
  ExecRecord record;
  record.time.value = at_ns;
  record.pid = record.tid = pid;
  record.ppid = ppid;
  record.comm = comm;
  record.new_comm = new_comm;
  return record;
}

/// The pids of what is let through.
std::string passed(Selection selection, SelectingSink::ParentOf parent_of = nullptr) {
  const auto sink = make_jsonl_sink("");
  SelectingSink selecting(std::move(selection), *sink);
  selecting.set_parent_of(std::move(parent_of));
  std::vector<ExecRecord> records;
  records.push_back(exec(1'000'000'000, 10, 1, "bash", "make"));
  records.push_back(exec(2'000'000'000, 11, 10, "make", "sh"));
  records.push_back(exec(3'000'000'000, 13, 12, "sh", "gcc"));  // of 12, a shell's own child, no record tells
  records.push_back(exec(4'000'000'000, 20, 1, "bash", "gcc"));
  for (const auto& record : records) selecting.record(record);
  std::string pids;
  const std::string out(sink->buffer().view());
  for (auto at = out.find("\"pid\":"); at != std::string::npos; at = out.find("\"pid\":", at + 1))
    pids += out.substr(at + 6, 2) + " ";
  return pids;
}

}  // namespace

TEST_CASE("selection: by process, name and time") {
  CHECK(passed({}) == "10 11 13 20 ");
  CHECK(passed({.pids = {11, 20}}) == "11 20 ");
  CHECK(passed({.comm = "gcc"}) == "13 20 ");
  CHECK(passed({.comm = "ba*"}) == "10 20 ");
  CHECK(passed({.since = cli::parse_moment("since", "1.5"), .until = cli::parse_moment("until", "2s")}) ==
        "13 ");
  CHECK(passed({.since = cli::parse_moment("since", "@2"), .until = cli::parse_moment("until", "@3.000")}) ==
        "11 13 ");
  CHECK_THROWS_WITH(cli::parse_moment("since", "@"), doctest::Contains("give seconds from the first record"));
  CHECK_THROWS(cli::parse_moment("since", "@1.0000000001"));
  CHECK_THROWS(cli::parse_moment("since", "2x"));
}

TEST_CASE("selection: a tree follows processes that no record tells of where the source knows them") {
  CHECK(passed({.trees = {10}}) == "10 11 ");
  const auto knows = [](std::int32_t pid) { return pid == 12 ? std::optional(11) : std::nullopt; };
  CHECK(passed({.trees = {10}}, knows) == "10 11 13 ");
  CHECK(passed({.trees = {10}, .since = cli::parse_moment("since", "500ms")}, knows) == "11 13 ");
  const auto ring = [](std::int32_t pid) { return std::optional(pid == 12 ? 14 : 12); };
  CHECK(passed({.trees = {10}}, ring) == "10 11 ");
}

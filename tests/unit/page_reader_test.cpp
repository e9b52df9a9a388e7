#include "decode/pages/page_reader.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <random>
#include <string>
#include <vector>

#include "support/raw_pages.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

struct Read {
  std::vector<std::pair<std::uint64_t, std::string>> entries;
  std::string fault;
};

Read read(std::string_view page) {
  PageReader reader(PageLayout(), page);
  Read read;
  while (reader.advance()) read.entries.emplace_back(reader.time(), std::string(reader.payload()));
  read.fault = reader.fault();
  return read;
}

}  // namespace

TEST_CASE("page reader: times add up over entries, extensions and absolute stamps") {
  const std::string page = PageWriter(1000)
                               .event(5, "aaaa")
                               .time_extend((std::uint64_t{3} << 27U) + 7)
                               .event(2, "bbbbbbbb")
                               .discarded("gone")
                               .time_stamp(std::uint64_t{1} << 40U)
                               .event(1, "cccc")
                               .page();
  const auto [entries, fault] = read(page);
  CHECK(fault == "");
  REQUIRE(entries.size() == 3);
  CHECK(entries[0] == std::pair<std::uint64_t, std::string>(1005, "aaaa"));
  CHECK(entries[1].first == 1005 + (std::uint64_t{3} << 27U) + 7 + 2);
  CHECK(entries[1].second == "bbbbbbbb");
  CHECK(entries[2] == std::pair<std::uint64_t, std::string>((std::uint64_t{1} << 40U) + 1, "cccc"));
}

TEST_CASE("page reader: an absolute stamp gets the upper bits that it has no room for") {
  const std::uint64_t high = std::uint64_t{0x28} << 56U;
  const auto [entries, fault] = read(PageWriter(high + 9).time_stamp(100).event(0, "aaaa").page());
  REQUIRE(entries.size() == 1);
  CHECK(entries[0].first == high + 100);
}

TEST_CASE("page reader: long entries have a length of their own") {
  const std::string text(300, 'x');
  const auto [entries, fault] = read(PageWriter(0).event(1, text).event(1, "tail").page());
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].second == text);
  CHECK(entries[1].second == "tail");
}

TEST_CASE("page reader: what was lost before the page") {
  const std::string page = PageWriter(0).event(1, "aaaa").lost(3496).page();
  PageReader reader(PageLayout(), page);
  CHECK(reader.has_lost());
  CHECK(reader.lost_count() == 3496);
  CHECK(reader.advance());
  CHECK_FALSE(reader.advance());
  const std::string whole = PageWriter(0).event(1, "aaaa").page();
  PageReader other(PageLayout(), whole);
  CHECK_FALSE(other.has_lost());
}

TEST_CASE("page reader: padding ends a page") {
  const auto [entries, fault] = read(PageWriter(0).event(1, "aaaa").word(29).word(0).event(1, "bbbb").page());
  CHECK(entries.size() == 1);
  CHECK(fault == "");
}

TEST_CASE("page reader: what does not fit is a fault, never a read beyond the page") {
  CHECK(read("short").fault == "a page that is shorter than its header");
  CHECK(read(std::string(4096, '\xff')).fault == "a page that says it has more data than a page can have");
  CHECK(read(PageWriter(0).event(1, "aaaa").word(1U << 5U | 20U).page()).fault ==
        "an entry that is longer than its page");
  CHECK(read(PageWriter(0).word(1U << 5U).page()).fault == "a page that ends in the middle of an entry");
  CHECK(read(PageWriter(0).word(1U << 5U).word(0xFFFFFFF0).page()).fault ==
        "an entry that is longer than its page");
  CHECK(read(PageWriter(0).word(1U << 5U).word(2).page()).fault == "an entry that is longer than its page");
}

TEST_CASE("page reader: no damage makes it read beyond the page or go on for ever") {
  std::mt19937 random(1);
  const std::string whole = PageWriter(77).event(1, "aaaa").event(2, std::string(200, 'b')).lost(5).page();
  for (int round = 0; round < 20000; ++round) {
    std::string page = whole.substr(0, random() % (whole.size() + 1));
    for (int i = 0; i < 4 && !page.empty(); ++i) {
      page[random() % std::min<std::size_t>(page.size(), 240)] = static_cast<char>(random());
    }
    const std::string kept = page;  // of its own size: a sanitizer sees a read beyond it
    const auto [entries, fault] = read(kept);
    CHECK(entries.size() <= 4096 / 4);
    for (const auto& [time, payload] : entries) CHECK(payload.size() <= page.size());
  }
}

TEST_CASE("page layout: the header files are parsed, and what they lack is said") {
  const PageLayout layout = fixture_layout("7.3");
  CHECK(layout.page_size == 4096);
  CHECK(layout.data_offset == 16);
  CHECK(layout.commit_size == 8);
  CHECK(layout.padding == 29);
  CHECK(layout.data_max == 28);
  CHECK_THROWS_WITH_AS(parse_page_layout("nothing", "nothing"),
                       "events/header_page: no usable field 'timestamp'", Error);
  const std::string overlapping =
      "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
      "\tfield: local_t commit;\toffset:12;\tsize:8;\tsigned:1;\n"
      "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";
  CHECK_THROWS_AS(parse_page_layout(overlapping, ""), Error);
}

#include "decode/pages/page_decoder.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/formats.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const EventTable& events() { return fixture_events("7.3"); }

std::uint16_t id_of(const std::string& name) {
  return static_cast<std::uint16_t>(events().find(name)->schema.id);
}

/// sys_exit_execve with this return value: nr and ret behind the common fields.
std::string exit_payload(std::int32_t pid, std::int64_t ret) {
  std::string rest(16, '\0');
  for (int i = 0; i < 8; ++i) rest[8 + static_cast<std::size_t>(i)] = static_cast<char>(ret >> (8 * i));
  return payload_of(id_of("sys_exit_execve"), pid, rest);
}

std::string page_of(std::vector<std::pair<std::uint64_t, std::int64_t>> times_and_values) {
  PageWriter writer(times_and_values.front().first);
  std::uint64_t time = times_and_values.front().first;
  for (const auto& [next, value] : times_and_values) {
    writer.event(static_cast<std::uint32_t>(next - time), exit_payload(7, value));
    time = next;
  }
  return writer.page();
}

PageDecoder decoder_of(const EventTable& table) { return {table, PageLayout(), true, nullptr}; }

std::vector<std::uint64_t> times_of(Decoder& decoder) {
  std::vector<std::uint64_t> times;
  while (const Entry* entry = decoder.next()) {
    REQUIRE(entry->kind == Entry::Kind::event);
    times.push_back(entry->event.time.value);
  }
  return times;
}

using Times = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("page decoder: cpus are merged by time, and nothing leaves before what is older can come") {
  auto decoder = decoder_of(events());
  // cpu 0 is read while cpu 1 is still writing what is older than cpu 0's last.
  decoder.feed(page_of({{10, 0}, {30, 0}}), 0, true);
  decoder.feed(page_of({{20, 0}, {50, 0}}), 1, true);
  decoder.end_of_round();
  CHECK(times_of(decoder).empty());
  decoder.feed(page_of({{40, 0}, {60, 0}}), 0, true);
  decoder.end_of_round();
  CHECK(times_of(decoder) == Times{10, 20, 30, 40, 50});
  CHECK(decoder.has_rest());
  decoder.settle();
  CHECK(times_of(decoder) == Times{60});
  CHECK_FALSE(decoder.has_rest());
}

TEST_CASE("page decoder: a cpu that was not read to its end holds the others back") {
  auto decoder = decoder_of(events());
  decoder.feed(page_of({{10, 0}}), 0, true);
  decoder.feed(page_of({{100, 0}}), 1, true);
  decoder.end_of_round();
  decoder.feed(page_of({{20, 0}, {40, 0}}), 0, false);
  decoder.feed(page_of({{110, 0}}), 1, true);
  decoder.end_of_round();
  CHECK(times_of(decoder) == Times{10, 20, 40});
  decoder.feed(page_of({{50, 0}}), 0, true);
  decoder.end_of_round();
  CHECK(times_of(decoder) == Times{50, 100, 110});
}

TEST_CASE("page decoder: what is held back is bounded") {
  auto decoder = decoder_of(events());
  const std::string page = page_of({{10, 0}});
  std::size_t left = 0;
  for (int i = 0; i < 10000; ++i) {  // 40 MB
    decoder.feed(page, 0, false);
    while (decoder.next() != nullptr) ++left;
  }
  CHECK(left > 5000);
}

TEST_CASE("page decoder: fields, and who the task is") {
  auto decoder = decoder_of(events());
  decoder.feed(PageWriter(1000).event(1, exit_payload(7, -2)).page(), 3, true);
  decoder.finish();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  const Event& event = entry->event;
  CHECK(event.name == "sys_exit_execve");
  CHECK(event.cpu == 3);
  CHECK(event.tid == 7);
  CHECK_FALSE(event.has_comm());
  CHECK(event.time.value == 1001);
  CHECK(event.number("ret") == -2);
  CHECK(event.find("__syscall_nr") == nullptr);
}

TEST_CASE("page decoder: losses, unknown types and short entries are told") {
  auto decoder = decoder_of(events());
  decoder.feed(PageWriter(5)
                   .lost(329)
                   .event(1, payload_of(65000, 7))
                   .event(1, payload_of(id_of("sys_exit_execve"), 7))
                   .event(1, exit_payload(7, 0))
                   .page(),
               1, true);
  decoder.finish();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  CHECK(entry->kind == Entry::Kind::lost);
  CHECK(entry->lost.count == 329);
  CHECK(entry->lost.cpu == 1);
  entry = decoder.next();
  CHECK(entry->malformed.why == "an event of unknown type");
  entry = decoder.next();
  CHECK(entry->malformed.why == "an entry that is shorter than its fields");
  entry = decoder.next();
  REQUIRE(entry != nullptr);
  CHECK(entry->event.number("ret") == 0);
  CHECK(decoder.next() == nullptr);
}

TEST_CASE("page decoder: a string that says it lies outside of its entry is malformed") {
  const auto& known = *events().find("sched_process_exec");
  std::string rest(12, '\0');
  rest[0] = '\xf0';  // offset 0x00f0, 0x7fff bytes long
  rest[2] = '\xff';
  rest[3] = '\x7f';
  auto decoder = decoder_of(events());
  decoder.feed(
      PageWriter(5).event(1, payload_of(static_cast<std::uint16_t>(known.schema.id), 7, rest)).page(), 0,
      true);
  decoder.finish();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  CHECK(entry->kind == Entry::Kind::malformed);
}

TEST_CASE("page decoder: no damaged pages make it read beyond them") {
  std::mt19937 random(7);
  const std::string whole = PageWriter(77)
                                .event(1, exit_payload(7, 1))
                                .event(2, payload_of(id_of("sched_switch"), 9, std::string(56, 'x')))
                                .event(2, payload_of(4, 9, std::string(72, '\x08')))
                                .lost(5)
                                .page();
  for (int round = 0; round < 5000; ++round) {
    auto decoder = decoder_of(events());
    std::string page = whole;
    for (int i = 0; i < 6; ++i) page[random() % 260] = static_cast<char>(random());
    decoder.feed(page, 0, true);
    decoder.finish();
    std::size_t entries = 0;
    while (decoder.next() != nullptr) ++entries;
    CHECK(entries <= 1100);
  }
}

// Recorded binary pages of real kernels, decoded, against the text that the kernel made of the same buffer
// and against what the recorded workload says it did.

#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "decode/pages/page_decoder.hpp"
#include "model/tracefs/kernel_counts.hpp"
#include "records/exec_correlator.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const std::vector<std::string> kernels = {"5.10", "6.1", "6.12", "7.3"};

/// An event with what both sources can know of it.
struct Seen {
  std::uint64_t time_us = 0;
  int cpu = -1;
  std::int32_t tid = -1;
  std::string name;
  std::map<std::string, std::string> fields;
};

std::string text_of(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto number = number_in(value)) return std::to_string(static_cast<std::uint64_t>(*number));
  return "unknown";
}

Seen seen(const Event& event) {
  Seen result{(event.time.value + 500) / 1000, event.cpu, event.tid, std::string(event.name), {}};
  for (const auto& field : event.fields) result.fields[std::string(field.name)] = text_of(field.value);
  return result;
}

std::vector<Seen> take_all(Decoder& decoder) {
  std::vector<Seen> all;
  while (const Entry* entry = decoder.next()) {
    CAPTURE(entry->malformed.why);
    REQUIRE(entry->kind == Entry::Kind::event);
    CHECK(entry->event.decoded);
    all.push_back(seen(entry->event));
  }
  return all;
}

void feed_pages(Decoder& decoder, const std::string& kernel, const std::string& name,
                const std::string& suffix) {
  for (const int cpu : {0, 1}) {
    decoder.feed(fixture_text(kernel, name + std::to_string(cpu) + suffix), cpu, true);
  }
  decoder.finish();
}

/// 7.3 prints a string with dots for what cannot be printed, and cut behind 128 bytes.
bool is_printed_form(const std::string& printed, const std::string& exact) {
  const bool is_cut = printed.ends_with("...") && exact.size() > printed.size() - 3;
  const std::size_t length = is_cut ? printed.size() - 3 : printed.size();
  if (length > exact.size() || (!is_cut && length != exact.size())) return false;
  for (std::size_t i = 0; i < length; ++i) {
    if (printed[i] != exact[i] && printed[i] != '.') return false;
  }
  return true;
}

}  // namespace

TEST_CASE("raw pages: every event is the one that the kernel's text tells, field by field") {
  for (const auto& kernel : kernels) {
    CAPTURE(kernel);
    PageDecoder raw(fixture_events(kernel), fixture_layout(kernel), true, nullptr);
    feed_pages(raw, kernel, "text/raw-pages.cpu", ".bin");
    TextDecoder text(fixture_events(kernel));
    text.feed(fixture_text(kernel, "text/raw-pages.trace"));
    text.finish();
    const auto of_raw = take_all(raw);
    const auto of_text = take_all(text);
    REQUIRE(of_raw.size() == of_text.size());
    REQUIRE(of_raw.size() > 50);
    for (std::size_t i = 0; i < of_raw.size(); ++i) {
      CAPTURE(i);
      CAPTURE(of_text[i].name);
      CHECK(of_raw[i].time_us == of_text[i].time_us);
      CHECK(of_raw[i].cpu == of_text[i].cpu);
      CHECK(of_raw[i].tid == of_text[i].tid);
      CHECK(of_raw[i].name == of_text[i].name);
      for (const auto& item : of_text[i].fields) {
        const std::string& name = item.first;
        const std::string& value = item.second;
        CAPTURE(name);
        const auto field = of_raw[i].fields.find(name);
        REQUIRE(field != of_raw[i].fields.end());
        if (value == "unknown") continue;  // the text has words alone, and not all words tell a number
        const bool is_printed = name.ends_with("_text") && is_printed_form(value, field->second);
        if (!is_printed) CHECK(field->second == value);
      }
    }
  }
}

TEST_CASE("raw pages: one exec record for each attempt, with the truth's errno and file name") {
  for (const auto& kernel : kernels) {
    CAPTURE(kernel);
    std::map<std::int32_t, std::vector<ExecRecord>> records;
    TaskTracker tasks;
    ExecCorrelator correlator(tasks, {true, true, true, false, true},
                              {[&](const ExecRecord& record) { records[record.pid].push_back(record); }});
    PageDecoder decoder(fixture_events(kernel), fixture_layout(kernel), true, nullptr);
    feed_pages(decoder, kernel, "text/raw-pages.cpu", ".bin");
    while (Entry* entry = decoder.next()) {
      tasks.begin(entry->event);
      correlator.add(entry->event);
      tasks.end(entry->event);
    }
    correlator.finish();
    const auto truth = parse_exec_truth(fixture_text(kernel, "text/raw-pages.expect"));
    REQUIRE_FALSE(truth.empty());
    for (const auto& item : truth) {
      const auto pid = item.first;
      const auto& attempts = item.second;
      CAPTURE(pid);
      const auto& of_pid = records[pid];
      REQUIRE(of_pid.size() == attempts.size());
      for (std::size_t i = 0; i < attempts.size(); ++i) {
        CHECK(of_pid[i].ret == attempts[i].ret);
        if (attempts[i].ret == 0 && attempts[i].filename) CHECK(of_pid[i].filename == attempts[i].filename);
      }
    }
  }
}

TEST_CASE("raw pages: a page that is full says that events were lost before it, and not how many") {
  PageDecoder decoder(fixture_events("6.1"), fixture_layout("6.1"), true, nullptr);
  feed_pages(decoder, "6.1", "lost/ow1.raw", "");
  std::uint64_t losses = 0;
  std::uint64_t events = 0;
  while (const Entry* entry = decoder.next()) {
    if (entry->kind == Entry::Kind::lost) {
      ++losses;
      CHECK_FALSE(entry->lost.count.has_value());
      CHECK(entry->lost.cpu == 0);
    }
    events += entry->kind == Entry::Kind::event;
  }
  KernelCounts counts;
  for (const char* cpu : {"0", "1"}) {
    add_stats(counts, fixture_text("6.1", std::string("lost/ow1.raw.stats") + cpu));
  }
  CHECK(losses == 1);
  CHECK(events == counts.left);
}

TEST_CASE("raw pages: a page with room behind its data says how many events were lost before it") {
  // As it stands in the pages; on 5.10 and 6.12 the text of another run of the program says "LOST 3810", too.
  const std::map<std::string, std::uint64_t> counted = {{"5.10", 3810}, {"6.12", 3810}, {"7.3", 3922}};
  for (const auto& item : counted) {
    const std::string& kernel = item.first;
    const std::uint64_t count = item.second;
    CAPTURE(kernel);
    PageDecoder decoder(fixture_events(kernel), fixture_layout(kernel), true, nullptr);
    feed_pages(decoder, kernel, "lost/ow1.raw", "");
    std::uint64_t lost = 0;
    while (const Entry* entry = decoder.next()) {
      CHECK(entry->kind != Entry::Kind::malformed);
      if (entry->kind == Entry::Kind::lost) lost += entry->lost.count.value_or(0);
    }
    CHECK(lost == count);
  }
}

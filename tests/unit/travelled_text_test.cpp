// Text of older kernels, and text that was carried by other programs on its way here.

#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "support/formats.hpp"

using namespace ftracectl;

namespace {

struct Counts {
  std::vector<std::int32_t> tids;
  std::size_t decoded = 0;
  std::size_t malformed = 0;
  std::uint64_t lost = 0;
  std::string comm;
};

/// In one piece, and byte by byte: both must give the same.
Counts count(const std::string& text, bool is_told = false) {
  const auto in_pieces = [&](std::size_t piece) {
    TextDecoder decoder(test::fixture_events("5.10"));
    if (is_told) decoder.expect({TextLayout::plain});
    Counts counts;
    const auto take = [&] {
      while (const Entry* entry = decoder.next()) {
        if (entry->kind == Entry::Kind::malformed) ++counts.malformed;
        if (entry->kind == Entry::Kind::lost) counts.lost += entry->lost.count.value_or(0);
        if (entry->kind != Entry::Kind::event) continue;
        counts.tids.push_back(entry->event.tid);
        counts.decoded += entry->event.decoded;
        counts.comm = entry->event.comm;
      }
    };
    for (std::size_t at = 0; at < text.size(); at += piece) {
      decoder.feed(text.substr(at, piece));
      take();
    }
    decoder.finish();
    take();
    return counts;
  };
  const Counts whole = in_pieces(text.size());
  const Counts bytes = in_pieces(1);
  CHECK(whole.tids == bytes.tids);
  CHECK(whole.decoded == bytes.decoded);
  CHECK(whole.malformed == bytes.malformed);
  CHECK(whole.lost == bytes.lost);
  return whole;
}

std::string exec(int tid) {
  const auto number = std::to_string(tid);
  return "sched_process_exec: filename=/bin/true pid=" + number + " old_pid=" + number;
}

}  // namespace

TEST_CASE("travelled text: columns of five for the task, until 5.9, with the thread group too, also live") {
  const std::string text = "            bash-1234  [000] .... 92783.722567: " + exec(1234) +
                           "\n"
                           "            bash-1235  ( 1234) [001] d..1 92783.722568: " +
                           exec(1235) +
                           "\n"
                           "            bash-1236  (-----) [001] .... 92783.722568: " +
                           exec(1236) +
                           "\n"
                           "           <...>-32768 [001] .... 92783.722568: " +
                           exec(32768) +
                           "\n"
                           "            bash-1237  [001]  92783.722568: " +
                           exec(1237) + "\n";
  for (const bool is_told : {false, true}) {
    const Counts counts = count(text, is_told);
    CHECK(counts.tids == std::vector<std::int32_t>{1234, 1235, 1236, 32768, 1237});
    CHECK(counts.decoded == 5);
    CHECK(counts.malformed == 0);
  }
}

TEST_CASE("travelled text: blanks trimmed or added are columns all the same, where nobody says better") {
  const std::string text = "bash-1234 [000] .... 92783.722567: " + exec(1234) +
                           "\n"
                           "    my-tool-7    [001]   d..1   92783.722568:   " +
                           exec(7) + "\nx y-8 (  7) [001] .... 1.000001: " + exec(8) + "\n";
  const Counts counts = count(text);
  CHECK(counts.tids == std::vector<std::int32_t>{1234, 7, 8});
  CHECK(counts.malformed == 0);
  CHECK(counts.comm == "x y");
  const Counts live = count(text, true);
  CHECK(live.tids.empty());
  CHECK(live.malformed == 3);
}

TEST_CASE(
    "travelled text: lines that only look like a header stay part of a text whose columns are the kernel's") {
  const std::string text =
      "            bash-1234  [000] .... 92783.722567: sched_process_exec: filename=/tmp/x\n"
      "evil-1 [000] .... 1.0: " +
      exec(1) + "\n pid=1234 old_pid=1234\n";
  const Counts counts = count(text);
  CHECK(counts.tids == std::vector<std::int32_t>{1234});
}

TEST_CASE("travelled text: CR LF, and adb's CR CR LF") {
  for (const char* end : {"\r\n", "\r\r\n"}) {
    const std::string text = "# tracer: nop" + std::string(end) + "#" + end +
                             "            bash-1234    [000] ..... 92783.722567: " + exec(1234) + end +
                             "            bash-1235    [000] ..... 92783.722568: " + exec(1235) + end;
    const Counts counts = count(text);
    CHECK(counts.tids == std::vector<std::int32_t>{1234, 1235});
    CHECK(counts.decoded == 2);
    CHECK(counts.malformed == 0);
  }
}

TEST_CASE("travelled text: a last line without its newline is read, but not its last number") {
  TextDecoder decoder(test::fixture_events("5.10"));
  decoder.feed("            bash-1234    [000] ..... 92783.722567: " + exec(1234));
  decoder.finish();
  const Entry* entry = decoder.next();
  REQUIRE(entry != nullptr);
  REQUIRE(entry->kind == Entry::Kind::event);
  CHECK(entry->event.decoded);
  CHECK(entry->event.string("filename") == "/bin/true");
  CHECK_FALSE(entry->event.number("old_pid").has_value());
  CHECK(decoder.next() == nullptr);
}

TEST_CASE(
    "travelled text: each header's losses are counted, and atrace's and systrace's words are none of the "
    "trace") {
  const std::string header = "# tracer: nop\n#\n# entries-in-buffer/entries-written: 1/10   #P:2\n#\n";
  const auto line = [](int tid) {
    return "            bash-" + std::to_string(tid) + "    [000] ..... 92783.722567: " + exec(tid) + "\n";
  };
  const Counts two = count(header + line(1234) + header + line(1235));
  CHECK(two.lost == 18);
  CHECK(two.tids.size() == 2);
  CHECK(two.malformed == 0);
  const Counts atrace = count("capturing trace... done\nTRACE:\n" + header + line(1234));
  CHECK(atrace.lost == 9);
  CHECK(atrace.malformed == 0);
  const Counts empty = count("\n" + header + line(1234) + "\n");
  CHECK(empty.lost == 9);
  CHECK(empty.malformed == 0);
  const Counts page = count("<!DOCTYPE html>\n<html>\nx-1 [000] .... 1.0: nothing\n" +
                            std::string("  <script class=\"trace-data\" type=\"application/text\">\n") +
                            header + line(1234) + "  </script>\n</body>\n</html>\n");
  CHECK(page.tids == std::vector<std::int32_t>{1234});
  CHECK(page.lost == 9);
  CHECK(page.malformed == 0);
}

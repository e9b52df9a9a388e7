#include <doctest/doctest.h>

#include <ftracectl/text_layout.hpp>

#include "decode/text/entry_start.hpp"
#include "live/layout_watch.hpp"

using namespace ftracectl;

namespace {

/// A buffer that has nothing but its trace_options.
class OptionsFile : public Files {
 public:
  std::string text;

  std::string read(const std::string& path) override {
    REQUIRE(path == "trace_options");
    return text;
  }
  void write(const std::string& /*path*/, std::string_view /*value*/) override { FAIL("written"); }
  void truncate(const std::string& /*path*/) override { FAIL("truncated"); }
  bool exists(const std::string& path) override { return path == "trace_options"; }
  std::vector<std::string> list(const std::string& /*path*/) override { return {}; }
  void make_dir(const std::string& /*path*/) override { FAIL("made"); }
  void remove_dir(const std::string& /*path*/) override { FAIL("removed"); }
};

TextLayout layout(std::string_view options) { return parse_text_options(options).layout(); }

LineHeader header(std::string_view line, TextLayout layout) { return parse_line_header(line, {layout}); }

}  // namespace

TEST_CASE("the options of a buffer tell the layout of its text") {
  CHECK(layout("print-parent\ncontext-info\nnolatency-format\nnoverbose\n") == TextLayout::plain);
  CHECK(layout("context-info\nnolatency-format\nverbose\n") == TextLayout::plain);
  CHECK(layout("context-info\nlatency-format\nnoverbose\n") == TextLayout::latency);
  CHECK(layout("context-info\nlatency-format\nverbose\n") == TextLayout::verbose);
  CHECK(layout("nocontext-info\nlatency-format\n") == TextLayout::bare);
  CHECK(layout("nocontext-info\nhex\n") == TextLayout::coded);
  CHECK(parse_text_options("noirq-info\nfields\n").fields);
  CHECK_FALSE(parse_text_options("nofields\n").fields);
  CHECK(layout("raw\n") == TextLayout::coded);
  CHECK(layout("noraw\nnohex\nnobin\n") == TextLayout::plain);
}

TEST_CASE("headers of latency-format are read by their columns") {
  const auto one = header("      sh-112       0..... 19326us : x\n", TextLayout::latency);
  REQUIRE(one.fit == LineHeader::Fit::yes);
  CHECK(one.comm == "sh");
  CHECK(one.tid == 112);
  CHECK(one.cpu == 0);
  CHECK(one.time.value == 19'326'000);
  CHECK(one.time.from_start);
  CHECK_FALSE(one.comm_cut);
  const auto wide = header("x-7 [001-4194303 127dNh2.    1us!: x\n", TextLayout::latency);
  REQUIRE(wide.fit == LineHeader::Fit::yes);
  CHECK(wide.comm_cut);
  CHECK(wide.cpu == 127);
  CHECK(wide.tid == 4194303);
  const auto counter = header("      wl-592        1....    2: x\n", TextLayout::latency);
  CHECK(counter.fit == LineHeader::Fit::no);  // one blank too many before the cpu
  CHECK_FALSE(header("      wl-592       1....    2: x\n", TextLayout::latency).time.is_time);
  CHECK(header("      wl-592       1....    2: ", TextLayout::plain).fit == LineHeader::Fit::no);
}

TEST_CASE("headers of verbose tell the clock's own time") {
  const auto one =
      header("              wl     561   1 0 00000001 0000000a [33c3eff65] 20.412ms (+0.000ms): x\n",
             TextLayout::verbose);
  REQUIRE(one.fit == LineHeader::Fit::yes);
  CHECK(one.tid == 561);
  CHECK(one.cpu == 1);
  CHECK(one.time.value == std::uint64_t{0x33c3eff65} * 1000);
  const auto counter =
      header("              wl     561   1 0 00000001 0000000a [00001ee7f0f0c6da] 20982707 (+0): x\n",
             TextLayout::verbose);
  REQUIRE(counter.fit == LineHeader::Fit::yes);
  CHECK_FALSE(counter.time.is_time);
  CHECK(counter.time.value == 0x00001ee7f0f0c6da);
}

TEST_CASE("no header is read where numbers overflow, or bytes are missing") {
  const std::string line = "              wl-210     [000] ....     4.817570: x";
  for (std::size_t length = 0; length < line.size() - 1; ++length) {
    CHECK(header(line.substr(0, length), TextLayout::plain).fit == LineHeader::Fit::need_more);
  }
  CHECK(header("              wl-99999999[000] ....     4.817570: x\n", TextLayout::plain).fit ==
        LineHeader::Fit::no);
  CHECK(header("              wl-210     [000] .... 99999999999999999999999.817570: x\n", TextLayout::plain)
            .fit == LineHeader::Fit::no);
  CHECK(header("              wl-210     [000] ....     4.81757: x\n", TextLayout::plain).fit ==
        LineHeader::Fit::no);
}

TEST_CASE("losses and annotations that only resemble the kernel's are none") {
  Lost lost;
  CHECK(parse_lost("CPU:0 [LOST 5 EVENTS]", lost));
  for (const char* line :
       {"CPU:0 [LOST EVENTS", "CPU: [LOST 5 EVENTS]", "CPU:-1 [LOST 5 EVENTS]", "CPU:0 [LOST 5x EVENTS]",
        "CPU:0 [LOST", "CPU:0 [LOST EVENTS] EVENTS]", " EVENTS]"}) {
    CAPTURE(line);
    CHECK_FALSE(parse_lost(line, lost));
  }
  CHECK(is_annotation("##### CPU 12 buffer started ####"));
  CHECK_FALSE(is_annotation("##### CPU hidden text buffer started ####"));
  CHECK_FALSE(is_annotation("##### CPU  buffer started ####"));
}

TEST_CASE("a change of the options is seen, and what was read before it still decoded for a while") {
  OptionsFile files;
  const auto set = [&](const char* options) { files.text = options; };
  using Clock = LayoutWatch::Clock;
  const Clock::time_point start{std::chrono::hours(1)};
  set("context-info\nlatency-format\nnoverbose\n");
  LayoutWatch watch(files, "");
  CHECK(watch.look(start) == TextLayouts{TextLayout::latency});
  // latency-format stays what it was when the pipe was opened.
  set("context-info\nnolatency-format\nnoverbose\n");
  CHECK(watch.look(start) == TextLayouts{TextLayout::latency});
  set("context-info\nnolatency-format\nverbose\n");
  CHECK(watch.look(start) == TextLayouts{TextLayout::latency, TextLayout::verbose});
  CHECK(watch.look(start + std::chrono::seconds(1)) == TextLayouts{TextLayout::latency, TextLayout::verbose});
  CHECK(watch.look(start + std::chrono::minutes(1)) == TextLayouts{TextLayout::verbose});
  CHECK(watch.current() == TextLayout::verbose);
}

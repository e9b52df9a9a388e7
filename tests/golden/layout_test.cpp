// The layouts of a line that a buffer's options choose, as real kernels print them.

#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const std::vector<std::string> kernels = {"5.10", "6.12", "7.3"};

/// An entry, kept.
struct Kept {
  Entry::Kind kind;
  HeldEvent event;
  std::string malformed;
};

/// Decodes with the layout told, or, without `layouts`, found out.
std::deque<Kept> decode(const std::string& kernel, const std::string& text,
                        std::optional<TextLayouts> layouts = std::nullopt) {
  TextDecoder decoder(fixture_events(kernel));
  if (layouts) decoder.expect(*layouts);
  decoder.feed(text);
  decoder.finish();
  std::deque<Kept> entries;
  while (const Entry* entry = decoder.next()) {
    Kept& kept = entries.emplace_back();
    kept.kind = entry->kind;
    if (entry->kind == Entry::Kind::event) kept.event.assign(entry->event);
    if (entry->kind == Entry::Kind::malformed) kept.malformed = entry->malformed.line;
  }
  return entries;
}

/// The number of lines in `text` that `needle` stands in: what a decoder must find, counted by other means.
std::size_t lines_with(const std::string& text, std::string_view needle) {
  const auto lines = split_lines(text);
  return static_cast<std::size_t>(std::count_if(lines.begin(), lines.end(), [&](std::string_view line) {
    return line.find(needle) != std::string_view::npos;
  }));
}

std::size_t count_of(const std::deque<Kept>& entries, std::string_view event) {
  return static_cast<std::size_t>(std::count_if(entries.begin(), entries.end(), [&](const Kept& kept) {
    return kept.kind == Entry::Kind::event && kept.event.event().name == event;
  }));
}

/// What the successful execs of the truth are to be called.
std::vector<std::string> true_filenames(const std::string& expect_text) {
  std::vector<std::string> names;
  for (const auto& [pid, attempts] : parse_exec_truth(expect_text)) {
    for (const auto& attempt : attempts) {
      if (attempt.ret == 0) names.push_back(attempt.filename.value_or("?"));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("without context-info the events are told by their own text, and nothing else is known") {
  for (const auto& kernel : kernels) {
    CAPTURE(kernel);
    const std::string text = fixture_text(kernel, "text/opt.no-context-info.pipe");
    for (const bool told : {true, false}) {
      const auto entries =
          decode(kernel, text, told ? std::optional(TextLayouts{TextLayout::bare}) : std::nullopt);
      std::vector<std::string> filenames;
      for (const auto& kept : entries) {
        CAPTURE(kept.malformed);
        REQUIRE(kept.kind == Entry::Kind::event);
        const Event& event = kept.event.event();
        CHECK(event.decoded);
        CHECK(event.tid == -1);
        CHECK(event.cpu == -1);
        CHECK_FALSE(event.time.is_known);
        if (event.name == "sched_process_exec")
          filenames.emplace_back(event.string("filename").value_or("?"));
      }
      CHECK(count_of(entries, "sched_process_fork") == lines_with(text, "sched_process_fork: "));
      CHECK(count_of(entries, "sys_enter_execve") == lines_with(text, "sys_execve("));
      CHECK(count_of(entries, "sys_exit_execve") == lines_with(text, "sys_execve -> "));
      for (const auto& name : true_filenames(fixture_text(kernel, "text/opt.no-context-info.expect"))) {
        CAPTURE(name);
        CHECK(std::find(filenames.begin(), filenames.end(), name) != filenames.end());
      }
    }
  }
}

TEST_CASE("the layout of a saved trace is found out, whatever it is") {
  for (const auto& kernel : kernels) {
    for (const char* name : {"opt.latency-format", "opt.verbose+latency-format", "opt.no-context-info"}) {
      CAPTURE(kernel);
      CAPTURE(name);
      const auto trace = decode(kernel, fixture_text(kernel, std::string("text/") + name + ".trace"));
      const auto pipe = decode(kernel, fixture_text(kernel, std::string("text/") + name + ".pipe"));
      REQUIRE(trace.size() == pipe.size());
      for (std::size_t i = 0; i < trace.size(); ++i) {
        REQUIRE(trace[i].kind == Entry::Kind::event);
        REQUIRE(pipe[i].kind == Entry::Kind::event);
        CHECK(trace[i].event.event().message == pipe[i].event.event().message);
        CHECK(trace[i].event.event().time.value == pipe[i].event.event().time.value);
        CHECK(trace[i].event.event().decoded);
      }
    }
  }
}

TEST_CASE("latency-format's times count from the buffer's start, verbose's are the clock's") {
  for (const auto& kernel : kernels) {
    for (const auto& kept : decode(kernel, fixture_text(kernel, "text/opt.latency-format.pipe"))) {
      const Event& event = kept.event.event();
      CHECK(event.time.is_time);
      CHECK(event.time.from_start);
      CHECK(event.time.value < 10'000'000'000);
      CHECK(event.comm.size() <= 8);
      CHECK(event.comm_cut == (event.comm.size() == 8));
    }
    for (const auto& kept : decode(kernel, fixture_text(kernel, "text/opt.verbose+latency-format.pipe"))) {
      CHECK(kept.event.event().time.is_time);
      CHECK_FALSE(kept.event.event().time.from_start);
    }
    for (const auto& kept : decode(kernel, fixture_text(kernel, "text/clock.counter+latency-format.pipe"))) {
      CHECK_FALSE(kept.event.event().time.is_time);
    }
  }
  const auto entries = decode("7.3", fixture_text("7.3", "text/opt.verbose+latency-format.pipe"));
  CHECK(entries[0].event.event().time.value == std::uint64_t{0x01242abe} * 1000);
  CHECK(entries[0].event.event().tid == 112);
}

TEST_CASE("a layout that was told is the only one that is read") {
  for (const auto& kernel : kernels) {
    const std::string plain = fixture_text(kernel, "text/exec-full.pipe");
    for (const auto& kept : decode(kernel, plain, TextLayouts{TextLayout::latency, TextLayout::verbose})) {
      CHECK(kept.kind == Entry::Kind::malformed);
    }
    const std::string latency = fixture_text(kernel, "text/opt.latency-format.pipe");
    for (const auto& kept : decode(kernel, latency, TextLayouts{TextLayout::plain})) {
      CHECK(kept.kind == Entry::Kind::malformed);
    }
    // In the midst of a change both are there.
    const auto both = decode(kernel, plain + latency, TextLayouts{TextLayout::plain, TextLayout::latency});
    CHECK(both.size() == decode(kernel, plain).size() + decode(kernel, latency).size());
    for (const auto& kept : both) CHECK(kept.kind == Entry::Kind::event);
  }
}

TEST_CASE("numbers of syscalls are read as the kernel prints them: hex without prefix, or decimal") {
  const auto first_openat = [](const std::string& kernel) {
    for (auto& kept : decode(kernel, fixture_text(kernel, "text/openat.pipe"))) {
      const Event& event = kept.event.event();
      if (event.name != "sys_enter_openat") continue;
      CHECK(event.decoded);
      CHECK(event.number("dfd") == -100);  // AT_FDCWD, an int
      return event.number("filename");
    }
    return std::optional<std::int64_t>();
  };
  CHECK(first_openat("5.10") == 0x1ffce10);
  CHECK(first_openat("6.12") == 0x37780e10);
  CHECK(first_openat("7.3") == 168418832);
  // "mode: 0666" of 7.3 is what the call was made with: octal.
  bool has_mode = false;
  for (auto& kept : decode("7.3", fixture_text("7.3", "text/openat.pipe"))) {
    const auto mode = kept.event.event().number("mode");
    if (kept.event.event().message.ends_with("mode: 0666)")) CHECK(mode == 0666);
    has_mode = has_mode || mode == 0666;
  }
  CHECK(has_mode);
}

TEST_CASE("raw and hex are kept and not decoded") {
  for (const auto& kernel : kernels) {
    for (const char* name : {"text/opt.raw.pipe", "text/opt.hex.pipe"}) {
      const std::string text = fixture_text(kernel, name);
      std::string kept_text;
      for (const auto& kept : decode(kernel, text, TextLayouts{TextLayout::coded})) {
        REQUIRE(kept.kind == Entry::Kind::malformed);
        kept_text += kept.malformed + "\n";
      }
      CHECK(kept_text == text);
    }
  }
}

TEST_CASE("with option fields no line is lost, and none is taken for something else") {
  for (const std::string kernel : {"6.12", "7.3"}) {
    const std::string text = fixture_text(kernel, "text/opt.fields.pipe");
    const auto entries = decode(kernel, text);
    CHECK(count_of(entries, "sys_enter_execve") == lines_with(text, " sys_enter_execve: "));
    CHECK(count_of(entries, "sched_process_exec") == lines_with(text, " sched_process_exec: "));
    for (const auto& kept : entries) CHECK(kept.kind == Entry::Kind::event);
  }
}

TEST_CASE("annotations in a pipe are no entries, in the midst of one neither") {
  for (const auto& kernel : kernels) {
    const std::string text = fixture_text(kernel, "text/exec-full.pipe");
    std::string annotated = "##### CPU 0 buffer started ####\n";
    for (const auto line : split_lines(text)) {
      annotated += std::string(line) + "\n";
      if (line.find("sys_execve -> ") != std::string_view::npos)
        annotated += "##### CPU 1 buffer started ####\n";
    }
    const auto plain = decode(kernel, text);
    const auto with_annotations = decode(kernel, annotated);
    REQUIRE(with_annotations.size() == plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
      CHECK(with_annotations[i].event.event().message == plain[i].event.event().message);
    }
  }
}

TEST_CASE("a marker that ends with a NUL does not swallow the entry behind it, nor make it sure") {
  const std::string text = fixture_text("5.10", "text/marker.pipe");
  const auto entries = decode("5.10", text);
  // Every marker of the recording begins an entry of its own, by the header's columns or behind a NUL.
  std::size_t malformed = 0;
  for (const auto& kept : entries) {
    if (kept.kind == Entry::Kind::event) {
      CHECK(kept.event.event().message.find("] ....    13.54") == std::string_view::npos);
      continue;
    }
    REQUIRE(kept.kind == Entry::Kind::malformed);
    CHECK(kept.malformed.starts_with("           <...>-763     [000] ....    13.5"));
    ++malformed;
  }
  CHECK(malformed >= 1);
  std::size_t headers = 0;
  for (auto at = text.find("<...>-763     [000] "); at != std::string::npos;
       at = text.find("<...>-763     [000] ", at + 1)) {
    ++headers;
  }
  CHECK(entries.size() == headers);
}

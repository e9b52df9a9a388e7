// Recorded text of real kernels, decoded, against what the recorded workload says it did.

#include <doctest/doctest.h>

#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "model/tracefs/kernel_counts.hpp"
#include "records/exec_correlator.hpp"
#include "records/stack_joiner.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const std::vector<std::string> text_kernels = {"5.10", "6.12", "7.3"};

struct Decoded {
  std::vector<ExecRecord> execs;
  std::size_t events = 0;
  std::size_t stacks = 0;
  std::uint64_t lost = 0;
  std::vector<std::string> malformed;
  std::vector<std::string> undecoded;
};

/// Decodes a text given in pieces of `piece` bytes.
Decoded decode(const std::string& kernel, const std::string& text, std::size_t piece = std::string::npos) {
  Decoded decoded;
  TaskTracker tasks;
  ExecCorrelator correlator(tasks, {true, true, true, false, true},
                            {[&](const ExecRecord& record) { decoded.execs.push_back(record); }});
  StackJoiner joiner({[&](Event& event) {
    if (!event.decoded) decoded.undecoded.emplace_back(event.message);
    tasks.begin(event);
    correlator.add(event);
    tasks.end(event);
  }});
  TextDecoder decoder(fixture_events(kernel));
  const auto take = [&] {
    while (const Entry* entry = decoder.next()) {
      if (entry->kind == Entry::Kind::event) joiner.add(entry->event);
      if (entry->kind == Entry::Kind::stack) joiner.add(entry->stack);
      if (entry->kind == Entry::Kind::lost) decoded.lost += entry->lost.count.value_or(0);
      if (entry->kind == Entry::Kind::malformed) decoded.malformed.emplace_back(entry->malformed.line);
      decoded.events += entry->kind == Entry::Kind::event;
      decoded.stacks += entry->kind == Entry::Kind::stack;
    }
  };
  for (std::size_t at = 0; at < text.size(); at += piece) {
    decoder.feed(std::string_view(text).substr(at, piece));
    take();
    if (piece == std::string::npos) break;
  }
  decoder.finish();
  take();
  joiner.settle();
  correlator.finish();
  return decoded;
}

bool same_name(const std::string& kernel, const ExecRecord& record, const TrueAttempt& attempt) {
  if (record.status == ExecRecord::Status::ok) return record.filename == attempt.filename;
  // 5.10 and 6.12 do not tell the name of a program that could not be executed; 7.3 tells it, if it is not
  // empty, with '.' for what is not printable ASCII.
  if (kernel != "7.3" || !attempt.filename) return !record.filename;
  if (attempt.filename->empty()) return !record.filename;
  return record.filename == attempt.filename;
}

std::string describe(const ExecRecord& record) {
  return "tid " + std::to_string(record.tid) + " ret " + std::to_string(record.ret.value_or(999)) + " " +
         record.filename.value_or("(none)");
}

/// Every attempt of the truth has its record, in order, and there is no record of anything else but what the
/// processes around the workload (`sh`) exec'ed.
void check_against_truth(const std::string& kernel, const std::string& name) {
  CAPTURE(kernel);
  CAPTURE(name);
  const Decoded decoded = decode(kernel, fixture_text(kernel, "text/" + name + ".pipe"));
  const ExecTruth truth = parse_exec_truth(fixture_text(kernel, "text/" + name + ".expect"));
  REQUIRE_FALSE(truth.empty());
  CHECK(decoded.malformed.empty());
  CHECK(decoded.undecoded.empty());
  ExecTruth unseen = truth;
  for (const auto& record : decoded.execs) {
    CAPTURE(describe(record));
    const auto process = unseen.find(record.pid);
    if (process == unseen.end()) {
      // The shell around the workload runs it through /proc/self/exe, and is not in the truth.
      CHECK((record.filename == "/proc/self/exe" || record.filename == "/t/wl"));
      continue;
    }
    if (record.filename == "/proc/self/exe") continue;
    REQUIRE_FALSE(process->second.empty());
    const TrueAttempt attempt = process->second.front();
    process->second.erase(process->second.begin());
    CHECK(record.tid == attempt.tid);
    CHECK(record.ret == attempt.ret);
    CHECK((record.status == ExecRecord::Status::ok) == (attempt.ret == 0));
    CHECK(same_name(kernel, record, attempt));
    CHECK((record.filename_addr.has_value() && *record.filename_addr != 0));
  }
  for (const auto& process : unseen) {
    CAPTURE(process.first);
    CHECK(process.second.empty());
  }
}

}  // namespace

TEST_CASE("execs of recorded text are those that the workload made") {
  for (const auto& kernel : text_kernels) {
    check_against_truth(kernel, "exec-full");
    check_against_truth(kernel, "instance.exec-full");
    check_against_truth(kernel, "clock.mono");
  }
}

TEST_CASE("what scripts/record-fixture recorded is decoded as the workload says") {
  check_against_truth("6.1", "exec-full");
  check_against_truth("6.1", "opt.stacktrace");
  check_against_truth("6.1", "opt.record-tgid");
  check_against_truth("6.1", "opt.no-irq-info");
  check_against_truth("6.1", "opt.userstacktrace");
  check_against_truth("6.1", "clock.counter");
}

TEST_CASE("other line layouts tell the same") {
  for (const auto& kernel : text_kernels) {
    check_against_truth(kernel, "opt.record-tgid");
    check_against_truth(kernel, "opt.no-irq-info");
    check_against_truth(kernel, "opt.record-tgid+no-irq-info");
    check_against_truth(kernel, "clock.counter");
    check_against_truth(kernel, "clock.x86-tsc");
    check_against_truth(kernel, "opt.verbose");
    check_against_truth(kernel, "opt.latency-format");
    check_against_truth(kernel, "opt.record-tgid+latency-format");
    check_against_truth(kernel, "opt.verbose+latency-format");
    check_against_truth(kernel, "clock.counter+latency-format");
    check_against_truth(kernel, "clock.x86-tsc+latency-format");
  }
}

TEST_CASE("a saved trace with its header holds the same execs as the pipe") {
  for (const auto& kernel : text_kernels) {
    const auto from_pipe = decode(kernel, fixture_text(kernel, "text/exec-full.pipe"));
    const auto from_trace = decode(kernel, fixture_text(kernel, "text/exec-full.trace"));
    REQUIRE(from_pipe.execs.size() > 50);
    CHECK(from_trace.execs.size() == from_pipe.execs.size());
    CHECK(from_trace.events == from_pipe.events);
    CHECK(from_trace.malformed.empty());
  }
}

TEST_CASE("the size of the pieces makes no difference") {
  for (const auto& kernel : text_kernels) {
    for (const char* name : {"exec-full", "stack.pid", "opt.userstacktrace"}) {
      const std::string text = fixture_text(kernel, std::string("text/") + name + ".pipe");
      const Decoded whole = decode(kernel, text);
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
        const Decoded pieces = decode(kernel, text, piece);
        CHECK(pieces.events == whole.events);
        CHECK(pieces.stacks == whole.stacks);
        CHECK(pieces.malformed == whole.malformed);
        REQUIRE(pieces.execs.size() == whole.execs.size());
        for (std::size_t i = 0; i < whole.execs.size(); ++i) {
          CHECK(describe(pieces.execs[i]) == describe(whole.execs[i]));
          CHECK(pieces.execs[i].kernel_stack == whole.execs[i].kernel_stack);
        }
      }
    }
  }
}

TEST_CASE("a stack trace on sys_enter_execve is in every exec's record") {
  for (const auto& kernel : text_kernels) {
    CAPTURE(kernel);
    check_against_truth(kernel, "stack.enter");
    const std::string text = fixture_text(kernel, "text/stack.enter.pipe");
    const Decoded decoded = decode(kernel, text);
    // Counted in the text by other means: the header's marker stands once for each.
    std::size_t markers = 0;
    for (auto at = text.find(": <stack trace>\n"); at != std::string::npos;
         at = text.find(": <stack trace>\n", at + 1)) {
      ++markers;
    }
    CHECK(decoded.stacks == markers);
    CHECK(decoded.execs.size() == markers);
    for (const auto& record : decoded.execs) {
      REQUIRE(record.kernel_stack.size() >= 3);
      CHECK(record.kernel_stack.back() == "entry_SYSCALL_64_after_hwframe");
      CHECK(record.kernel_stack[record.kernel_stack.size() - 2] == "do_syscall_64");
    }
  }
}

TEST_CASE("user stacks are kept apart from kernel stacks") {
  for (const auto& kernel : text_kernels) {
    check_against_truth(kernel, "opt.userstacktrace");
    const Decoded decoded = decode(kernel, fixture_text(kernel, "text/opt.userstacktrace.pipe"));
    std::size_t with_stack = 0;
    for (const auto& record : decoded.execs) {
      CHECK(record.kernel_stack.empty());
      if (record.user_stack.empty()) continue;
      ++with_stack;
      CHECK(record.user_stack.front().starts_with("<0000"));
    }
    CHECK(with_stack > 0);
  }
}

TEST_CASE("with a stacktrace trigger on a disabled event the stacks stand alone") {
  for (const auto& kernel : text_kernels) {
    const std::string text = fixture_text(kernel, "text/stack.soft-disabled.pipe");
    std::size_t alone = 0;
    TextDecoder decoder(fixture_events(kernel));
    StackJoiner joiner({[&](const Event& event) {
      CHECK(event.name == "kernel_stack");
      CHECK(event.kernel_stack.size() >= 3);
      ++alone;
    }});
    decoder.feed(text);
    decoder.finish();
    while (const Entry* entry = decoder.next()) {
      REQUIRE(entry->kind == Entry::Kind::stack);
      joiner.add(entry->stack);
    }
    CHECK(alone >= 3);
  }
}

TEST_CASE("events and losses add up to what the kernel counted") {
  for (const auto& kernel : text_kernels) {
    CAPTURE(kernel);
    const Decoded decoded = decode(kernel, fixture_text(kernel, "lost/ow1.pipe"));
    KernelCounts counts;  // taken before the pipe was read
    add_stats(counts, fixture_text(kernel, "lost/ow1.stats0"));
    add_stats(counts, fixture_text(kernel, "lost/ow1.stats1"));
    REQUIRE(counts.lost() > 1000);
    CHECK(decoded.lost == counts.lost());
    CHECK(decoded.events == counts.left);
    CHECK(decoded.malformed.empty());
  }
}

TEST_CASE(
    "a saved trace tells in its header what was overwritten, and in its midst where a cpu's text begins") {
  for (const auto& kernel : text_kernels) {
    CAPTURE(kernel);
    const std::string text = fixture_text(kernel, "lost/ow1.trace");
    REQUIRE(text.find("buffer started ####\n") != std::string::npos);
    const Decoded trace = decode(kernel, text);
    const Decoded pipe = decode(kernel, fixture_text(kernel, "lost/ow1.pipe"));
    CHECK(trace.events == pipe.events);
    CHECK(trace.lost == pipe.lost);
    CHECK(trace.malformed.empty());
    CHECK(trace.undecoded.empty());
  }
}

TEST_CASE("names with newlines, brackets and dashes are names") {
  for (const auto& kernel : text_kernels) {
    const std::string text = fixture_text(kernel, "text/sched.comms.pipe");
    TextDecoder decoder(fixture_events(kernel));
    decoder.feed(text);
    decoder.finish();
    std::vector<std::string> seen;
    while (const Entry* entry = decoder.next()) {
      REQUIRE(entry->kind == Entry::Kind::event);
      seen.emplace_back(entry->event.comm);
    }
    std::vector<std::string> wanted = {"a-b 12", "nl\nline"};
    // 5.10's recording has no line by the third.
    if (kernel != "5.10") wanted.emplace_back("x-7 [001]");
    for (const auto& comm : wanted) {
      CAPTURE(comm);
      CHECK(std::find(seen.begin(), seen.end(), comm) != seen.end());
    }
  }
}

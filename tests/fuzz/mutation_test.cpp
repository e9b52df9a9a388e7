// Recorded texts, damaged in every way that a seeded generator finds: what the decoder must hold to whatever
// it is fed. The same properties are under libfuzzer/.

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/decoder_properties.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr int mutations = 2500;
constexpr std::size_t most_text = 1500;

/// The events that the texts have: enough for all of their lines, and quickly read.
const EventTable& table(const std::string& kernel) {
  static std::map<std::string, EventTable> tables;
  auto [found, is_new] = tables.try_emplace(kernel);
  if (is_new) {
    for (const char* name :
         {"sys_enter_execve", "sys_exit_execve", "sys_enter_execveat", "sys_exit_execveat"}) {
      found->second.add(fixture_schema(kernel, "syscalls", name));
    }
    for (const char* name :
         {"sched_process_exec", "sched_process_fork", "sched_process_exit", "sched_switch", "sched_wakeup"}) {
      found->second.add(fixture_schema(kernel, "sched", name));
    }
    found->second.add(fixture_schema(kernel, "task", "task_rename"));
    found->second.add(fixture_schema(kernel, "task", "task_newtask"));
  }
  return found->second;
}

struct Source {
  std::string kernel;
  std::string text;
};

const std::vector<Source>& sources() {
  static const std::vector<Source> all = [] {
    std::vector<Source> texts;
    for (const char* kernel : {"5.10", "6.12", "7.3"}) {
      for (const char* name :
           {"exec-full.pipe", "exec-full.trace", "sched.comms.pipe", "stack.enter.pipe", "marker.pipe",
            "opt.userstacktrace.pipe", "opt.latency-format.pipe", "opt.latency-format.trace",
            "opt.verbose+latency-format.pipe", "opt.verbose.pipe", "opt.no-context-info.pipe",
            "opt.no-context-info.trace", "opt.record-tgid+no-irq-info.pipe", "clock.counter.pipe",
            "clock.counter+latency-format.pipe", "opt.raw.pipe", "opt.hex.pipe"}) {
        texts.push_back({kernel, fixture_text(kernel, std::string("text/") + name)});
      }
      texts.push_back({kernel, fixture_text(kernel, "lost/ow1.pipe").substr(0, 20'000)});
    }
    return texts;
  }();
  return all;
}

/// What a hostile process would put there, and what the kernel puts in.
const std::vector<std::string>& splinters() {
  static const std::vector<std::string> all = {
      "\n",
      std::string(1, '\0'),
      " => ",
      "\n => x\n",
      "CPU:0 [LOST 5 EVENTS]\n",
      "CPU:0 [LOST EVENTS]\n",
      "##### CPU 0 buffer started ####\n",
      "# tracer: nop\n#\n",
      "[LINE TOO BIG]\n",
      "<stack trace>\n",
      " pid=305 old_pid=305\n",
      "sched_process_exec: filename=/x pid=1 old_pid=1\n",
      "            evil-1       [000] .....     6.800000: sched_process_exec: filename=/bin/evil pid=1 "
      "old_pid=1\n",
      "            evil-1       [000] .....     6.800000: sched_process_exec: filename=/bin/",
      "    evil-1         0..... 19326us : sched_process_exec: filename=/bin/evil pid=1 old_pid=1\n",
      "            evil       1   0 0 00000000 00000002 [01243587] 18.603ms (+0.000ms): sys_execve -> 0x0\n",
      "sys_execve -> 0x0\n",
      "            evil-1       [000] .....     6.800000: tracing_mark_write: ",
      std::string(40, '\n'),
      std::string(9000, 'x'),
      std::string(300, ' '),
  };
  return all;
}

class Mutator {
 public:
  explicit Mutator(unsigned seed) : random_(seed) {}

  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }
  template <typename T>
  const T& one_of(const std::vector<T>& all) {
    return all[below(all.size())];
  }

  /// A part of a text, begun anywhere.
  std::string part_of(const std::string& text) {
    const std::size_t at = below(4) == 0 ? 0 : below(text.size());
    return text.substr(at, below(most_text));
  }

  void mutate(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    switch (below(7)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random_());
        break;
      case 1:
        text.erase(at, below(40));
        break;
      case 2:
      case 3:
        text.insert(at, one_of(splinters()));
        break;
      case 4:
        text.insert(at, part_of(text).substr(0, 200));
        break;
      case 5:
        text.resize(at);
        break;
      default:
        insert_at_line(text, one_of(splinters()));
    }
  }

 private:
  void insert_at_line(std::string& text, const std::string& what) {
    const auto newline = text.find('\n', below(text.size() + 1));
    text.insert(newline == std::string::npos ? 0 : newline + 1, what);
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("the decoder's properties hold for recorded texts") {
  for (const auto& source : sources()) {
    CAPTURE(source.text.substr(0, 200));
    CHECK(broken_property(table(source.kernel), source.text.substr(0, 12'000)) == "");
  }
}

TEST_CASE("the decoder's properties hold for damaged texts") {
  for (unsigned seed = 1; seed <= mutations; ++seed) {
    Mutator mutator(seed);
    const Source& source = mutator.one_of(sources());
    std::string text = mutator.part_of(source.text);
    for (std::size_t count = mutator.below(6); count > 0; --count) mutator.mutate(text);
    const std::string broken = broken_property(table(source.kernel), text);
    if (broken.empty()) continue;
    CAPTURE(seed);
    CAPTURE(text);
    FAIL_CHECK(broken);
    break;
  }
}

#include "output/path_searches.hpp"

#include <doctest/doctest.h>

#include <string>

#include "output/formats.hpp"

using namespace ftracectl;

namespace {

ExecRecord attempt(std::uint64_t ms, std::int32_t tid, const std::string& path, int ret,
                   const std::string& name = "bash") {
  ExecRecord record;
  record.time.value = ms * 1'000'000;
  record.pid = record.tid = tid;
  record.filename = path;
  record.argv = std::vector<std::string>{name, "-c"};
  record.ret = ret;
  record.status = ret == 0 ? ExecRecord::Status::ok : ExecRecord::Status::failed;
  return record;
}

/// "FILE+SEARCHED " of each that is printed; "|" where the rest was let go.
std::string printed(const std::vector<ExecRecord>& records) {
  std::string text;
  PathSearches searches([&](const ExecRecord& record, unsigned searched) {
    text += *record.filename + "+" + std::to_string(searched) + " ";
  });
  for (const auto& record : records) searches.add(record);
  text += "|";
  searches.let_go();
  return text;
}

}  // namespace

TEST_CASE("path searches: the failures of a search are one with what it finds") {
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 7, "/b/bash", -2), attempt(3, 7, "/c/bash", 0)}) ==
        "/c/bash+2 |");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 7, "/b/bash", -13)}) == "|/b/bash+1 ");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 8, "/a/sh", 0, "sh"),
                 attempt(3, 7, "/b/bash", 0)}) == "/a/sh+0 /b/bash+1 |");
}

TEST_CASE("path searches: what is none is printed as it is") {
  CHECK(printed({attempt(1, 7, "/a/bash", 0)}) == "/a/bash+0 |");
  CHECK(printed({attempt(1, 7, "/a/bash", -8)}) == "/a/bash+0 |");
  CHECK(printed({attempt(1, 7, "/a/bash", -2, "/a/bash")}) == "/a/bash+0 |");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 7, "/a/bash", -2)}) == "/a/bash+0 |/a/bash+0 ");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 7, "/b/zsh", 0, "zsh")}) == "/a/bash+0 /b/zsh+0 |");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(2, 7, "/b/bash", -2), attempt(3, 7, "/a/bash", -2)}) ==
        "|/a/bash+2 ");
  CHECK(printed({attempt(1, 7, "/a/bash", -2), attempt(900, 8, "/x", 0)}) == "/a/bash+0 /x+0 |");
}

TEST_CASE("path searches: no more than a few wait") {
  std::vector<ExecRecord> records;
  for (int tid = 1; tid < 200; ++tid) records.push_back(attempt(1, tid, "/a/bash", -2));
  const std::string text = printed(records);
  CHECK(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.find('|')), '+') > 100);
}

TEST_CASE(
    "text: a search is one line, each of its attempts if asked, and a stack begins at the system call") {
  const auto print = [](const TextLook& look) {
    const auto sink = make_text_sink("");
    sink->look(look);
    auto first = attempt(1, 7, "/a/bash", -2);
    first.kernel_stack = {"ftrace_syscall_enter", "syscall_trace_enter", "do_syscall_64",
                          "entry_SYSCALL_64_after_hwframe"};
    auto second = attempt(2, 7, "/b/bash", 0);
    second.kernel_stack = first.kernel_stack;
    sink->record(first);
    sink->record(second);
    sink->idle();
    return std::string(sink->buffer().view());
  };
  const std::string usual = print({});
  CHECK(usual.find("/a/bash") == std::string::npos);
  CHECK(usual.find("/b/bash -c (after 1 of PATH)\n") != std::string::npos);
  CHECK(usual.find("ftrace_syscall_enter") == std::string::npos);
  CHECK(usual.find("entry_SYSCALL_64_after_hwframe") != std::string::npos);
  const std::string all = print({.each_attempt = true, .whole_stacks = true});
  CHECK(all.find("/a/bash") < all.find("/b/bash -c\n"));
  CHECK(all.find("ftrace_syscall_enter") != std::string::npos);
  const std::string narrow = print({.width = 80});
  for (std::size_t begin = 0, end = narrow.find('\n'); end != std::string::npos;
       begin = end + 1, end = narrow.find('\n', begin))
    CHECK(end - begin <= 80 + 2);  // the ellipsis has three bytes
}

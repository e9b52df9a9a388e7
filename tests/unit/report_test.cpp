#include <doctest/doctest.h>

#include "records/record_lines.hpp"
#include "records/tracer_frames.hpp"
#include "report/arrange.hpp"
#include "report/collector.hpp"
#include "report/exports.hpp"
#include "report/figures.hpp"
#include "report/text_report.hpp"
#include "report/text_tree.hpp"

using namespace ftracectl;
using namespace ftracectl::report;

namespace {

std::string exec_line(int ms, int pid, int ppid, const std::string& comm, const std::string& path,
                      int ret = 0, const std::string& argument = "x") {
  const std::string name = path.substr(path.rfind('/') + 1);
  return R"({"type":"exec","ts_ns":)" + std::to_string(1000 + ms) + R"(000000,"cpu":0,"pid":)" +
         std::to_string(pid) + R"(,"tid":)" + std::to_string(pid) + R"(,"ppid":)" + std::to_string(ppid) +
         R"(,"comm":")" + comm + R"(","filename":")" + path + R"(","argv":[")" + name + R"(",")" + argument +
         R"("],"ret":)" + std::to_string(ret) + R"(,"status":")" + (ret == 0 ? "ok" : "failed") +
         R"(","duration_ns":1000,"new_comm":)" + (ret == 0 ? "\"" + name + "\"" : "null") + "}\n";
}

std::string exit_line(int ms, int pid, int ppid, const std::string& comm, int lifetime_ms, int code = 0) {
  return R"({"type":"exit","ts_ns":)" + std::to_string(1000 + ms) + R"(000000,"cpu":0,"pid":)" +
         std::to_string(pid) + R"(,"tid":)" + std::to_string(pid) + R"(,"ppid":)" + std::to_string(ppid) +
         R"(,"comm":")" + comm + R"(","exit_code":)" + std::to_string(code) +
         R"(,"signal":null,"lifetime_ns":)" + std::to_string(lifetime_ms) + "000000}\n";
}

Run run_of(const std::string& lines) {
  Collector collector;
  RecordLines reader(collector);
  reader.feed(lines);
  reader.finish();
  return collector.finish();
}

template <typename Write>
std::string written(Write write) {
  std::string text;
  write([&](std::string_view piece) { text += piece; });
  return text;
}

std::string tree_of(const Run& run, std::size_t width = 100) {
  return written([&](const Writer& out) { write_tree(run, {width, false}, out); });
}

/// A shell that searches PATH for gcc, in a shell's own child that no exec tells of.
const std::string build =
    exec_line(0, 10, 1, "bash", "/usr/bin/make") + exec_line(1, 11, 10, "make", "/bin/sh") +
    exec_line(3, 13, 12, "sh", "/usr/local/bin/gcc", -2) + exec_line(4, 13, 12, "sh", "/sbin/gcc", -2) +
    exec_line(5, 13, 12, "sh", "/usr/bin/gcc") + exit_line(9, 13, 12, "gcc", 7, 1) +
    exit_line(10, 12, 11, "sh", 9) + exit_line(11, 11, 10, "sh", 10) + exit_line(12, 10, 1, "make", 13, 2);

}  // namespace

TEST_CASE("report: a tree has the parents that are told of later, and a PATH search is one") {
  CHECK(tree_of(run_of(build)) ==
        "       START    LASTED  END         PID  COMMAND\n"
        "                                      1  [bash]\n"
        "    0.000000   13.0 ms  exit 2       10  `-/usr/bin/make x\n"
        "    0.002000   10.0 ms  exit 0       11    `-/bin/sh x\n"
        "    0.002000   9.00 ms  exit 0       12      `-[sh]\n"
        "    0.003000   7.00 ms  exit 1       13        `-/usr/bin/gcc x (after 2 of PATH)\n");
}

TEST_CASE("report: a pid that is used again is another process") {
  const Run run = run_of(exec_line(0, 10, 1, "bash", "/bin/a") + exit_line(5, 10, 1, "a", 6) +
                         exec_line(7, 10, 2, "zsh", "/bin/b") + exec_line(8, 11, 10, "b", "/bin/c") +
                         // Its end was lost: a child of the same parent that has the parent's name again.
                         exec_line(20, 30, 10, "b", "/bin/d") + exec_line(21, 30, 10, "b", "/bin/e"));
  std::size_t of_10 = 0;
  std::size_t of_30 = 0;
  for (const auto& process : run.processes) {
    of_10 += process.pid == 10;
    of_30 += process.pid == 30;
    if (process.pid == 11) CHECK(run.processes[process.parent].ppid == 2);
  }
  CHECK(of_10 == 2);
  CHECK(of_30 == 2);
}

TEST_CASE("report: whatever records say, nobody is his own ancestor") {
  const Run run = run_of(exec_line(0, 10, 11, "a", "/bin/a") + exec_line(0, 11, 10, "a", "/bin/a") +
                         exec_line(1, 12, 12, "b", "/bin/b") + exit_line(2, 11, 10, "a", 2) +
                         exit_line(2, 10, 11, "a", 2));
  for (std::uint32_t number = 0; number < run.processes.size(); ++number)
    if (run.processes[number].parent != none) CHECK(run.processes[number].parent < number);
}

TEST_CASE("report: a chain of a hundred thousand processes prints in lines of bounded length") {
  std::string lines;
  for (int i = 2; i < 100'000; ++i) lines += exec_line(i, i, i - 1, "a", "/bin/a");
  const std::string tree = tree_of(run_of(lines), 80);
  CHECK(tree.size() < 100'000 * 90);
  CHECK(tree.find("[99998]") != std::string::npos);
}

TEST_CASE(
    "report: PATH may name a folder twice, a file that is tried again is no search, nor are other errors") {
  const auto failed = [](const std::string& lines) { return figures_of(run_of(lines), {}).failed; };
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2) + exec_line(1, 10, 1, "sh", "/b/x", -2)) == 1);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2) + exec_line(1, 10, 1, "sh", "/a/x", -2)) == 2);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2) + exec_line(1, 10, 1, "sh", "/b/x", -2) +
               exec_line(2, 10, 1, "sh", "/a/x", -2) + exec_line(3, 10, 1, "sh", "/b/x", -2)) == 1);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2) + exec_line(900, 10, 1, "sh", "/b/x", -2)) == 2);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -7) + exec_line(1, 10, 1, "sh", "/b/x")) == 1);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2) + exec_line(1, 10, 1, "sh", "/b/y", -2)) == 2);
  CHECK(failed(exec_line(0, 10, 1, "sh", "/a/x", -2, "p") + exec_line(1, 10, 1, "sh", "/b/x", -2, "q")) == 2);
}

TEST_CASE(
    "report: the text fits its width, says first what is missing, and nothing in it steers a terminal") {
  const std::string hostile =
      R"({"type":"exec","ts_ns":1000000001,"cpu":0,"pid":7,"tid":7,"ppid":1,"comm":"\u001b[31m\u202e","filename":")" +
      std::string(4000, 'a') +
      R"(\n","argv":["\u001b]0;x\u0007"],"ret":-2,"status":"failed","duration_ns":1})" + "\n";
  const Run run =
      run_of(build + hostile + R"({"type":"lost","ts_ns":1000000002,"cpu":1,"count":329})" + "\n");
  for (const std::size_t width : {60U, 80U, 132U}) {
    for (const bool is_utf8 : {false, true}) {
      const std::string text =
          text_report(run, figures_of(run, {10, width - 4}), "capture", {width, is_utf8});
      CHECK(text.find("MISSING") < text.find("OUTCOME"));
      CHECK(text.find("329 events") != std::string::npos);
      CHECK(text.find('\x1b') == std::string::npos);
      CHECK(text.find("\u202e") == std::string::npos);
      std::size_t begin = 0;
      for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', begin)) {
        CHECK(columns(text.substr(begin, end - begin)) <= width);
        begin = end + 1;
      }
    }
  }
}

TEST_CASE("report: descendants are kept, and what is not theirs is not") {
  Run run = run_of(build + exec_line(2, 50, 1, "bash", "/bin/other"));
  keep_descendants(run, {11});
  CHECK(tree_of(run).find("other") == std::string::npos);
  CHECK(tree_of(run).find("gcc") != std::string::npos);
  CHECK(run.roots.size() == 1);
}

TEST_CASE("report: the tracer's own frames are known, and are not looked for further out") {
  using Frames = std::vector<std::string_view>;
  CHECK(tracer_frames(Frames{"ftrace_syscall_enter", "syscall_trace_enter.constprop.0",
                             "do_syscall_64+0x12/0x80", "entry"}) == 3);
  CHECK(tracer_frames(Frames{"do_syscall_64", "entry"}) == 0);
  CHECK(tracer_frames(Frames{"vfs_write", "ftrace_syscall_enter"}) == 0);
  CHECK(tracer_frames(Frames{}) == 0);
}

TEST_CASE("report: exports take names of any kind") {
  const Run run = run_of(
      exec_line(0, 10, 1, "a;b", "/bin/</script>\\u202e\\n\\\"", 0, "\\\"<b>&") +
      R"({"type":"exec","ts_ns":1000000500,"cpu":0,"pid":10,"tid":10,"ppid":1,"comm":"a;b","filename":"/x","ret":0,"status":"ok","stack":["f;g","h+0x1/0x2"]})");
  const auto page = written([&](const Writer& out) { write_page(run, "<title>, x", out); });
  CHECK(page.find("<b>") == std::string::npos);
  CHECK(page.find("/bin/</script>") == std::string::npos);
  CHECK(page.find("\u202e") == std::string::npos);
  CHECK(page.find("<title>&lt;title&gt;") != std::string::npos);
  CHECK(written([&](const Writer& out) { write_folded(run, "", out); }) == "a:b;h;f:g 1\n");
  const auto events = written([&](const Writer& out) { write_trace_event(run, "", out); });
  CHECK(nlohmann::json::accept(events));
  const auto dot = written([&](const Writer& out) { write_dot(run, "t", out); });
  CHECK(dot.find("\\\\n") != std::string::npos);
}

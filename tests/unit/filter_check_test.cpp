#include "model/filter/filter_check.hpp"

#include <doctest/doctest.h>

#include <ftracectl/error.hpp>

#include "model/filter/filter_meaning.hpp"
#include "model/filter/filter_terms.hpp"
#include "model/tracefs/kernel_text.hpp"
#include "support/formats.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using Kind = Verdict::Kind;

namespace {

FilterDialect two_cpus() {
  FilterDialect dialect;
  dialect.cpu_count = 2;
  dialect.is_function = [](std::string_view name) { return name == "do_exit"; };
  return dialect;
}

/// What is said of a filter: "ok", or the whole message without its first words.
std::string said(const std::string& filter, const std::string& event = "syscalls:sys_enter_execve") {
  const auto colon = event.find(':');
  const auto schema = fixture_schema("6.18", event.substr(0, colon), event.substr(colon + 1));
  const auto verdict = check_filter(filter, schema, two_cpus());
  if (verdict.is_good()) return "ok";
  const std::string message = verdict_message(verdict, "filter", filter);
  const std::string mark = verdict.kind == Kind::meaningless ? "written: " : "filter: ";
  return (verdict.kind == Kind::meaningless ? "? " : "") + message.substr(message.find(mark) + mark.size());
}

std::string of_switch(const std::string& filter) { return said(filter, "sched:sched_switch"); }

}  // namespace

TEST_CASE("filter check: what the kernel accepts and means") {
  for (const std::string filter :
       {"common_pid == 5", "!(common_pid==5)&&comm~\"ma*\"", "filename.ustring ~ '*/ls'", "cpu & CPUS{0-1}",
        "COMM == 'a\"b'", "common_pid == -1", "common_flags == 0xff", "0", " 0 ", "argv == 0x7fff00000000",
        "comm ~ \"*[s]h\"", "cpu < 2", "((common_pid > 5) || (cpu != 1)) && common_type & 0x10",
        "common_pid == 0xffffffff"}) {
    CAPTURE(filter);
    CHECK(said(filter) == "ok");
  }
}

TEST_CASE("filter check: names, with the nearest ones") {
  CHECK(said("common_pdi == 1") ==
        "syscalls:sys_enter_execve has no field 'common_pdi'\n  common_pdi == 1\n  ^\ndid you mean "
        "common_pid?");
  CHECK(contains(of_switch("common_pid == 1 && prev_com == \"x\""), "did you mean prev_comm?"));
  CHECK(contains(said("zzzzzz == 1"), "its fields are __syscall_nr, filename, argv, envp, comm"));
  CHECK(contains(said("== 5"), "a field name must come here\n  == 5\n  ^"));
}

TEST_CASE("filter check: operators and values") {
  CHECK(contains(said("common_pid = 5"), "\n             ^\ndid you mean '=='?"));
  CHECK(contains(said("comm !~ \"x\""), "!(comm ~ ...)"));
  CHECK(contains(said("filename.string == \"x\""), ".ustring or .function"));
  CHECK(contains(said("comm == sh"), "did you mean \"sh\"?"));
  CHECK(contains(said("common_pid == common_type"), "not with another field"));
  CHECK(contains(said("common_pid == \"5\""), "did you mean 5?"));
  CHECK(contains(said("comm == 5"), "did you mean \"5\"?"));
  CHECK(contains(said("comm > \"a\""), "'>' cannot be used with a string"));
  CHECK(contains(said("common_pid ~ 5"), "'~' cannot be used with a number"));
  CHECK(contains(said("common_type == -1"), "'common_type' has no sign"));
  CHECK(contains(said("common_pid == 08"), "the kernel does not understand this number"));
  CHECK(contains(said("cpu & CPUS{0-2}"), "the cpus are 0-1"));
  CHECK(contains(said("common_pid == 5 and cpu == 1"), "did you mean '&&'?"));
  CHECK(contains(said("common_pid == 5 | cpu == 1"), "did you mean '||'?"));
  CHECK(said("call_site.function == do_exit", "kmem:kmalloc") == "ok");
  CHECK(contains(said("call_site.function == nosuch", "kmem:kmalloc"), "no function 'nosuch'"));
  CHECK(contains(said("(call_site.function == do_exit)", "kmem:kmalloc"), "put a space before the ')'"));
}

TEST_CASE("filter check: quotes and parentheses") {
  CHECK(said("comm == \"ab") == "this quote is never closed\n  comm == \"ab\n          ^");
  CHECK(contains(said("comm == \"a\\\"b\""), "the kernel has no escapes"));
  CHECK(said("(cpu == 1") == "this '(' is never closed\n  (cpu == 1\n  ^");
  CHECK(said("cpu == 1)") == "there is no '(' for this ')'\n  cpu == 1)\n          ^");
  CHECK(contains(said(" "), "no comparison"));
  CHECK(contains(said("comm == \"" + std::string(256, 'x') + "\""), "too long"));
  CHECK(contains(said(std::string(5000, ' ')), "less than 4096"));
}

TEST_CASE("filter check: what cannot mean what it says, with the right form") {
  CHECK(contains(said("filename == \"/bin/ls\""), "write filename.ustring == \"/bin/ls\""));
  CHECK(contains(said("common_pid == 5 &&"),
                 "? nothing follows the '&&'\n  common_pid == 5 &&\n                  ^"));
  CHECK(contains(said("common_pid == 99999999999"),
                 "? 'common_pid' is never that: its values are -2147483648"));
  CHECK(contains(said("common_flags > 256"), "its values are 0 to 255"));
  CHECK(contains(said("common_pid < 0xffffffff"), "never that"));
  CHECK(contains(said("common_type < 0"), "never below 0"));
  CHECK(contains(said("common_pid & 0"), "never matches"));
  CHECK(contains(said("cpu == 2"), "the cpus are 0 to 1"));
  CHECK(contains(said("cpu & 1"), "write cpu & CPUS{0-1}"));
  CHECK(contains(said("cpu == CPUS{0-1}"), "never equals several"));
  CHECK(contains(said("cpu & CPUS{,}"), "is empty"));
  CHECK(contains(of_switch("prev_comm ~ \"*sh\""), "write prev_comm ~ \"*[s]h\""));
  CHECK(contains(said("comm ~ \"9p*\""), "write comm ~ \"[9]p*\""));
  CHECK(contains(said("comm == \"a-very-long-name\""), "write comm == \"a-very-long-nam\""));
  CHECK(contains(said("stacktrace == 1"), "'stacktrace' is not a number"));
  CHECK(contains(said("args == 1", "raw_syscalls:sys_enter"), "'args' is not a number"));
  CHECK(contains(said("cpumask == 1", "ipi:ipi_send_cpumask"), "write cpumask & CPUS{1}"));
}

TEST_CASE("filter check: what is right and needs to be known") {
  const auto schema = fixture_schema("6.18", "syscalls", "sys_enter_execve");
  const auto notes = check_filter("filename.ustring == \"a*\"", schema, two_cpus()).notes;
  REQUIRE(notes.size() == 2);
  CHECK(contains(notes[0], "misses strings on pages that are not in memory"));
  CHECK(contains(notes[1], "'~' matches with them"));
}

TEST_CASE("filter check: older kernels") {
  const auto schema = fixture_schema("5.10", "syscalls", "sys_enter_execve");
  FilterDialect older;
  older.cpu_masks = older.functions = older.stacktrace_field = older.common_cpu_field = false;
  for (const char* text :
       {"cpu & CPUS{0}", "argv.function == do_exit", "stacktrace == 1", "common_cpu == 1"}) {
    CAPTURE(text);
    const auto verdict = check_filter(text, schema, older);
    CHECK(verdict.kind == Kind::feature_missing);
    CHECK(contains(verdict.reason, "this kernel's filters do not have '"));
  }
  CHECK(contains(check_filter("cpu & CPUS{0}", schema, older).advice, "write (cpu >= 0 && cpu <= 1)"));
  older.refuses_open_end = true;
  CHECK(check_filter("cpu == 1 ||", schema, older).kind == Kind::rejected);
}

TEST_CASE("filter check: the caret stays in view in a long text") {
  const auto schema = fixture_schema("6.18", "sched", "sched_switch");
  std::string filter;
  for (int i = 0; i < 40; ++i) filter += "common_pid == 1000 || ";
  filter += "nosuch == 1";
  const auto message = verdict_message(check_filter(filter, schema, two_cpus()), "filter", filter);
  CHECK(contains(message, "...\n" + std::string(2 + 60, ' ') + "^\n") == false);
  CHECK(contains(message, "nosuch == 1\n" + std::string(2 + 60, ' ') + "^"));
}

TEST_CASE("filter terms: what users say in options") {
  CHECK(tid_filter({}).empty());
  CHECK(tid_filter({1, 2}) == "common_pid==1||common_pid==2");
  CHECK(comm_filter("make") == "COMM == \"make\"");
  CHECK(comm_filter("say\"x\"") == "COMM == 'say\"x\"'");
  CHECK(comm_filter("ma*") == "COMM ~ \"ma*\"");
  CHECK(comm_filter("*sh") == "COMM ~ \"*[s]h\"");
  CHECK(comm_filter("9p*") == "COMM ~ \"[9]p*\"");
  CHECK(comm_filter("!x*") == "COMM ~ \"\\!x*\"");
  CHECK(comm_filter("*]") == "COMM ~ \"*\\]\"");
  CHECK_THROWS_AS(comm_filter("a-very-long-name"), Error);
  CHECK_THROWS_AS(comm_filter("\"'"), Error);
  CHECK_THROWS_AS(comm_filter(""), Error);
  CHECK(cpu_filter("0-1,3") == "CPU>=0&&CPU<=1||CPU==3");
  for (const std::string bad : {"", "a", "1-", "-1", "2-1", "1,,2"}) {
    CAPTURE(bad);
    if (bad.empty()) {
      CHECK(cpu_filter(bad).empty());
    } else {
      CHECK_THROWS_AS(cpu_filter(bad), Error);
    }
  }
  CHECK(both_filters("a==1", "") == "a==1");
  CHECK(both_filters("a==1||a==2", "b==1 && c==2") == "(a==1||a==2) && b==1 && c==2");
}

TEST_CASE("kernel text: numbers and cpu lists") {
  CHECK(parse_kernel_unsigned("0x1F") == 31u);
  CHECK(parse_kernel_unsigned("017") == 15u);
  CHECK(parse_kernel_unsigned("0") == 0u);
  for (const std::string bad : {"", "0x", "08", "-1", "1 ", "0b1", "18446744073709551616"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_kernel_unsigned(bad));
  }
  CHECK(parse_kernel_signed("-0x10") == -16);
  CHECK(parse_kernel_signed("-9223372036854775808") == INT64_MIN);
  CHECK_FALSE(parse_kernel_signed("9223372036854775808"));
  CHECK_FALSE(parse_kernel_signed("-"));
  CHECK(count_cpus("0-7:2/4", 8) == 4u);
  CHECK(count_cpus("all", 8) == 8u);
  CHECK(count_cpus("2-N, 0", 8) == 7u);
  CHECK(count_cpus(" ,", 8) == 0u);
  for (const std::string bad : {"8", "1-0", "0x1", "0-", ":1/2", "0-1:3/2", "0-1:1/0", "a"}) {
    CAPTURE(bad);
    CHECK_FALSE(count_cpus(bad, 8));
  }
}

TEST_CASE("filter check: pids that are not those of the kernel") {
  FilterDialect inside;
  inside.in_other_pid_namespace = true;
  inside.host_pid = [](std::int64_t pid) { return pid == 100 ? "5234 on the host" : ""; };
  const auto schema = fixture_schema("7.3", "sched", "sched_switch");
  const auto kind = [&](const std::string& filter) { return check_filter(filter, schema, inside).kind; };
  for (const std::string own :
       {"common_pid==100", "common_pid != 1", "prev_pid > 5", "prev_prio==3 || next_pid==7"}) {
    CAPTURE(own);
    CHECK(kind(own) == Verdict::Kind::other_pids);
    CHECK(check_filter(own, schema, FilterDialect{}).is_good());
  }
  for (const std::string any :
       {"common_pid != 0", "prev_pid == 0", "prev_prio == 100", "common_pid & 1", "cpu == 1"}) {
    CAPTURE(any);
    CHECK(kind(any) == Verdict::Kind::good);
  }
  const auto told = check_filter("prev_prio == 3 && common_pid==100", schema, inside);
  CHECK(told.column == 30);
  CHECK(told.advice == "pid 100 is 5234 on the host: write that, and add --force");
  const auto message = verdict_message(told, "filter", "prev_prio == 3 && common_pid==100");
  CHECK(contains(message, "would accept this filter and select another process"));
  // An argument of a system call is what the caller wrote.
  const auto kill = fixture_schema("7.3", "syscalls", "sys_enter_kill");
  CHECK(check_filter("pid == 100", kill, inside).is_good());
  CHECK(check_filter("common_pid == 100", kill, inside).kind == Verdict::Kind::other_pids);
}

TEST_CASE("filter check: advice is made of all that was written") {
  const auto schema = fixture_schema("7.3", "sched", "sched_switch");
  const auto advice = [&](const std::string& filter) {
    return check_filter(filter, schema, FilterDialect{}).advice;
  };
  CHECK(advice("comm ~ bash*") == "did you mean \"bash*\"?");
  CHECK(advice("comm == bash*") == "did you mean comm ~ \"bash*\"?");
  CHECK(advice("comm == my-tool") == "did you mean \"my-tool\"?");
  CHECK(advice("comm == my-tool&&prev_pid==1") == "did you mean \"my-tool\"?");
  CHECK(advice("(comm == my_tool) || prev_pid==1") == "did you mean \"my_tool\"?");
  CHECK(advice("comm == /usr/bin/x") == "did you mean \"/usr/bin/x\"?");
  CHECK(advice("comm == 9p-server") == "did you mean \"9p-server\"?");
  CHECK(advice("comm != -x") == "did you mean \"-x\"?");
  CHECK(advice("comm == [kthread]") == "did you mean \"[kthread]\"?");
  CHECK(advice("comm == prev_comm") == "a field can be compared with a value only, not with another field");
  CHECK(advice("comm =~ \"x\"") == "did you mean '~'?");
  CHECK(advice("comm like \"x\"") == "did you mean '~'?");
  CHECK(advice("prev_pid = 1") == "did you mean '=='?");
  CHECK(advice("prev_pid === 1") == "did you mean '=='?");
  CHECK(advice("prev_pid => 1") == "did you mean '>='?");
  CHECK(advice("prev_pid <> 1") == "did you mean '!='?");
  CHECK(advice("prev_pid eq 1") == "did you mean '=='?");
  CHECK(advice("not prev_pid == 1") == "did you mean '!'?");
  const auto exec = fixture_schema("6.1", "syscalls", "sys_enter_execve");
  CHECK(check_filter("filename == /usr/bin/x", exec, FilterDialect{}).advice ==
        "did you mean filename.ustring == \"/usr/bin/x\"?");
}

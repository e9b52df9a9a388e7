#include "model/tracefs/trigger_check.hpp"

#include <doctest/doctest.h>

#include "support/formats.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using Kind = Verdict::Kind;

namespace {

const std::vector<std::string> all_triggers = {"traceon",     "traceoff",     "snapshot",
                                               "stacktrace",  "enable_event", "disable_event",
                                               "enable_hist", "disable_hist", "hist"};

Verdict check(const std::string& trigger, const std::vector<std::string>& available = all_triggers) {
  const auto schema = fixture_schema("7.3", "sched", "sched_switch");
  return check_trigger(trigger,
                       {schema, FilterDialect{}, available, {"sched:sched_switch", "sched:sched_wakeup"}});
}

/// The reason and advice for a trigger that is refused, with the column.
std::string said(const std::string& trigger) {
  const auto verdict = check(trigger);
  if (verdict.is_good()) return "ok";
  return std::to_string(verdict.column) + ": " + verdict.reason + " / " + verdict.advice;
}

}  // namespace

TEST_CASE("trigger check: what the kernel takes") {
  for (const std::string trigger :
       {"stacktrace", " stacktrace\n", "stacktrace:3", "traceoff:0x10 if prev_pid == 5", "stacktrace 5",
        "traceon if comm == \"a b\"", "enable_event:sched:sched_wakeup:2 if prev_pid == 1",
        "!stacktrace:nonsense", "!disable_event:sched:sched_switch", "hist:keys=prev_pid",
        "hist:keys=common_pid.execname,prev_prio.log2",
        "hist:keys=next_pid:vals=hitcount,prev_prio:sort=prev_prio.descending,hitcount:size=2048 if prev_pid "
        "> 0",
        "hist:key=prev_comm:ts0=common_timestamp.usecs:name=x:pause", "hist:keys=prev_prio.buckets=10",
        "hist:keys=next_pid:wl=common_timestamp-$ts0:onmatch(sched.sched_wakeup).x($wl)"}) {
    CAPTURE(trigger);
    CHECK(said(trigger) == "ok");
  }
}

TEST_CASE("trigger check: what it refuses") {
  CHECK(said("stacktrce") == "0: there is no trigger 'stacktrce' / did you mean stacktrace?");
  CHECK(contains(said("!nothing"), "1: there is no trigger 'nothing'"));
  CHECK(contains(said(" "), "must come here"));
  CHECK(contains(said("stacktrace:08"), "11: not a count"));
  CHECK(contains(said("stacktrace:-1"), "11: a count or 'if' must follow"));
  CHECK(contains(said("stacktrace extra"), "11: a count or 'if' must follow"));
  CHECK(contains(said("traceoff:5 if"), "11: a condition must follow"));
  CHECK(contains(said("traceoff if 0"), "leave out 'if 0'"));
  CHECK(contains(said("traceoff if prev_pdi == 1"),
                 "12: sched:sched_switch has no field 'prev_pdi' / did you mean"));
  CHECK(contains(said("enable_event:sched"), "name the event to switch"));
  CHECK(contains(said("enable_event:sched:sched_wakeu"), "did you mean sched:sched_wakeup?"));
  CHECK(contains(said("enable_event:sched:sched_switch:x"), "32: not a count"));
}

TEST_CASE("trigger check: faults of a hist trigger") {
  CHECK(contains(said("hist"), "keys=FIELD must follow"));
  CHECK(contains(said("hist:vals=hitcount"), "keys=FIELD is missing"));
  CHECK(contains(said("hist:keys=prev_pdi"), "10: sched:sched_switch has no field 'prev_pdi'"));
  FilterDialect older;
  older.hist_comm = older.hist_hitcount = older.hist_common_stacktrace = false;
  const auto schema = fixture_schema("6.1", "sched", "sched_switch");
  const auto on_older = [&](const std::string& trigger) {
    return check_trigger(trigger, {schema, older, all_triggers, {}});
  };
  CHECK(on_older("hist:keys=comm").advice == "did you mean common_pid.execname?");
  CHECK(on_older("hist:keys=hitcount").kind == Kind::rejected);
  CHECK(on_older("hist:keys=common_stacktrace").kind == Kind::feature_missing);
  for (const std::string newer : {"hist:keys=comm", "hist:keys=hitcount", "hist:keys=common_stacktrace"}) {
    CHECK(said(newer) == "ok");
  }
  CHECK(contains(said("hist:keys=prev_pid.execname"), "19: only common_pid takes .execname"));
  CHECK(contains(said("hist:keys=prev_pid.hexx"), "there is no modifier 'hexx'"));
  CHECK(contains(said("hist:keys=prev_pid:sort=next_pid"), "24: 'next_pid' is neither a key nor a value"));
  CHECK(contains(said("hist:keys=prev_pid:sort=prev_pid.down"), "not a direction"));
  CHECK(contains(said("hist:keys=prev_pid:size=12"), "128 to 131072"));
  CHECK(contains(said("hist:keys=a,b,c,d"), "at most 3"));
  CHECK(contains(said("hist:keys=prev_pid if nosuch == 1"), "22: sched:sched_switch has no field 'nosuch'"));
}

TEST_CASE("trigger check: what fires never, and what this kernel lacks") {
  const auto never = check("traceoff:0");
  CHECK(never.kind == Kind::meaningless);
  CHECK(contains(never.reason, "never fires"));
  const auto missing = check("hist:keys=prev_pid", {"traceon", "traceoff", "stacktrace"});
  CHECK(missing.kind == Kind::feature_missing);
  CHECK(contains(missing.advice, "it has traceon, traceoff, stacktrace"));
  CHECK(check("snapshot", {}).is_good());
}

TEST_CASE("trigger check: what the kernel's own tests call errors of a hist trigger") {
  CHECK(contains(said("hist:keys=prev_pid:sort=prev_pid,"), "33: a field must come here"));
  CHECK(contains(said("hist:keys=prev_pid:sort=prev_pid.log2"), "33: 'log2' is not a direction"));
  CHECK(contains(said("hist:keys=prev_pid:junk"), "19: 'junk' is not a parameter"));
  CHECK(contains(said("hist:keys=prev_pid:x=1+2+3+4+5"), "at most three operators"));
  CHECK(contains(said("hist:keys=prev_pid:x=3/0"), "23: this divides by 0"));
  CHECK(contains(said("hist:keys=prev_pid:x=-(1)+2"), "a minus in front"));
  CHECK(contains(said("hist:keys=prev_pid:x=-1"), "a minus in front needs parentheses"));
  CHECK(contains(said("hist:keys=prev_pid:x=1+"), "needs a value on both sides"));
  CHECK(contains(said("hist:keys=prev_pid:x=prev_comm+1"), "21: a string cannot be an operand"));
  CHECK(contains(said("hist:keys=prev_pid:x=08"), "this is not a number"));
  CHECK(contains(said("hist:keys=prev_pid:x=next_pdi-1"), "21: sched:sched_switch has no field 'next_pdi'"));
  CHECK(contains(said("hist:keys=prev_pid:x=1:x=2"), "the variable 'x' already exists"));
  CHECK(contains(said("hist:keys=$x"), "a variable cannot be a key"));
  CHECK(contains(said("hist:keys=prev_pid,"), "a field must come here"));
  CHECK(contains(said("hist:keys=prev_pid:x=1+next_pid.usecs"), "22: one side is a time in microseconds"));
  CHECK(contains(said("hist:keys=prev_pid:onmatch(sched.nosuch).x(prev_pid)"),
                 "27: unknown event 'sched:nosuch'"));
  CHECK(contains(said("hist:keys=prev_pid:onmatch(sched.sched_wakeup)"), "an action must follow"));
  CHECK(contains(said("hist:keys=prev_pid:onmatch(sched.sched_wakeup).save(x)"), "not with onmatch"));
  CHECK(contains(said("hist:keys=prev_pid:onmax(x).save(prev_pid)"), "a variable must come here"));
  for (const std::string good :
       {"hist:keys=prev_pid:x=16-8-4-2", "hist:keys=prev_pid:x=-(prev_prio)", "hist:keys=prev_pid.sym-offset",
        "hist:keys=prev_pid:x=1,y=2", "hist:keys=prev_pid:x=sched.sched_wakeup.$ts0",
        "hist:keys=prev_pid:x=prev_prio:onmax($x).save(prev_comm)"}) {
    CAPTURE(good);
    CHECK(said(good) == "ok");
  }
}

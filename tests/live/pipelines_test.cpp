// Records on their way into what people run: rsyslog, logrotate, the systemd journal. The real programs, each with the
// configuration that share/integrations has.

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "support/formats.hpp"
#include "support/records.hpp"
#include "support/shell.hpp"
#include "support/text.hpp"

using namespace ftracectl::test;
using nlohmann::json;

namespace {

std::string integration(const std::string& name) {
  return fixtures_folder() + "/../share/integrations/" + name;
}

void require_program(const std::string& name) {
  if (run({"sh", "-c", "PATH=$PATH:/usr/sbin:/sbin command -v " + name}).status != 0)
    skip(name + " is not installed: apt-get install " + (name == "rsyslogd" ? "rsyslog" : name));
}

/// Waits until the session $P records.
const std::string wait_for_ready =
    "for i in $(seq 200); do [ -e /sys/kernel/tracing/instances/ftracectl-$P ] && "
    "[ $(cat /sys/kernel/tracing/instances/ftracectl-$P/tracing_on) = 1 ] && break; sleep 0.02; done; ";

/// The numbers of "/bin/true storm-N" in JSON Lines, in the order in which they stand there.
std::vector<int> storm_numbers(const std::string& lines) {
  std::vector<int> numbers;
  for (const auto& exec : of_type(parse_json_lines(lines), "exec")) {
    if (!exec["argv"].is_array() || exec["argv"].size() != 2) continue;
    const std::string word = exec["argv"][1];
    if (word.starts_with("storm-")) numbers.push_back(std::stoi(word.substr(6)));
  }
  return numbers;
}

std::vector<int> numbers_to(int last) {
  std::vector<int> numbers;
  for (int i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

}  // namespace

TEST_CASE("pipelines: rsyslog receives every record of a run of 10,000, over the rotation of the file") {
  require_program("rsyslogd");
  const Shell shell;
  const int count = slowness() > 1 ? 500 : 10'000;
  const auto finished = shell.run(
      "mkdir $D/work; { echo 'global(workDirectory=\"'$D'/work\")'; "
      "sed \"s#/var/log/ftracectl/execs.jsonl#$D/execs.jsonl#; "
      "s#/var/log/ftracectl-received.jsonl#$D/received#\" " +
      integration("rsyslog.conf") +
      "; } >$D/rsyslog.conf; touch $D/execs.jsonl; "
      "PATH=$PATH:/usr/sbin:/sbin; rsyslogd -N1 -f $D/rsyslog.conf >$D/check 2>&1 || exit 9; "
      "rsyslogd -n -f $D/rsyslog.conf -i $D/pid >$D/out 2>&1 & R=$!; "
      "$F capture --rotate 1M --time wall -o $D/execs.jsonl -- bash -c 'for ((i=1; i<=" +
      std::to_string(count) +
      "; ++i)); do /bin/true storm-$i; done' 2>$D/err; "
      "cat $(ls $D/execs.jsonl.* | sort) $D/execs.jsonl >$D/sent; "
      "for i in $(seq 300); do [ $(wc -l <$D/received) -ge $(wc -l <$D/sent) ] && break; sleep 0.1; done; "
      "kill $R; wait $R; ls $D/execs.jsonl* | wc -l");
  CAPTURE(shell.file("check"));
  CAPTURE(shell.file("err"));
  REQUIRE(finished.status == 0);
  CHECK(std::stoi(finished.out) > 1);
  CHECK(storm_numbers(shell.file("received")) == numbers_to(count));
  CHECK(shell.file("received") == shell.file("sent"));
}

TEST_CASE("pipelines: logrotate loses no record, neither where it renames nor where it copies") {
  require_program("logrotate");
  const Shell shell;
  const auto rotated = [&](const std::string& how) {
    const auto finished = shell.run(
        "PATH=$PATH:/usr/sbin:/sbin; mkdir $D/log; "
        "$F capture --service --args auto -o $D/log/execs.jsonl --comm bash 2>$D/err & P=$!; " +
        wait_for_ready +
        "cat >$D/logrotate.conf <<END\n$D/log/execs.jsonl {\n  size 1\n  rotate 100\n  su root root\n" + how +
        "\n}\nEND\nchmod 644 $D/logrotate.conf; chmod 755 $D/log; "
        "for round in 0 1 2 3 4 5; do for i in $(seq 20); do /bin/true storm-$((round * 20 + i)); done; "
        "sleep 0.3; "
        "logrotate -s $D/state $D/logrotate.conf >>$D/said 2>&1 || echo logrotate failed; sleep 0.2; done; "
        "sleep 0.3; kill -TERM $P; wait $P; echo $?; ls $D/log | wc -l; "
        "cat $(ls $D/log/execs.jsonl.* | sort -t. -k3 -n -r) $D/log/execs.jsonl >$D/all; "
        "grep -c -a -P '\\x00' $D/all; for f in $D/log/*; do [ ! -s $f ] || head -c 15 $f; done; rm -r "
        "$D/log");
    CAPTURE(shell.file("err"));
    CAPTURE(shell.file("said"));
    CAPTURE(finished.out);
    CHECK(finished.out.starts_with("0\n7\n0\n{\"type\":\"start\""));
    CHECK_FALSE(contains(finished.out, "failed"));
    CHECK(storm_numbers(shell.file("all")) == numbers_to(120));
  };
  SUBCASE("renaming, and HUP") { rotated("  create\n  postrotate\n    kill -HUP $P\n  endscript"); }
  SUBCASE("copytruncate") { rotated("  copytruncate"); }
}

TEST_CASE("pipelines: the systemd journal has every record of a run, long ones whole") {
  require_program("journalctl");
  const Shell shell;
  const std::string journald = "/lib/systemd/systemd-journald";
  if (run({"test", "-x", journald}).status != 0) skip("systemd-journald is not installed");
  // A journald of its own, in a mount namespace of its own.
  const auto finished = shell.run(
      "cat >$D/inside <<'END'\n"
      "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal && [ -e /etc/machine-id ] "
      "|| exit 9\n"
      "printf '[Journal]\\nStorage=volatile\\nLineMax=4M\\nRateLimitBurst=0\\n' >$D/journald.conf\n"
      "touch /etc/systemd/journald.conf; mount --bind $D/journald.conf /etc/systemd/journald.conf || exit 9\n"
      "[ -s /etc/machine-id ] || { echo 0123456789abcdef0123456789abcdef >$D/id; mount --bind $D/id "
      "/etc/machine-id; }\n" +
      journald +
      " >$D/journald 2>&1 & J=$!\n"
      "for i in $(seq 100); do [ -S /run/systemd/journal/stdout ] && break; sleep 0.1; done\n"
      "$F capture --format jsonl --time wall -- bash -c 'for ((i=1; i<=500; ++i)); do /bin/true "
      "storm-$i; done;"
      " /bin/true $(head -c 100000 /dev/zero | tr \"\\0\" x)' 2>$D/err | tee $D/sent | systemd-cat -t "
      "ftracectl\n"
      "for i in $(seq 100); do journalctl -D /run/log/journal -t ftracectl -o cat --no-pager >$D/journal "
      "2>/dev/null\n"
      "  cmp -s $D/journal $D/sent && break; sleep 0.1; done\n"
      "kill $J; wait $J; true\n"
      "END\n"
      "export F D; unshare -m --propagation private bash $D/inside");
  CAPTURE(finished.err);
  CAPTURE(shell.file("err"));
  if (finished.status == 9 || contains(finished.err, "unshare failed")) skip("no mount namespaces here");
  CHECK(finished.status == 0);
  CHECK(storm_numbers(shell.file("journal")) == numbers_to(500));
  CHECK(shell.file("journal") == shell.file("sent"));
}

TEST_CASE("pipelines: the drop-in for the journal is one that systemd understands") {
  require_program("systemd-analyze");
  const Shell shell;
  const std::string share = fixtures_folder() + "/../share/";
  const auto finished =
      shell.run("U=$D/ftracectl-execs.service; sed \"s#^ExecStart=[^ ]*#ExecStart=/bin/true#\" " + share +
                "systemd/ftracectl-execs.service >$U; mkdir $U.d; cp " + share +
                "integrations/journald.conf $U.d/journal.conf; systemd-analyze verify $U 2>&1; echo $?");
  CAPTURE(finished.out);
  CHECK(finished.out.ends_with("0\n"));
  CHECK_FALSE(contains(finished.out, "ftracectl-execs.service.d"));
}

#include "session/journal.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <ftracectl/error.hpp>

#include "session/abandoned_journal.hpp"
#include "session/journal_file.hpp"
#include "session/recover.hpp"
#include "session/transaction.hpp"
#include "support/fake_tracefs.hpp"
#include "support/live.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl;
using ftracectl::test::FakeTracefs;
using ftracectl::test::read_file;
using ftracectl::test::TemporaryFolder;
using Kind = Step::Kind;

namespace {

const std::string filter_path = "events/sched/sched_switch/filter";

JournalHeader header() {
  return {77, "ftracectl enable x --filter 'a == \"\xff\"'", read_boot_id(), 123, "/sys/kernel/tracing"};
}

/// A journal as a dead session left it.
void leave_journal(const std::string& folder, const std::string& text, const std::string& name = "77-123") {
  std::ofstream(folder + "/" + name + ".journal", std::ios::binary) << text;
}

std::string entry(std::uint64_t id, const Step& wrote, const Step& undo) {
  return entry_line({id, wrote, undo});
}

std::string filter_entry(const std::string& wrote, const std::string& before) {
  return entry(1, {Kind::set_filter, filter_path, wrote}, {Kind::set_filter, filter_path, before});
}

std::string error_of_recover(const std::string& folder) {
  FakeTracefs tracefs;
  try {
    recover(tracefs, folder);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("journal: what is written is read, whatever its bytes") {
  const Step wrote{Kind::set_filter, filter_path, "comm == \"\xff\xc3\xa4\n\""};
  const Step undo{Kind::add_trigger, "events/a/b/trigger", "traceoff:3 if x == 1"};
  const auto content = parse_journal(header_line(header()) + entry(1, wrote, undo) + entry(2, undo, wrote) +
                                     undone_line(1) + "{\"id\":3,\"wro");
  REQUIRE(content);
  CHECK(content->header.pid == 77);
  CHECK(content->header.command == header().command);
  CHECK(content->header.boot_id == header().boot_id);
  CHECK(content->header.started_ns == 123);
  CHECK(content->header.tracefs == "/sys/kernel/tracing");
  REQUIRE(content->outstanding.size() == 1);
  const auto& left = content->outstanding.front();
  CHECK(left.id == 2);
  CHECK(left.undo.kind == Kind::set_filter);
  CHECK(left.undo.path == wrote.path);
  CHECK(left.undo.value == wrote.value);
  CHECK(left.wrote.kind == Kind::add_trigger);
  CHECK(left.wrote.value == undo.value);
}

TEST_CASE("journal: every kind of step comes through") {
  for (const Kind kind : {Kind::make_dir, Kind::set, Kind::set_filter, Kind::add_trigger,
                          Kind::remove_trigger, Kind::add_pids, Kind::remove_dir}) {
    const auto content =
        parse_journal(header_line(header()) + entry(1, {kind, "a/b", ""}, {kind, "instances/my own", "5 6"}));
    REQUIRE(content->outstanding.size() == 1);
    CHECK(content->outstanding.front().wrote.kind == kind);
    CHECK(content->outstanding.front().undo.path == "instances/my own");
  }
}

TEST_CASE("journal: a torn first line is no journal, nonsense and other versions are errors") {
  const std::string first = header_line(header());
  CHECK_FALSE(parse_journal(""));
  CHECK_FALSE(parse_journal(first.substr(0, first.size() - 1)));
  CHECK(parse_journal(first)->outstanding.empty());
  CHECK_THROWS_AS(parse_journal("\n"), const Error&);
  CHECK_THROWS_AS(parse_journal("nonsense\n"), const Error&);
  CHECK_THROWS_AS(parse_journal("{\"ftracectl_journal\":2,\"pid\":1}\n"), const Error&);
  CHECK_THROWS_AS(parse_journal(first + "{}\n"), const Error&);
  CHECK_THROWS_AS(parse_journal(first + "{\"id\":1,\"wrote\":{},\"undo\":{}}\n"), const Error&);
  for (const std::string path : {"../x", "a/../../b", "/etc/passwd", "", "a//b"}) {
    CAPTURE(path);
    CHECK_THROWS_AS(parse_journal(first + entry(1, {Kind::set, "a", "1"}, {Kind::set, path, "1"})),
                    const Error&);
  }
}

TEST_CASE("journal: the file is there from the first entry until nothing is left to take back") {
  const TemporaryFolder parent;
  const std::string folder = parent.path() + "/journals";
  Journal journal(folder, "/t");
  CHECK_FALSE(std::filesystem::exists(folder));
  const auto one = journal.record({Kind::set, "a", "1"}, {Kind::set, "a", "0"});
  const auto two = journal.record({Kind::set, "b", "1"}, {Kind::set, "b", "0"});
  struct stat status {};
  REQUIRE(stat(folder.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0700);
  auto all = read_journals(folder);
  REQUIRE(all.size() == 1);
  CHECK(all.front().alive);
  CHECK(all.front().changes == 2);
  CHECK(all.front().header.pid == getpid());
  journal.undone(one);
  CHECK(read_journals(folder).front().changes == 1);
  journal.undone(two);
  CHECK(std::filesystem::is_empty(folder));
  journal.record({Kind::set, "c", "1"}, {Kind::set, "c", "0"});
  CHECK(read_journals(folder).front().changes == 1);
  journal.commit();
  CHECK(std::filesystem::is_empty(folder));
}

TEST_CASE("journal: one that cannot be written stops the change, and says where else it could be") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  const std::string before = tracefs.snapshot();
  Journal journal(folder.path() + "/no/such", "/t");
  Transaction transaction(tracefs, &journal);
  CHECK_THROWS_WITH(transaction.apply({Kind::set, "tracing_on", "0"}),
                    doctest::Contains("FTRACECTL_JOURNAL=FOLDER\nnothing was changed"));
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("journal: a folder that others can write to is not trusted") {
  const TemporaryFolder folder;
  leave_journal(folder.path(), header_line(header()) + filter_entry("prev_pid == 1", "0"));
  REQUIRE(chmod(folder.path().c_str(), 0777) == 0);
  CHECK(error_of_recover(folder.path()).find("nobody else can write to") != std::string::npos);
  Journal journal(folder.path(), "/t");
  CHECK_THROWS_AS(journal.record({Kind::set, "a", "1"}, {Kind::set, "a", "0"}), const Error&);
  REQUIRE(symlink("/tmp", (folder.path() + "/link").c_str()) == 0);
  CHECK(error_of_recover(folder.path() + "/link") != "");
  CHECK(error_of_recover(folder.path() + "/none").find("can be written by others") != std::string::npos);
  REQUIRE(chmod(folder.path().c_str(), 0700) == 0);
  CHECK(error_of_recover(folder.path() + "/none") == "");
}

TEST_CASE("recover: a session that lives is left alone, and one that was killed is undone") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  const std::string before = tracefs.snapshot();
  tracefs.write(filter_path, "prev_pid == 1");
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t session = fork();
  if (session == 0) {
    Journal journal(folder.path(), "/t");
    journal.record({Kind::set_filter, filter_path, "prev_pid == 1"}, {Kind::set_filter, filter_path, "0"});
    if (write(ready[1], "x", 1) == 1) {
      for (;;) pause();
    }
    _exit(1);
  }
  char word = 0;
  REQUIRE(read(ready[0], &word, 1) == 1);
  close(ready[0]);
  close(ready[1]);
  CHECK(recover(tracefs, folder.path()).empty());
  CHECK(tracefs.snapshot() != before);
  kill(session, SIGKILL);
  waitpid(session, nullptr, 0);
  const auto found = recover(tracefs, folder.path());
  REQUIRE(found.size() == 1);
  CHECK(found.front().session.pid == session);
  CHECK(found.front().put_back.size() == 1);
  CHECK(tracefs.snapshot() == before);
  CHECK(recover(tracefs, folder.path()).empty());
}

TEST_CASE("recover: what somebody else has changed since is left and told, once") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "next_pid == 3");
  tracefs.write("tracing_on", "0");
  leave_journal(
      folder.path(),
      header_line(header()) + entry(1, {Kind::set, "tracing_on", "0"}, {Kind::set, "tracing_on", "1"}) +
          entry(2, {Kind::set_filter, filter_path, "next_pid == 2"}, {Kind::set_filter, filter_path, "0"}));
  const auto found = recover(tracefs, folder.path());
  REQUIRE(found.size() == 1);
  REQUIRE(found.front().changed.size() == 1);
  CHECK(found.front().changed.front().find("somebody else has changed it since") != std::string::npos);
  CHECK(found.front().changed.front().find("echo 0 > " + filter_path) != std::string::npos);
  CHECK(tracefs.read(filter_path) == "next_pid == 3\n");
  CHECK(tracefs.read("tracing_on") == "1\n");
  CHECK(recover(tracefs, folder.path()).empty());
}

TEST_CASE("recover: the watchdog leaves it to the next start to tell") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "next_pid == 3");
  leave_journal(folder.path(), header_line(header()) + filter_entry("next_pid == 2", "0"));
  recover_one(tracefs, folder.path() + "/77-123.journal");
  CHECK(recover(tracefs, folder.path()).front().changed.size() == 1);
}

TEST_CASE("recover: a filter that the kernel refused in the moment of death comes back") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "prev_pid == 1");
  const std::string before = tracefs.snapshot();
  CHECK_THROWS_AS(tracefs.write(filter_path, "nosuch == 1"), const Error&);
  leave_journal(folder.path(), header_line(header()) + filter_entry("nosuch == 1", "prev_pid == 1"));
  CHECK(recover(tracefs, folder.path()).front().put_back.size() == 1);
  CHECK(tracefs.snapshot() == before);
}

TEST_CASE("recover: what cannot be put back stays in the journal for the next time") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "prev_pid == 1");
  leave_journal(folder.path(), header_line(header()) + filter_entry("prev_pid == 1", "0"));
  tracefs.fail_at(1, true);
  const auto failed = recover(tracefs, folder.path());
  REQUIRE(failed.size() == 1);
  CHECK_FALSE(failed.front().is_complete());
  tracefs.fail_at(0);
  CHECK(recover(tracefs, folder.path()).front().put_back.size() == 1);
  CHECK(tracefs.read(filter_path) == "none\n");
}

TEST_CASE("recover: sessions are undone from the newest to the oldest") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "prev_pid == 2");
  auto newer = header();
  newer.started_ns = 124;
  leave_journal(folder.path(), header_line(newer) + filter_entry("prev_pid == 2", "prev_pid == 1"), "1-124");
  leave_journal(folder.path(), header_line(header()) + filter_entry("prev_pid == 1", "0"), "2-123");
  CHECK(recover(tracefs, folder.path()).size() == 2);
  CHECK(tracefs.read(filter_path) == "none\n");
}

TEST_CASE("recover: a journal of another boot, and one without a change, are cleared away") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "prev_pid == 1");
  auto other = header();
  other.boot_id = "another";
  leave_journal(folder.path(), header_line(other) + filter_entry("prev_pid == 1", "0"), "1");
  leave_journal(folder.path(), header_line(header()), "2");
  leave_journal(folder.path(), "{\"ftrace", "3");
  CHECK(recover(tracefs, folder.path()).empty());
  CHECK(tracefs.read(filter_path) == "prev_pid == 1\n");
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("recover: a journal that makes no sense is told of, kept, and does not stand in the way") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  tracefs.write(filter_path, "prev_pid == 1");
  leave_journal(folder.path(), "nonsense\n", "1");
  leave_journal(folder.path(), header_line(header()) + filter_entry("prev_pid == 1", "0"), "2");
  const auto found = recover(tracefs, folder.path());
  REQUIRE(found.size() == 2);
  CHECK(found.front().failed.front().find("1.journal: not a journal") != std::string::npos);
  CHECK(tracefs.read(filter_path) == "none\n");
  CHECK(read_file(folder.path() + "/1.journal") == "nonsense\n");
}

TEST_CASE("recover: pids are taken off a list that only we have added to") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  const std::string text = header_line(header()) + entry(1, {Kind::add_pids, "set_event_pid", "5 6"},
                                                         {Kind::set, "set_event_pid", "4"});
  tracefs.write("set_event_pid", "4 6");  // 5 has ended since
  leave_journal(folder.path(), text);
  CHECK(recover(tracefs, folder.path()).front().put_back.size() == 1);
  CHECK(tracefs.read("set_event_pid") == "4\n");
  tracefs.write("set_event_pid", "5 9");
  leave_journal(folder.path(), text);
  CHECK(recover(tracefs, folder.path()).front().changed.size() == 1);
  CHECK(tracefs.read("set_event_pid") == "4\n5\n9\n");
}

TEST_CASE("recover: an instance or an event that is gone needs no undoing") {
  const TemporaryFolder folder;
  FakeTracefs tracefs;
  leave_journal(
      folder.path(),
      header_line(header()) +
          entry(1, {Kind::make_dir, "instances/x", ""}, {Kind::remove_dir, "instances/x", ""}) +
          entry(2, {Kind::set, "instances/x/tracing_on", "0"}, {Kind::set, "instances/x/tracing_on", "1"}));
  CHECK(recover(tracefs, folder.path()).empty());
  CHECK(std::filesystem::is_empty(folder.path()));
}

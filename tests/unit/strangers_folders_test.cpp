// Folders that somebody else made, can write to, or exchanges at the moment that we enter them.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <ftracectl/error.hpp>
#include <ftracectl/event_table.hpp>
#include <functional>
#include <sstream>
#include <thread>

#include "kernel/beneath.hpp"
#include "kernel/folder_walk.hpp"
#include "output/open_output.hpp"
#include "output/output_file.hpp"
#include "saved/format_tree.hpp"
#include "saved/input_folder.hpp"
#include "saved/own_folder.hpp"
#include "saved/task_files.hpp"
#include "session/abandoned_journal.hpp"
#include "session/journal_file.hpp"
#include "support/live.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl;
using ftracectl::test::read_file;
using ftracectl::test::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

constexpr uid_t stranger = 12345;
constexpr uid_t other_stranger = 23456;

bool is_root() { return geteuid() == 0; }

void write(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

void give(const std::string& path, uid_t owner) { REQUIRE(lchown(path.c_str(), owner, owner) == 0); }

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

std::string make_folder(const std::string& path, mode_t mode, uid_t owner) {
  fs::create_directory(path);
  REQUIRE(chmod(path.c_str(), mode) == 0);
  give(path, owner);
  return path;
}

std::string message_of(const std::function<void()>& run) {
  try {
    run();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

using OpenBeneath = Fd (*)(int, const std::string&, int, mode_t);

int errno_of(OpenBeneath open, int folder, const std::string& path) {
  errno = 0;
  return open(folder, path, O_RDONLY, 0) ? 0 : errno;
}

/// Somebody who puts two things in each other's place all the time.
class Exchanger {
 public:
  Exchanger(std::string one, std::string other)
      : thread_([this, one = std::move(one), other = std::move(other)] {
          while (!stop_) renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE);
        }) {}
  ~Exchanger() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace

TEST_CASE("strangers' folders: nothing in one leads out of it, with openat2 and without") {
  const TemporaryFolder outside;
  write(outside.path() + "/secret", "secret");
  const TemporaryFolder folder;
  fs::create_directories(folder.path() + "/a/b");
  write(folder.path() + "/a/b/file", "text");
  fs::create_symlink(outside.path(), folder.path() + "/a/out");
  fs::create_symlink(outside.path() + "/secret", folder.path() + "/link");
  fs::create_symlink("a/b", folder.path() + "/inner");
  const Fd opened = open_folder(folder.path());
  REQUIRE(opened);
  for (const OpenBeneath open : {&open_beneath, &detail::open_stepwise}) {
    CHECK(errno_of(open, opened.value(), "a/b/file") == 0);
    CHECK(errno_of(open, opened.value(), "a/out/secret") == ELOOP);
    CHECK(errno_of(open, opened.value(), "inner/file") == ELOOP);
    CHECK(errno_of(open, opened.value(), "link") == ELOOP);
    CHECK(errno_of(open, opened.value(), "a/none") == ENOENT);
  }
  for (const std::string path : {"../x", "a/../link", "/etc/passwd", "a//b/file", ".", "", "a/./b"})
    CHECK_MESSAGE(errno_of(&open_beneath, opened.value(), path) == EXDEV, path);
  CHECK(errno_of(&open_beneath, opened.value(), std::string("a/b/file\0x", 10)) == EXDEV);
}

TEST_CASE("strangers' folders: only regular files are read, without a moment of opening another") {
  const TemporaryFolder folder;
  REQUIRE(mkfifo((folder.path() + "/fifo").c_str(), 0600) == 0);
  fs::create_directory(folder.path() + "/folder");
  fs::create_symlink("/etc/passwd", folder.path() + "/link");
  write(folder.path() + "/file", "text");
  const InputFolder input(folder.path());
  CHECK(input.read("file") == "text");
  CHECK(message_of([&] {
          input.open("fifo");
        }).ends_with("/fifo: cannot be read: a FIFO, and no regular file"));
  CHECK(message_of([&] { input.open("folder"); }).ends_with("a folder, and no regular file"));
  CHECK(message_of([&] { input.open("link"); }).ends_with("a symbolic link, which is not followed here"));
  CHECK(message_of([&] { input.open("../x"); }).ends_with("the name leads out of the folder"));
  if (is_root() && mknod((folder.path() + "/device").c_str(), S_IFCHR | 0600, makedev(1, 5)) == 0)
    CHECK(message_of([&] { input.open("device"); }).ends_with("a device, and no regular file"));
  REQUIRE(truncate((folder.path() + "/file").c_str(), off_t{1} << 40) == 0);
  CHECK(message_of([&] { input.read("file"); }).find("it has more than ") != std::string::npos);
}

TEST_CASE("strangers' folders: names of events have no way out") {
  CHECK(format_file_of("sched:sched_switch") == "formats/sched/sched_switch/format");
  CHECK(format_file_of("intel-sst:x") == "formats/intel-sst/x/format");
  for (const std::string event :
       {"x:../../../secret", "x:..", "..:x", "x:", ":x", "x", "/etc:x", "x:a/b", ".:x"})
    CHECK_MESSAGE(
        message_of([&] { format_file_of(event); }).find("is no name of an event") != std::string::npos,
        event);
  CHECK_THROWS_AS(format_file_of(std::string("a:b\0c", 5)), Error);
}

TEST_CASE("strangers' folders: a tree of formats may be reached by a link, and has none in it") {
  const TemporaryFolder folder;
  const std::string format =
      "name: e\nID: 1\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\n"
      "\tfield:int a;\toffset:8;\tsize:4;\tsigned:1;\n\nprint fmt: \"%d\", REC->a\n";
  fs::create_directories(folder.path() + "/tree/system/e");
  fs::create_directories(folder.path() + "/tree/system/f");
  write(folder.path() + "/tree/system/e/format", format);
  write(folder.path() + "/format", format);
  fs::create_symlink(folder.path() + "/format", folder.path() + "/tree/system/f/format");
  REQUIRE(mkfifo((folder.path() + "/tree/system/enable").c_str(), 0600) == 0);
  fs::create_symlink(folder.path() + "/tree", folder.path() + "/named");
  EventTable table;
  std::ostringstream err;
  CHECK_NOTHROW(add_format_tree(table, folder.path() + "/named", err));
  CAPTURE(err.str());
  CHECK(table.size() == 1);
  CHECK(err.str().find("system/f/format: cannot be read: a symbolic link") != std::string::npos);
}

TEST_CASE("strangers' folders: files that were found and not named are regular files") {
  const TemporaryFolder folder;
  write(folder.path() + "/run.1", "one");
  fs::create_symlink("/etc/passwd", folder.path() + "/run.2");
  REQUIRE(mkfifo((folder.path() + "/run.3").c_str(), 0600) == 0);
  fs::create_directory(folder.path() + "/run.4");
  const auto files = files_of_tasks(folder.path() + "/run");
  REQUIRE(files.size() == 3);
  CHECK(open_task_file(files[0]).read() == "one");
  CHECK_THROWS_WITH_AS(open_task_file(files[1]), doctest::Contains("a symbolic link"), Error);
  CHECK_THROWS_WITH_AS(open_task_file(files[2]), doctest::Contains("a FIFO"), Error);
}

TEST_CASE("own folder: it and all in it is for its owner alone") {
  const TemporaryFolder folder;
  const mode_t before = umask(0);
  OwnFolder own(folder.path() + "/new/folder");
  own.make();
  own.create("a/b/file").write("text");
  umask(before);
  CHECK(read_file(folder.path() + "/new/folder/a/b/file") == "text");
  CHECK(mode_of(folder.path() + "/new") == 0700);
  CHECK(mode_of(folder.path() + "/new/folder") == 0700);
  CHECK(mode_of(folder.path() + "/new/folder/a/b") == 0700);
  CHECK(mode_of(folder.path() + "/new/folder/a/b/file") == 0600);
  CHECK_THROWS_WITH_AS(own.create("a/b/file"), doctest::Contains("File exists"), Error);
  fs::create_symlink(folder.path() + "/elsewhere", folder.path() + "/new/folder/planted");
  CHECK_THROWS_AS(own.create("planted"), Error);
  CHECK_FALSE(fs::exists(folder.path() + "/elsewhere"));
}

TEST_CASE("own folder: an empty one of ours is taken and closed to others, one of another user is not") {
  const TemporaryFolder folder;
  const std::string mine = make_folder(folder.path() + "/mine", 0777, geteuid());
  OwnFolder own(mine);
  own.make();
  CHECK(mode_of(mine) == 0700);
  fs::create_symlink(mine, folder.path() + "/link");
  CHECK_THROWS_WITH_AS(OwnFolder(folder.path() + "/link"), doctest::Contains("something else"), Error);
  if (!is_root()) return;
  make_folder(folder.path() + "/his", 0777, stranger);
  CHECK_THROWS_WITH_AS(OwnFolder(folder.path() + "/his"), doctest::Contains("belongs to user 12345"), Error);
  fs::create_symlink(mine, folder.path() + "/his/link");
  give(folder.path() + "/his/link", stranger);
  CHECK_THROWS_WITH_AS(OwnFolder(folder.path() + "/his/link/new"),
                       doctest::Contains("a symbolic link of user 12345"), Error);
}

TEST_CASE("own folder: what is planted between the look and the use leads nowhere") {
  const TemporaryFolder folder;
  const std::string victim = make_folder(folder.path() + "/victim", 0700, geteuid());
  write(victim + "/manifest.json.new", "precious");
  write(victim + "/precious", "precious");
  const std::string path = folder.path() + "/folder";
  const std::string link = folder.path() + "/link";
  fs::create_directory_symlink(victim, link);
  for (int round = 0; round < 300; ++round) {
    fs::remove_all(path);
    try {
      OwnFolder own(path);
      fs::create_directory(path);
      const Exchanger exchanger(path, link);
      own.make();
      own.create("manifest.json.new").write("ours");
      own.create("a/file").write("ours");
      own.rename("manifest.json.new", "manifest.json");
    } catch (const Error&) {
      // Seen, and refused.
    }
    if (!fs::is_symlink(link))
      fs::rename(path, folder.path() + "/t"), fs::rename(link, path), fs::rename(folder.path() + "/t", link);
    REQUIRE(fs::is_symlink(link));
    REQUIRE(read_file(victim + "/manifest.json.new") == "precious");
    REQUIRE(std::distance(fs::directory_iterator(victim), fs::directory_iterator()) == 2);
  }
}

TEST_CASE("output file: a new one is for its owner, one that is there keeps its mode and is emptied") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/out";
  const mode_t before = umask(0);
  OutputFile(path).write("records that are long");
  umask(before);
  CHECK(mode_of(path) == 0600);
  REQUIRE(chmod(path.c_str(), 0644) == 0);
  OutputFile(path).write("short");
  CHECK(read_file(path) == "short");
  CHECK(mode_of(path) == 0644);
  fs::create_symlink("out", folder.path() + "/link");
  OutputFile(folder.path() + "/link").write("through a link of ours");
  CHECK(read_file(path) == "through a link of ours");
  fs::create_symlink("new", folder.path() + "/dangling");
  OutputFile(folder.path() + "/dangling").write("made");
  CHECK(read_file(folder.path() + "/new") == "made");
  fs::create_symlink("loop", folder.path() + "/loop");
  CHECK_THROWS_WITH_AS(OutputFile(folder.path() + "/loop"), doctest::Contains("Too many levels"), Error);
  CHECK_THROWS_WITH_AS(OutputFile(folder.path() + "/none/out"), doctest::Contains("No such file"), Error);
  CHECK_THROWS_WITH_AS(OutputFile(folder.path()), doctest::Contains("Is a directory"), Error);
  CHECK_NOTHROW(OutputFile("/dev/null").write("x"));
  CHECK(OutputFile("/dev/stdout").name() == "standard output");
  const Fd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  CHECK_NOTHROW(OutputFile("/proc/self/fd/" + std::to_string(file.value())).write("magic"));
  CHECK(read_file(path) == "magic");
}

TEST_CASE("output file: what another user has put where others can write is not used") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  write(folder.path() + "/precious", "precious");
  const std::string shared = make_folder(folder.path() + "/shared", 01777, 0);
  fs::create_symlink(folder.path() + "/precious", shared + "/link");
  give(shared + "/link", stranger);
  CHECK_THROWS_WITH_AS(OutputFile(shared + "/link"), doctest::Contains("a symbolic link of user 12345"),
                       Error);
  write(shared + "/file", "his");
  give(shared + "/file", stranger);
  CHECK_THROWS_AS(OutputFile(shared + "/file"), Error);
  CHECK(read_file(shared + "/file") == "his");
  fs::create_symlink(folder.path() + "/precious", shared + "/ours");
  OutputFile(shared + "/ours").write("ours");
  CHECK(read_file(folder.path() + "/precious") == "ours");
}

TEST_CASE("output file: a user's link in a folder of his leads to files of his alone") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  write(folder.path() + "/precious", "precious");
  const std::string home = make_folder(folder.path() + "/home", 0755, stranger);
  const auto link = [&](const std::string& target, const std::string& name, uid_t owner) {
    fs::create_symlink(target, home + "/" + name);
    give(home + "/" + name, owner);
  };
  link("../precious", "to_ours", stranger);
  link("../new", "to_nothing", stranger);
  link("file", "to_his", stranger);
  link("file", "of_another", other_stranger);
  write(home + "/file", "his");
  give(home + "/file", stranger);
  CHECK_THROWS_AS(OutputFile(home + "/to_ours"), Error);
  CHECK_THROWS_AS(OutputFile(home + "/to_nothing"), Error);
  CHECK_THROWS_AS(OutputFile(home + "/of_another"), Error);
  CHECK(read_file(folder.path() + "/precious") == "precious");
  CHECK_FALSE(fs::exists(folder.path() + "/new"));
  OutputFile(home + "/to_his").write("for him");
  CHECK(read_file(home + "/file") == "for him");
}

TEST_CASE("journal folder: no part of the way to it may be another user's") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  const std::string home = make_folder(folder.path() + "/home", 0755, stranger);
  const std::string inner = make_folder(home + "/journals", 0700, 0);
  write(inner + "/1-1.journal", "");
  CHECK_THROWS_WITH_AS(find_journals(inner), doctest::Contains("belongs to user 12345"), Error);
  CHECK_THROWS_WITH_AS(make_journal_folder(home + "/new"), doctest::Contains("belongs to user 12345"), Error);
  CHECK_FALSE(fs::exists(home + "/new"));
  CHECK_THROWS_AS(open_journal_file(inner + "/1-1.journal"), Error);
  give(home, 0);
  CHECK(find_journals(inner).size() == 1);
  REQUIRE(chmod(home.c_str(), 0777) == 0);
  CHECK_THROWS_WITH_AS(find_journals(inner), doctest::Contains("can be written by others"), Error);
  REQUIRE(chmod(home.c_str(), 01777) == 0);
  CHECK(find_journals(inner).size() == 1);
  fs::create_symlink("journals", home + "/link");
  CHECK(find_journals(home + "/link").size() == 1);
  give(home + "/link", stranger);
  CHECK_THROWS_WITH_AS(find_journals(home + "/link"), doctest::Contains("a symbolic link of user 12345"),
                       Error);
}

TEST_CASE("journal file: one of another user, a link or a FIFO is no journal") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/1-1.journal";
  write(path, "");
  CHECK(open_journal_file(path));
  CHECK_FALSE(open_journal_file(folder.path() + "/2-2.journal"));
  fs::create_symlink(path, folder.path() + "/3-3.journal");
  CHECK_THROWS_AS(open_journal_file(folder.path() + "/3-3.journal"), Error);
  REQUIRE(mkfifo((folder.path() + "/4-4.journal").c_str(), 0600) == 0);
  CHECK_THROWS_WITH_AS(open_journal_file(folder.path() + "/4-4.journal"),
                       doctest::Contains("no file of ours"), Error);
  REQUIRE(chmod(path.c_str(), 0666) == 0);
  CHECK_THROWS_WITH_AS(open_journal_file(path), doctest::Contains("no file of ours"), Error);
  REQUIRE(chmod(path.c_str(), 0600) == 0);
  if (!is_root()) return;
  give(path, stranger);
  CHECK_THROWS_WITH_AS(open_journal_file(path), doctest::Contains("no file of ours"), Error);
}

TEST_CASE("journal folder: what is exchanged on the way to it is not entered") {
  if (!is_root()) return;
  const TemporaryFolder folder;
  const std::string shared = make_folder(folder.path() + "/shared", 01777, 0);
  const std::string ours = make_folder(shared + "/ours", 0700, 0);
  const std::string his = make_folder(shared + "/his", 0777, stranger);
  write(his + "/1-1.journal", "his");
  const Exchanger exchanger(ours, his);
  for (int round = 0; round < 2000; ++round) {
    try {
      const auto found = find_journals(ours);
      REQUIRE(found.empty());
    } catch (const Error& error) {
      REQUIRE(std::string(error.what()).find("belongs to") != std::string::npos);
    }
  }
}

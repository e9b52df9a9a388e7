#include "output/log_file.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <ftracectl/error.hpp>
#include <thread>

#include "output/record_output.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

std::string content(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void put_file(const fs::path& path, const std::string& text) { std::ofstream(path) << text; }

std::string record(int number) { return "{\"type\":\"exec\",\"n\":" + std::to_string(number) + "}\n"; }

/// The full files, the oldest first.
std::vector<fs::path> full_files(const fs::path& file) {
  std::vector<std::pair<std::uint64_t, fs::path>> found;
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    const auto member = parse_rotated_name(file.filename().string(), entry.path().filename().string());
    if (member) found.emplace_back(member->number, entry.path());
  }
  std::sort(found.begin(), found.end());
  std::vector<fs::path> paths;
  for (auto& [number, path] : found) paths.push_back(std::move(path));
  return paths;
}

LogFile::Rules rules_for(const fs::path& path, Existing existing = Existing::is_kept) {
  LogFile::Rules rules;
  rules.path = path.string();
  rules.existing = existing;
  return rules;
}

std::string unpacked(const std::string& packed) {
  std::string text(std::size_t{1} << 20U, '\0');
  const auto size = ZSTD_decompress(text.data(), text.size(), packed.data(), packed.size());
  REQUIRE(ZSTD_isError(size) == 0);
  text.resize(size);
  return text;
}

/// Files of this process may not be larger while it lives.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    rlimit limit = before_;
    limit.rlim_cur = bytes;
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = nullptr;
};

}  // namespace

TEST_CASE("log file: rotation by size leaves every record whole, once, in order") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "execs.jsonl";
  auto rules = rules_for(path);
  rules.rotation.bytes = 100;
  std::string all;
  {
    const auto output = open_record_output(rules);
    for (int i = 0; i < 40; i += 4) {
      const std::string bytes = record(i) + record(i + 1) + record(i + 2) + record(i + 3);
      all += bytes;
      output->put(bytes);
    }
    output->close();
    CHECK(output->written_bytes() == all.size());
  }
  std::string found;
  for (const auto& file : full_files(path)) {
    CHECK(content(file).size() <= 100);
    CHECK(content(file).size() > 70);
    CHECK(content(file).back() == '\n');
    found += content(file);
  }
  CHECK(found + content(path) == all);
  CHECK(full_files(path).size() > 5);
}

TEST_CASE("log file: a record that is larger than a file gets one of its own") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  auto rules = rules_for(path);
  rules.rotation.bytes = 10;
  const auto output = open_record_output(rules);
  output->put("{\"a\":\"0123456789\"}\n{\"b\":\"0123456789\"}\n");
  output->close();
  REQUIRE(full_files(path).size() == 1);
  CHECK(content(full_files(path)[0]) == "{\"a\":\"0123456789\"}\n");
}

TEST_CASE("log file: the lines below a line of text stay with it") {
  const std::string stack = "   7075.233047     329 a\n                 => do_it\n                 => more\n";
  CHECK(record_length(stack + "   7075.3 b\n") == stack.size());
  CHECK(record_length("{\"a\":1}\n{\"b\":2}\n") == 8);
  CHECK(record_length("no end") == 6);
}

TEST_CASE("log file: a file that is older than its time is rotated before the next record") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  auto rules = rules_for(path);
  rules.rotation.age = 50ms;
  const auto output = open_record_output(rules);
  output->put(record(1));
  std::this_thread::sleep_for(80ms);
  CHECK(full_files(path).empty());  // nothing to put into the next one yet
  output->put(record(2));
  REQUIRE(full_files(path).size() == 1);
  CHECK(content(full_files(path)[0]) == record(1));
  CHECK(content(path) == record(2));
}

TEST_CASE("log file: --keep removes the oldest of ours and nothing else") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  const std::vector<std::string> of_others = {"f.1",
                                              "f.old",
                                              "f.zst",
                                              "f.20261128T113400Z-1",
                                              "f.20261128T113400Z",
                                              "g.20261128T113400Z-000001",
                                              "f.20261128T113400Z-000001x"};
  for (const auto& name : of_others) put_file(fs::path(folder.path()) / name, "not ours");
  fs::create_symlink("f.1", fs::path(folder.path()) / "f.20200101T000000Z-000000");
  auto rules = rules_for(path);
  rules.rotation.bytes = 30;
  rules.rotation.keep = 2;
  const auto output = open_record_output(rules);
  for (int i = 0; i < 9; ++i) output->put(record(i));
  CHECK(full_files(path).size() == 3);  // the symbolic link is none of ours
  CHECK(content(full_files(path).back()) == record(7));
  for (const auto& name : of_others) CHECK(content(fs::path(folder.path()) / name) == "not ours");
}

TEST_CASE("log file: numbers go on after a restart, and what is there is never overwritten") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  auto rules = rules_for(path);
  rules.rotation.bytes = 30;
  for (int life = 0; life < 3; ++life) {
    const auto output = open_record_output(rules);
    output->put(record(10 + 2 * life));
    output->put(record(11 + 2 * life));
    output->close();
  }
  std::string all;
  for (const auto& file : full_files(path)) all += content(file);
  all += content(path);
  CHECK(all == record(10) + record(11) + record(12) + record(13) + record(14) + record(15));
  CHECK(rename_to_free(AT_FDCWD, path.string(), full_files(path)[0].string()) == EEXIST);
}

TEST_CASE("log file: full files are compressed, also those that a killed run left, under the same rights") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  put_file(fs::path(folder.path()) / "f.20260101T000000Z-000001", record(0));
  put_file(fs::path(folder.path()) / "f.20260101T000000Z-000001.zst.part", "half");
  auto rules = rules_for(path);
  rules.rotation.bytes = 30;
  rules.rotation.compression = Rotation::Compression::zstd;
  rules.rights.mode = 0640;
  const auto output = open_record_output(rules);
  output->put(record(1));
  output->put(record(2));
  const auto is_done = [&] {
    const auto files = full_files(path);
    return files.size() == 2 && files[0].extension() == ".zst" && files[1].extension() == ".zst";
  };
  for (int i = 0; i < 500 && !is_done(); ++i) std::this_thread::sleep_for(10ms);
  REQUIRE(is_done());
  CHECK(unpacked(content(full_files(path)[0])) == record(0));
  CHECK(unpacked(content(full_files(path)[1])) == record(1));
  CHECK((fs::status(full_files(path)[1]).permissions() & fs::perms::mask) == fs::perms(0640));
  CHECK((fs::status(path).permissions() & fs::perms::mask) == fs::perms(0640));
}

TEST_CASE(
    "log file: plain -o empties, --append does not, a torn record of ours goes, a foreign line is ended") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  put_file(path, record(1) + "{\"type\":\"ex");
  open_record_output(rules_for(path))->put(record(2));
  CHECK(content(path) == record(1) + record(2));
  put_file(path, "a note of somebody");
  open_record_output(rules_for(path))->put(record(3));
  CHECK(content(path) == "a note of somebody\n" + record(3));
  put_file(path, "{\"torn from the start");
  open_record_output(rules_for(path))->put(record(4));
  CHECK(content(path) == record(4));
  open_record_output(rules_for(path, Existing::is_emptied))->put(record(5));
  CHECK(content(path) == record(5));
}

TEST_CASE(
    "log file: logrotate in both modes: copytruncate leaves no hole, after a rename reopen() makes a new "
    "file") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  const auto output = open_record_output(rules_for(path, Existing::is_emptied));
  set_hooks(*output, {nullptr, [] { return std::string("head\n"); }});
  output->put(record(1));
  fs::resize_file(path, 0);
  output->put(record(2));
  CHECK(content(path) == "head\n" + record(2));
  fs::rename(path, path.string() + ".1");
  output->put(record(3));
  CHECK(content(path.string() + ".1") == "head\n" + record(2) + record(3));
  for (int i = 0; i < 100; ++i) output->reopen();
  output->put(record(4));
  CHECK(content(path) == "head\n" + record(4));
  output->reopen();  // nothing has been moved away
  output->put(record(5));
  CHECK(content(path) == "head\n" + record(4) + record(5));
}

TEST_CASE("log file: a run begins with its own first record, and each further file with the head") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  put_file(path, record(1) + "{\"type\":\"ex");
  auto rules = rules_for(path);
  rules.rotation.bytes = 60;
  const auto output = open_record_output(rules);
  set_hooks(*output, {nullptr, [] { return std::string("head\n"); }});
  const std::string first = "{\"type\":\"start\",\"long\":\"" + std::string(30, 'x') + "\"}\n";
  output->put(first);
  REQUIRE(full_files(path).size() == 1);
  CHECK(content(full_files(path)[0]) == record(1));
  CHECK(content(path) == first);
  output->put(record(2));
  CHECK(content(path) == "head\n" + record(2));
}

TEST_CASE("log file: where there is no room, whole records are kept, then counted, and nobody waits") {
  const TemporaryFolder folder;
  const fs::path path = fs::path(folder.path()) / "f";
  const auto output = open_record_output(rules_for(path));
  std::string said;
  set_hooks(*output, {[&](const std::string& text) { said += text + "\n"; }, nullptr,
                      [](std::size_t lines) { return "gap " + std::to_string(lines) + "\n"; }});
  const std::string large = "{\"a\":\"" + std::string(1 << 20, 'x') + "\"}\n";
  output->put(record(0));
  {
    const FileLimit limit(30);
    output->put(record(1));
    CHECK(content(path) == record(0));
    CHECK(output->unwritten_lines() == 1);
    for (int i = 0; i < 6; ++i) output->put(large);
    output->put(record(2));
    CHECK(output->push());
    CHECK(output->unwritten_lines() == 8);
    CHECK(contains(said, "cannot be written: File too large; reading goes on"));
  }
  std::this_thread::sleep_for(250ms);
  output->put(record(3));
  const std::string kept = record(0) + record(1) + large + large + large;
  CHECK(content(path) == kept + "gap 4\n" + record(3));
  CHECK(output->unwritten_lines() == 4);
  CHECK(contains(said, "can be written again; 4 lines are missing"));
  {
    const FileLimit limit(30);
    output->put(record(4));
    output->close();
  }
  CHECK(output->unwritten_lines() == 5);
}

TEST_CASE("log file: what cannot be rotated is refused, and so are owners and modes that are none") {
  auto rules = rules_for("-");
  rules.rotation.bytes = 10;
  CHECK_THROWS_WITH_AS(open_record_output(rules), doctest::Contains("--rotate needs a regular file"), Error);
  rules.path = "/dev/null";
  CHECK_THROWS_WITH_AS(open_record_output(rules), doctest::Contains("which /dev/null is not"), Error);
  FileRights rights;
  parse_owner("root:root", rights);
  CHECK(rights.owner == 0U);
  CHECK(rights.group == 0U);
  parse_owner(":#4", rights);
  CHECK(rights.group == 4U);
  CHECK_THROWS_WITH_AS(parse_owner("no-such-user-here", rights), doctest::Contains("there is no user"),
                       Error);
  CHECK_THROWS_AS(parse_owner("root:no-such-group-here", rights), Error);
  CHECK(parse_file_mode("0640") == 0640);
  for (const char* wrong : {"640x", "0755", "0400", "", "99999999999", "rw-r--r--"})
    CHECK_THROWS_AS(parse_file_mode(wrong), Error);
}

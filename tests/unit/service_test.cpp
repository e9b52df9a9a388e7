// What a capture tells those who look after it: the service manager and node_exporter.

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>
#include <filesystem>
#include <ftracectl/error.hpp>
#include <regex>
#include <set>
#include <sstream>

#include "base/fd.hpp"
#include "cli/values.hpp"
#include "kernel/notify_socket.hpp"
#include "live/chores.hpp"
#include "output/metrics.hpp"
#include "support/temporary_folder.hpp"
#include "support/text.hpp"

using namespace ftracectl;
using namespace ftracectl::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

Fd listen_at(const std::string& address) {
  Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  std::memcpy(at.sun_path, address.data(), address.size());
  std::size_t size = offsetof(sockaddr_un, sun_path) + address.size();
  if (address[0] == '@')
    at.sun_path[0] = '\0';
  else
    ++size;
  REQUIRE(bind(socket.value(), reinterpret_cast<sockaddr*>(&at), static_cast<socklen_t>(size)) == 0);
  return socket;
}

std::string heard(const Fd& socket) {
  std::string text(4096, '\0');
  const ssize_t size = recv(socket.value(), text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

std::string content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("service: the manager hears us, by a path and by an abstract name") {
  const TemporaryFolder folder;
  for (const std::string& address :
       {std::string(folder.path()) + "/notify", "@ftracectl-test-" + std::to_string(getpid())}) {
    CAPTURE(address);
    const Fd socket = listen_at(address);
    const NotifySocket notify(address);
    CHECK(notify.is_heard());
    notify.send("READY=1\nSTATUS=well");
    CHECK(heard(socket) == "READY=1\nSTATUS=well");
  }
}

TEST_CASE("service: without a manager, or with one that is gone, nothing happens") {
  for (const std::string& address :
       {std::string(), std::string("/no/such/socket"), std::string("vsock:2:1234"), std::string("@"),
        std::string("relative"), "/" + std::string(200, 'a')}) {
    const NotifySocket notify(address);
    notify.send("READY=1");
    CHECK(notify.is_heard() == (address == "/no/such/socket"));
  }
}

TEST_CASE("service: chores are done when they are due") {
  Chores chores;
  CHECK(chores.next() == Chores::Clock::time_point::max());
  int done = 0;
  chores.add(0ms, [&] { ++done; });
  chores.add(1h, [&] { done += 100; });
  chores.run_due();
  chores.run_due();
  CHECK(done == 2);
  CHECK(chores.next() <= Chores::Clock::now());
}

TEST_CASE("metrics: the file has Prometheus' form, and each value once") {
  Metrics metrics;
  metrics.counts.execs = 12;
  metrics.counts.lost = 3;
  metrics.failures = {{"EACCES", 1}, {"ENOENT", 4}};
  metrics.buffer_fill = {{0, 0.25}, {1, 0}};
  metrics.unwritten_lines = 7;
  const std::string text = metrics_text(metrics);
  static const std::regex value(R"(ftracectl_[a-z_]+(\{[a-z]+="[A-Z0-9]+"\})? [0-9.e+-]+)");
  static const std::regex comment(R"(# (HELP|TYPE) ftracectl_[a-z_]+ .+)");
  std::istringstream lines(text);
  std::set<std::string> series;
  for (std::string line; std::getline(lines, line);) {
    CAPTURE(line);
    CHECK((std::regex_match(line, value) || std::regex_match(line, comment)));
    if (line[0] != '#') CHECK(series.insert(line.substr(0, line.find(' '))).second);
  }
  for (const char* line :
       {"ftracectl_execs_total 12\n", "ftracectl_lost_total 3\n", "ftracectl_up 1\n",
        "ftracectl_exec_failures_total{error=\"ENOENT\"} 4\n",
        "ftracectl_buffer_fill_ratio{cpu=\"0\"} 0.25\n", "ftracectl_unwritten_records_total 7\n"})
    CHECK(contains(text, line));
}

TEST_CASE("metrics: the file changes as a whole, and what is not ours stays") {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/m.prom";
  CHECK(MetricsFile(path).write({}) == 0);
  CHECK(content(path) == metrics_text({}));
  CHECK((fs::status(path).permissions() & fs::perms::mask) == fs::perms(0644));
  Metrics next;
  next.counts.execs = 5;
  CHECK(MetricsFile(path).write(next) == 0);
  CHECK(content(path) == metrics_text(next));
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
  std::ofstream(path) << "node_load1 3\n";
  CHECK_THROWS_WITH_AS(MetricsFile{path}, doctest::Contains("there is something else already"), Error);
  CHECK(MetricsFile(folder.path() + "/none/m.prom").write({}) == ENOENT);
}

TEST_CASE("option values: --rotate takes a size, a time, or both") {
  CHECK(cli::parse_rotation("rotate", "64M").bytes == 64U << 20U);
  CHECK(cli::parse_rotation("rotate", "1d").age == 24h);
  CHECK(cli::parse_rotation("rotate", "5m").age == 5min);
  const auto both = cli::parse_rotation("rotate", "1.5K,2h");
  CHECK(both.bytes == 1536);
  CHECK(both.age == 2h);
  for (const char* wrong : {"", "64", "M", "-1M", "0K", "0s", "1w", "1M;2h", "1e9G"})
    CHECK_THROWS_AS(cli::parse_rotation("rotate", wrong), Error);
}

#include "kernel/pump.hpp"

#include <doctest/doctest.h>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>

using namespace ftracectl;

namespace {

/// Waits for a chunk; false when none comes within ten seconds.
bool take(Pump& pump, Pump::Chunk& chunk) {
  for (int i = 0; i < 100; ++i) {
    if (pump.take(chunk)) return true;
    pollfd ready{pump.ready_fd(), POLLIN, 0};
    poll(&ready, 1, 100);
  }
  return false;
}

}  // namespace

TEST_CASE("a reader that left something in a pipe reads on at once and lets nothing gather") {
  constexpr std::size_t whole = std::size_t{1024} * 1024;
  std::array<int, 2> ends{};
  REQUIRE(pipe2(ends.data(), O_NONBLOCK | O_CLOEXEC) == 0);
  const Fd writer(ends[1]);
  std::vector<Pump::Pipe> pipes;
  pipes.push_back({Fd(ends[0]), 0});
  if (fcntl(writer.value(), F_SETPIPE_SZ, whole) < static_cast<int>(whole))
    return;  // more than a user may have
  REQUIRE(write(writer.value(), std::string(whole, 'x').data(), whole) == static_cast<ssize_t>(whole));

  Pump::Options options;
  options.page_size = 4096;
  options.max_queued = 1;  // the reader waits for us behind the first chunk
  Pump pump(std::move(pipes), options);
  Pump::Chunk chunk;
  REQUIRE(take(pump, chunk));
  std::size_t got = chunk.bytes.size();
  pump.set_gather(std::chrono::minutes(1));
  while (got < whole && take(pump, chunk)) got += chunk.bytes.size();
  CHECK(got == whole);
}

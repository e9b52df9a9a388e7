#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/run.hpp"

namespace ftracectl::report {

/// A name and how often, for tables of what is most frequent.
struct Share {
  std::string name;
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
};

/// What a whole capture comes to, in numbers.
struct Figures {
  std::uint64_t attempts = 0;  ///< all of them, each of a PATH search
  std::uint64_t succeeded = 0;
  std::uint64_t failed = 0;      ///< without those that a PATH search went on from
  std::uint64_t superseded = 0;  ///< those
  std::uint64_t unfinished = 0;
  std::uint64_t processes = 0;  ///< of which a record tells
  std::uint64_t ended = 0;
  std::uint64_t ended_badly = 0;  ///< by a signal or with another exit code than 0
  std::uint64_t users = 0;
  std::vector<Share> errors;    ///< by errno, most frequent first
  std::vector<Share> programs;  ///< files that were executed
  std::vector<Share> parents;   ///< names of who executed
  std::vector<Share> happenings;
  std::vector<std::uint32_t> slowest;  ///< Run::attempts
  std::vector<std::uint32_t> longest;  ///< Run::processes
  std::vector<std::uint64_t> rate;     ///< attempts in each of equal parts of the time
  std::vector<std::uint64_t> failure_rate;
  std::uint64_t bin_ns = 0;
};

struct FigureLimits {
  std::size_t rows = 10;
  std::size_t bins = 60;  ///< at most
};

Figures figures_of(const Run& run, const FigureLimits& limits);

}  // namespace ftracectl::report

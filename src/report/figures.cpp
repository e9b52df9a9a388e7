#include "report/figures.hpp"

#include <algorithm>
#include <ftracectl/error.hpp>
#include <set>
#include <unordered_map>

#include "report/words.hpp"

namespace ftracectl::report {

namespace {

struct Tally {
  std::uint64_t count = 0;
  std::uint64_t failures = 0;
};

/// The most frequent first; those that are equally frequent by name, so that the same capture gives the same report.
template <typename Key, typename Name>
std::vector<Share> most_frequent(const std::unordered_map<Key, Tally>& tallies, std::size_t rows, Name name) {
  std::vector<Share> shares;
  shares.reserve(tallies.size());
  for (const auto& [key, tally] : tallies) shares.push_back({name(key), tally.count, tally.failures});
  const auto middle = shares.begin() + static_cast<std::ptrdiff_t>(std::min(rows, shares.size()));
  std::partial_sort(shares.begin(), middle, shares.end(), [](const Share& a, const Share& b) {
    return a.count != b.count ? a.count > b.count : a.name < b.name;
  });
  shares.erase(middle, shares.end());
  return shares;
}

/// The numbers of the greatest, in falling order.
template <typename Measure>
std::vector<std::uint32_t> greatest(std::size_t size, std::size_t rows, Measure measure) {
  std::vector<std::uint32_t> numbers;
  for (std::uint32_t number = 0; number < size; ++number)
    if (measure(number) > 0) numbers.push_back(number);
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(std::min(rows, numbers.size()));
  std::partial_sort(numbers.begin(), middle, numbers.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto left = measure(a);
    const auto right = measure(b);
    return left != right ? left > right : a < b;
  });
  numbers.erase(middle, numbers.end());
  return numbers;
}

/// 1, 2 or 5 times a power of ten, not less than `least`.
std::uint64_t round_step(std::uint64_t least) {
  std::uint64_t step = 1;
  while (true) {
    for (const std::uint64_t factor : {1U, 2U, 5U})
      if (step * factor >= least) return step * factor;
    step *= 10;
  }
}

void count_attempts(const Run& run, Figures& figures, const FigureLimits& limits) {
  std::unordered_map<std::int32_t, Tally> errors;
  std::unordered_map<TextId, Tally> programs;
  std::unordered_map<TextId, Tally> parents;
  std::set<std::uint32_t> users;
  for (const auto& attempt : run.attempts) {
    ++figures.attempts;
    if (attempt.uid != none) users.insert(attempt.uid);
    if (attempt.is_superseded) {
      ++figures.superseded;
      continue;
    }
    const bool is_failed = attempt.is_failed();
    figures.succeeded += attempt.status == ExecRecord::Status::ok;
    figures.failed += is_failed;
    figures.unfinished += attempt.status == ExecRecord::Status::unfinished;
    if (is_failed) ++errors[attempt.error].count;
    for (Tally* tally : {&programs[attempt.filename], &parents[attempt.comm]}) {
      ++tally->count;
      tally->failures += is_failed;
    }
  }
  figures.users = users.size();
  figures.errors =
      most_frequent(errors, limits.rows, [](std::int32_t error) { return result_error_name(-error); });
  const auto text = [&](TextId id) { return id == no_text ? "?" : std::string(run.texts.at(id)); };
  figures.programs = most_frequent(programs, limits.rows, text);
  figures.parents = most_frequent(parents, limits.rows, text);
}

void count_rate(const Run& run, Figures& figures, const FigureLimits& limits) {
  const auto length = static_cast<std::uint64_t>(std::max<std::int64_t>(run.end_ns - run.begin_ns, 1));
  figures.bin_ns = round_step(std::max<std::uint64_t>(length / std::max<std::size_t>(limits.bins, 1), 1));
  while (length / figures.bin_ns >= limits.bins && limits.bins > 0)
    figures.bin_ns = round_step(figures.bin_ns + 1);
  figures.rate.assign(length / figures.bin_ns + 1, 0);
  figures.failure_rate = figures.rate;
  for (const auto& attempt : run.attempts) {
    const auto at =
        std::clamp<std::int64_t>(attempt.begin_ns - run.begin_ns, 0, static_cast<std::int64_t>(length));
    const auto bin = static_cast<std::size_t>(static_cast<std::uint64_t>(at) / figures.bin_ns);
    if (attempt.is_superseded) continue;
    ++figures.rate[bin];
    figures.failure_rate[bin] += attempt.is_failed();
  }
}

}  // namespace

Figures figures_of(const Run& run, const FigureLimits& limits) {
  Figures figures;
  count_attempts(run, figures, limits);
  count_rate(run, figures, limits);
  for (const auto& process : run.processes) {
    figures.processes += process.is_seen;
    figures.ended += process.end_known;
    figures.ended_badly += process.end_known && process.ended_badly();
  }
  std::unordered_map<TextId, Tally> happenings;
  for (const auto& happening : run.happenings) {
    Tally& tally = happenings[happening.name];
    ++tally.count;
    tally.failures += happening.is_failed;
  }
  figures.happenings =
      most_frequent(happenings, limits.rows, [&](TextId id) { return std::string(run.texts.at(id)); });
  figures.slowest = greatest(run.attempts.size(), limits.rows, [&](std::uint32_t number) {
    const std::uint64_t duration = run.attempts[number].duration_ns;
    return duration == unknown_ns ? 0 : duration;
  });
  figures.longest = greatest(run.processes.size(), limits.rows, [&](std::uint32_t number) {
    return run.processes[number].lifetime_ns().value_or(0);
  });
  return figures;
}

}  // namespace ftracectl::report

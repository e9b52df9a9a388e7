#include "compare/match/reasons.hpp"

#include <algorithm>
#include <limits>

namespace ftracectl::compare {

namespace {

// An attempt takes time, and so does it until the next event of its cpu.
constexpr std::int64_t slack_ns = 20'000'000;
constexpr std::int64_t ever = std::numeric_limits<std::int64_t>::max();

/// Parts of it are missing on the side that saw it.
bool is_torn(const Side& side, const Attempt& attempt) {
  if (attempt.kind != Attempt::Kind::exec || attempt.stages == 0 || side.losses.empty()) return false;
  return (attempt.stages & Attempt::enter) == 0 || !attempt.ret;
}

}  // namespace

Reasons::Reasons(const Side& left, const Side& right, const Matching& matching, const CompareOptions& options)
    : left_(left),
      right_(right),
      clocks_(matching.clocks),
      on_left_(make_lacking(left, right, matching, true, options.left_is_whole)),
      on_right_(make_lacking(right, left, matching, false, options.right_is_whole)) {}

Reasons::Lacking Reasons::make_lacking(const Side& side, const Side& other, const Matching& matching,
                                       bool is_left, bool is_whole) const {
  Lacking lacking{side, {}, {}, Pair::none, 0, is_whole, is_left, {}, {}, side.losses, 0, {}};
  for (const Pair& pair : matching.pairs) {
    if (!pair.is_matched()) continue;
    const std::uint32_t index = is_left ? pair.right : pair.left;
    lacking.first_matched = std::min(lacking.first_matched, index);
    lacking.last_matched = std::max(lacking.last_matched, index);
  }
  const auto to_left = [&](std::optional<std::int64_t>& ts) {
    if (ts && !is_left) ts = clocks_.is_known() ? std::optional(clocks_.left_of(*ts)) : std::nullopt;
  };
  lacking.begin_ns = side.first_ns;
  lacking.end_ns = side.last_ns;
  to_left(lacking.begin_ns);
  to_left(lacking.end_ns);
  if (lacking.end_ns) *lacking.end_ns += side.resolution_ns;
  if (!lacking.begin_ns && !side.is_counts) {
    // Without a clock of its own: from the first to the last one that the other side saw too.
    for (const Pair& pair : matching.pairs) {
      if (!pair.is_matched()) continue;
      const auto ts = other.attempts[is_left ? pair.right : pair.left].ts_ns;
      if (!ts) continue;
      lacking.begin_ns = std::min(lacking.begin_ns.value_or(*ts), *ts);
      lacking.end_ns = std::max(lacking.end_ns.value_or(*ts), *ts);
    }
  }
  for (Loss& loss : lacking.losses) {
    to_left(loss.from_ns);
    to_left(loss.to_ns);
  }
  std::stable_sort(lacking.losses.begin(), lacking.losses.end(), [](const Loss& a, const Loss& b) {
    return a.to_ns.value_or(ever) < b.to_ns.value_or(ever);
  });
  if (side.is_scoped) {
    std::vector<std::int32_t> roots;
    for (const Attempt& attempt : side.attempts) {
      for (const std::int32_t task : {attempt.pid, attempt.tid}) {
        if (task > 0) roots.push_back(task);
      }
    }
    for (const Pair& pair : matching.pairs) {  // of one that tells no numbers, the other side does
      if (!pair.is_matched()) continue;
      const Attempt& seen = other.attempts[is_left ? pair.right : pair.left];
      for (const std::int32_t task : {seen.pid, seen.tid}) {
        if (task > 0) roots.push_back(task);
      }
    }
    lacking.family = family_of(roots, left_, right_);
  }
  for (const Attempt& attempt : side.attempts) {
    if (attempt.by_thread) lacking.thread_execs.insert(attempt.pid);
    const auto ts = left_time(side, attempt);
    if (!ts || !side.last_losses_are_untold || side.losses.empty()) continue;
    auto& last =
        lacking.last_seen.try_emplace(attempt.tid >= 0 ? attempt.tid : attempt.pid, *ts).first->second;
    last = std::max(last, *ts);
  }
  return lacking;
}

std::optional<std::int64_t> Reasons::left_time(const Side& side, const Attempt& attempt) const {
  if (!attempt.ts_ns || &side == &left_) return attempt.ts_ns;
  return clocks_.is_known() ? std::optional(clocks_.left_of(*attempt.ts_ns)) : std::nullopt;
}

void Reasons::explain(std::vector<Pair>& pairs) {
  for (Pair& pair : pairs) {
    if (pair.is_matched()) continue;
    pair.reason = pair.right == Pair::none ? reason_for(left_, pair.left, on_right_)
                                           : reason_for(right_, pair.right, on_left_);
  }
}

void Reasons::explain_differences(Pair& pair) {
  if (!pair.is_unexplained()) return;
  const auto is_torn_by_loss = [&](const Side& side, std::uint32_t index, Lacking& lacking) {
    const Attempt& attempt = side.attempts[index];
    return attempt.stages != 0 && !side.losses.empty() && use_up(left_time(side, attempt), 1, lacking);
  };
  if (!is_torn_by_loss(left_, pair.left, on_left_) && !is_torn_by_loss(right_, pair.right, on_right_)) return;
  for (Verdict& verdict : pair.fields) {
    if (verdict.state == Verdict::State::differs && verdict.reason == Reason::unexplained)
      verdict.reason = Reason::lost;
  }
}

Reason Reasons::reason_for(const Side& seen_by, std::uint32_t index, Lacking& lacking) {
  const Attempt& attempt = seen_by.attempts[index];
  const Side& side = lacking.side;
  const auto ts = left_time(seen_by, attempt);
  const bool is_out_of_order = !ts && !seen_by.is_counts && !side.is_counts &&
                               (index < lacking.first_matched || index > lacking.last_matched);
  if (side.is_scoped && !is_in_family(lacking.family, attempt)) return Reason::filtered;
  if (!lacking.is_whole && (is_out_of_order || is_outside(ts, lacking))) return Reason::outside;
  const Shown shown = side.shows ? side.shows(attempt) : Shown::yes;
  if (shown == Shown::never) return Reason::by_design;
  if (shown == Shown::filtered) return Reason::filtered;
  // Its leader ended, for a thread to take its place: not an end of the process.
  if (attempt.kind == Attempt::Kind::end && lacking.thread_execs.count(attempt.pid) > 0)
    return Reason::by_design;
  if (is_torn(seen_by, attempt)) return Reason::lost;
  const unsigned events = attempt.is_success() ? side.events_of_success : side.events_of_failure;
  if (use_up(ts, events, lacking) || is_in_untold_loss(ts, attempt, lacking)) return Reason::lost;
  return Reason::unexplained;
}

bool Reasons::is_in_untold_loss(const std::optional<std::int64_t>& ts_ns, const Attempt& attempt,
                                const Lacking& lacking) {
  const auto last = lacking.last_seen.find(attempt.tid >= 0 ? attempt.tid : attempt.pid);
  return ts_ns && last != lacking.last_seen.end() && *ts_ns > last->second;
}

bool Reasons::is_outside(const std::optional<std::int64_t>& ts_ns, const Lacking& lacking) const {
  if (!ts_ns) return false;
  return (lacking.begin_ns && *ts_ns < *lacking.begin_ns) || (lacking.end_ns && *ts_ns > *lacking.end_ns);
}

/// Takes so many events from what was lost at that time, first where it is known when.
bool Reasons::use_up(const std::optional<std::int64_t>& ts_ns, std::uint64_t events, Lacking& lacking) {
  auto& losses = lacking.losses;
  if (ts_ns) {
    while (lacking.first_loss < losses.size()) {
      const Loss& loss = losses[lacking.first_loss];
      if (loss.count > 0 && (!loss.to_ns || *loss.to_ns + slack_ns >= *ts_ns)) break;
      ++lacking.first_loss;
    }
  }
  std::vector<Loss*> possible;
  std::uint64_t sum = 0;
  for (std::size_t i = ts_ns ? lacking.first_loss : 0; i < losses.size() && sum < events; ++i) {
    Loss& loss = losses[i];
    if (loss.count == 0 || (ts_ns && loss.from_ns && *loss.from_ns - slack_ns > *ts_ns)) continue;
    possible.push_back(&loss);
    sum += loss.count;
  }
  if (sum < events) return false;
  for (Loss* loss : possible) {
    const std::uint64_t used = std::min(loss->count, events);
    loss->count -= used;
    events -= used;
  }
  return true;
}

}  // namespace ftracectl::compare

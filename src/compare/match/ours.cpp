#include "compare/match/ours.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

void LossRanges::saw(int cpu, std::int64_t ts_ns, std::optional<std::int64_t> duration_ns) {
  const std::int64_t end_ns = ts_ns + duration_ns.value_or(0);
  auto [seen, is_new] = last_seen_.try_emplace(cpu, end_ns);
  if (!is_new) seen->second = std::max(seen->second, end_ns);
  if (!duration_ns) return;
  std::erase_if(open_, [&](std::size_t index) {
    Loss& loss = side_.losses[index];
    if (loss.cpu != cpu || (loss.from_ns && ts_ns <= *loss.from_ns)) return false;
    loss.to_ns = end_ns;
    return true;
  });
}

void LossRanges::lost(int cpu, std::uint64_t count) {
  Loss loss;
  loss.count = count;
  loss.cpu = cpu;
  const auto seen = last_seen_.find(cpu);
  if (seen != last_seen_.end()) loss.from_ns = seen->second;
  open_.push_back(side_.losses.size());
  side_.losses.push_back(loss);
}

void LossRanges::finish(std::optional<std::uint64_t> in_all) {
  std::uint64_t told = 0;
  for (const Loss& loss : side_.losses) told += loss.count;
  if (!in_all || *in_all <= told) return;
  Loss untold;
  untold.count = *in_all - told;
  side_.losses.push_back(untold);
}

OursReader::OursReader(Side& side) : side_(side), losses_(side) { side_.tool = "ftrace"; }

namespace {

std::optional<std::string_view> keep(Side& side, const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return side.texts.keep(*text);
}

std::optional<std::string_view> keep_argv(Side& side, const std::optional<std::vector<std::string>>& argv) {
  if (!argv) return std::nullopt;
  std::string joined;
  for (const auto& argument : *argv) joined.append(argument).push_back('\0');
  return side.texts.keep(joined);
}

std::optional<std::int64_t> time_of(const Timestamp& time) {
  if (!time.is_known || !time.is_time) return std::nullopt;
  return time.value > std::uint64_t{latest_ns} ? std::nullopt
                                               : std::optional(static_cast<std::int64_t>(time.value));
}

/// How long an attempt took; nothing where its end was not seen.
std::optional<std::int64_t> duration_of(const ExecRecord& record) {
  if (record.duration_ns) {
    return static_cast<std::int64_t>(std::min(*record.duration_ns, std::uint64_t{latest_ns}));
  }
  return record.status == ExecRecord::Status::unfinished ? std::nullopt : std::optional<std::int64_t>(0);
}

bool is_named(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

void OursReader::take(const ExecRecord& record) {
  Attempt attempt;
  attempt.ts_ns = time_of(record.time);
  if (attempt.ts_ns) {
    side_.saw(*attempt.ts_ns);
    losses_.saw(record.cpu, *attempt.ts_ns, duration_of(record));
  }
  attempt.cpu = record.cpu;
  attempt.tid = record.tid;
  attempt.pid = record.pid_known ? record.pid : -1;
  attempt.ppid = record.ppid.value_or(-1);
  attempt.is_execveat = record.syscall == ExecRecord::Syscall::execveat;
  if (record.syscall != ExecRecord::Syscall::unknown) attempt.stages |= Attempt::enter;
  if (record.status == ExecRecord::Status::ok) attempt.stages |= Attempt::exec;
  if (record.status != ExecRecord::Status::unfinished) attempt.stages |= Attempt::exit;
  attempt.ret = record.ret;
  attempt.by_thread = attempt.pid >= 0 && attempt.pid != attempt.tid && attempt.is_success();
  attempt.filename = keep(side_, record.filename);
  attempt.filename_is_exec = record.filename_from == ValueSource::sched_process_exec;
  attempt.filename_is_cut = is_named(record.truncated, "filename");
  attempt.argv = keep_argv(side_, record.argv);
  attempt.argv_is_programs = record.argv_from == ValueSource::proc;
  attempt.argv_is_cut = is_named(record.truncated, "argv");
  attempt.comm = keep(side_, record.comm);
  attempt.new_comm = keep(side_, record.new_comm);
  side_.attempts.push_back(attempt);
}

void OursReader::take(const ExitRecord& record) {
  Attempt attempt;
  attempt.kind = Attempt::Kind::end;
  attempt.ts_ns = time_of(record.time);
  if (attempt.ts_ns) {
    side_.saw(*attempt.ts_ns);
    losses_.saw(record.cpu, *attempt.ts_ns, 0);
  }
  attempt.cpu = record.cpu;
  attempt.tid = record.tid;
  attempt.pid = record.pid;
  attempt.ppid = record.ppid.value_or(-1);
  attempt.comm = keep(side_, record.comm);
  if (record.exit_code) attempt.ret = *record.exit_code;
  if (record.signal) attempt.ret = -*record.signal;
  side_.has_ends = true;
  side_.attempts.push_back(attempt);
}

void OursReader::record(const Record& record) {
  if (const auto* exec = record_if<ExecRecord>(record)) take(*exec);
  if (const auto* end = record_if<ExitRecord>(record)) take(*end);
  if (const auto* lost = record_if<Lost>(record)) losses_.lost(lost->cpu, lost->count.value_or(1));
}

void apply_selection(Side& side, const std::string& filename_glob, const std::string& name_glob,
                     bool only_failed) {
  if (filename_glob.empty() && name_glob.empty() && !only_failed) return;
  side.shows = [=](const Attempt& attempt) {
    if (attempt.kind != Attempt::Kind::exec) return Shown::yes;
    if (only_failed && !attempt.is_failure()) return Shown::filtered;
    if (filename_glob.empty() && name_glob.empty()) return Shown::yes;
    if (!attempt.filename) return Shown::filtered;  // not known is not matched, there
    const std::string_view filename = *attempt.filename;
    const std::string_view name = filename.substr(filename.rfind('/') + 1);
    const bool matches = (filename_glob.empty() || glob_match(filename_glob, filename)) &&
                         (name_glob.empty() || glob_match(name_glob, name));
    return matches ? Shown::yes : Shown::filtered;
  };
}

void apply_capture_options(Side& side, const std::vector<std::string>& arguments) {
  std::string filename;
  std::string name;
  bool only_failed = false;
  bool is_all = false;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const auto value_of = [&](std::string_view option, std::string& to) {
      if (word == option && i + 1 < arguments.size()) to = arguments[++i];
      if (word.starts_with(std::string(option) + "=")) to = word.substr(option.size() + 1);
    };
    value_of("--filename", filename);
    value_of("--name", name);
    if (word == "--failed") only_failed = true;
    if (word == "--all") is_all = true;
    if (word == "--" || word == "--pid" || word == "--tid") side.is_scoped = true;
  }
  if (is_all) side.is_scoped = false;
  apply_selection(side, filename, name, only_failed);
}

bool append_hex_bytes(std::string& to, std::string_view hex) {
  if (hex.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const auto byte = parse_number<unsigned>(hex.substr(i, 2), 16);
    if (!byte) return false;
    to += static_cast<char>(*byte);
  }
  return true;
}

}  // namespace ftracectl::compare

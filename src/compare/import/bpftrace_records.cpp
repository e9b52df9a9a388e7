#include "compare/import/bpftrace_records.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "compare/match/times.hpp"

namespace ftracectl::compare {

namespace {

/// How many texts a record of each kind has.
struct Kind {
  std::string_view name;
  int texts;
};
constexpr std::array kinds = {Kind{"enter", 2}, Kind{"arg", 1},  Kind{"argc", 0},  Kind{"exec", 2},
                              Kind{"exit", 1},  Kind{"fork", 0}, Kind{"begin", 0}, Kind{"end", 0}};

const Kind* kind_of(std::string_view record) {
  const auto name = record.substr(0, record.find(' '));
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

std::string_view word_after(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != ' ' && text[end] != '\n') ++end;
  return text.substr(at, end - at);
}

/// The record's time stamp, NS: what ends its texts is " #NS".
std::string_view stamp_of(std::string_view record) {
  return word_after(record, std::min(record.find(' ') + 1, record.size()));
}

/// Where " #NS" stands.
std::size_t find_frame(std::string_view record, std::string_view stamp, std::size_t from) {
  for (std::size_t at = record.find('#', from); at != record.npos; at = record.find('#', at + 1)) {
    if (at == from || record[at - 1] != ' ' || !record.substr(at + 1).starts_with(stamp)) continue;
    const std::size_t behind = at + 1 + stamp.size();
    if (behind == record.size() || record[behind] == ' ') return at - 1;
  }
  return record.npos;
}

constexpr std::size_t size_of_frame(std::string_view stamp) { return stamp.size() + 2; }

std::size_t count_frames(std::string_view record, std::string_view stamp) {
  std::size_t count = 0;
  for (std::size_t at = find_frame(record, stamp, 0); at != record.npos;
       at = find_frame(record, stamp, at + size_of_frame(stamp)))
    ++count;
  return count;
}

}  // namespace

/// Takes a record apart from its front.
class BpftraceRecords::Words {
 public:
  Words(std::string_view record, std::uint64_t number) : record_(record), rest_(record), number_(number) {
    word();
    stamp_ = stamp_of(record);
  }

  std::string_view word() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return found;
  }
  std::int64_t number() {
    const auto parsed = parse_number<std::int64_t>(word());
    if (!parsed) fail("a number is missing");
    return *parsed;
  }
  std::int32_t task() { return static_cast<std::int32_t>(number()); }
  std::uint64_t hex() {
    std::string_view digits = word();
    if (digits.starts_with("0x")) digits.remove_prefix(2);
    const auto parsed = parse_number<std::uint64_t>(digits, 16);
    if (!parsed) fail("a hex number is missing");
    return *parsed;
  }
  std::string_view text() {
    const std::size_t end = find_frame(rest_, stamp_, 0);
    if (end == rest_.npos) fail("a text does not end with its record's time stamp");
    const std::string_view found = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + size_of_frame(stamp_) + 1, rest_.size()));
    return found;
  }
  void end() {
    if (!rest_.empty()) fail("something follows the record");
  }
  [[noreturn]] void fail(std::string_view why) const {
    bad_line(number_, "a record of exec.bt is broken: " + std::string(why), record_);
  }

 private:
  std::string_view record_;
  std::string_view rest_;
  std::uint64_t number_;
  std::string_view stamp_;
};

BpftraceRecords::BpftraceRecords(Side& side) : side_(side), builder_(side) {
  side_.tool = "bpftrace";
  side_.last_losses_are_untold = true;
  side_.tells_forks = true;
}

bool BpftraceRecords::begins(std::string_view line) {
  const Kind* kind = kind_of(line);
  if (kind == nullptr || line.size() <= kind->name.size() + 1) return false;
  return parse_number<std::uint64_t>(word_after(line, kind->name.size() + 1)).has_value();
}

bool BpftraceRecords::is_whole(std::string_view record) {
  const Kind* kind = kind_of(record);
  if (kind->texts == 0) return true;
  const std::string_view stamp = stamp_of(record);
  const std::size_t size = size_of_frame(stamp);
  return record.size() > size &&
         find_frame(record, stamp, record.size() - size - 1) == record.size() - size &&
         count_frames(record, stamp) >= static_cast<std::size_t>(kind->texts);
}

void BpftraceRecords::add(std::string_view record, std::uint64_t number) {
  const Kind* kind = kind_of(record);
  Words words(record, number);
  if (kind == nullptr) words.fail("it is of no kind that is known");
  if (kind->name == "begin") {
    if (words.number() != 1)
      bad_file(number, "a record of exec.bt is broken: it is of another version", record);
    return;
  }
  Sighting sighting;
  sighting.line = number;
  sighting.ts_ns = believed_ns(words.number());
  if (kind->name == "enter") on_enter(words, sighting);
  if (kind->name == "arg") on_argument(words, sighting);
  if (kind->name == "argc") on_argument_count(words, sighting);
  if (kind->name == "exec") on_exec(words, sighting);
  if (kind->name == "exit") on_exit(words, sighting);
  if (kind->name == "fork") on_fork(words);
  words.end();
  // The probes are attached and taken off one after the other: forks are seen before and behind the execs,
  // and the end is told when nothing is seen any more. When it was at work, its execs alone can tell.
  if (kind->name == "fork" || kind->name == "end") return;
  builder_.add(sighting);
}

void BpftraceRecords::on_enter(Words& words, Sighting& sighting) {
  sighting.what = Sighting::What::enter;
  sighting.cpu = words.task();
  sighting.pid = words.task();
  sighting.tid = words.task();
  sighting.ppid = words.task();
  sighting.is_execveat = words.word() == "execveat";
  sighting.comm = keep(words.text());
  sighting.text = keep(words.text());
  longest_ = std::max(longest_, sighting.text->size());
}

void BpftraceRecords::on_exec(Words& words, Sighting& sighting) {
  sighting.what = Sighting::What::exec;
  sighting.cpu = words.task();
  sighting.tid = words.task();
  sighting.pid = sighting.tid;
  sighting.old_tid = words.task();
  sighting.comm = keep(words.text());
  sighting.text = keep(words.text());
  longest_ = std::max(longest_, sighting.text->size());
}

void BpftraceRecords::on_exit(Words& words, Sighting& sighting) {
  sighting.what = Sighting::What::exit;
  sighting.cpu = words.task();
  sighting.pid = words.task();
  sighting.tid = words.task();
  sighting.is_execveat = words.word() == "execveat";
  sighting.number = words.number();
  sighting.comm = keep(words.text());
}

void BpftraceRecords::on_argument(Words& words, Sighting& sighting) {
  sighting.what = Sighting::What::argument;
  sighting.tid = words.task();
  sighting.number = words.number();
  sighting.text = keep(words.text());
  longest_ = std::max(longest_, sighting.text->size());
}

void BpftraceRecords::on_argument_count(Words& words, Sighting& sighting) {
  sighting.what = Sighting::What::argument_count;
  sighting.tid = words.task();
  sighting.number = words.number();
  sighting.is_cut = words.number() != 0;
}

void BpftraceRecords::on_fork(Words& words) {
  Fork fork;
  fork.parent = words.task();
  fork.child = words.task();
  constexpr std::uint64_t clone_thread = 0x10000;
  if ((words.hex() & clone_thread) == 0) side_.forks.push_back(fork);
}

void BpftraceRecords::lost(std::uint64_t count) {
  Loss loss;
  loss.count = count;
  side_.losses.push_back(loss);
}

void BpftraceRecords::finish() {
  builder_.finish();
  // str() gives one byte less than BPFTRACE_STRLEN, which is 64 at the least and is told nowhere.
  constexpr std::size_t least = 63;
  side_.string_limit = std::max(longest_, least);
}

std::optional<std::uint64_t> lost_by_bpftrace(std::string_view line) {
  if (!line.starts_with("Lost ") || !line.ends_with(" events")) return std::nullopt;
  return parse_number<std::uint64_t>(line.substr(5, line.size() - 12));
}

bool is_chatter_of_bpftrace(std::string_view line) {
  return line.empty() || line.starts_with("Attaching ") || line.starts_with("Attached ") ||
         line.starts_with("ERROR: Unknown error -1: couldn't set RLIMIT") || line.starts_with("WARNING: ");
}

}  // namespace ftracectl::compare

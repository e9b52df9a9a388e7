#include "decode/text/line_header.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/digits.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

constexpr std::size_t comm_width = 16;
constexpr std::size_t latency_comm_width = 8;
constexpr std::size_t max_tid_digits = 7;
constexpr std::size_t cpu_width = 3;
constexpr std::size_t max_cpu_digits = 5;
constexpr std::size_t least_flags = 4;
constexpr std::size_t most_blanks = 32;  // more than any column is wide
constexpr std::size_t most_flags = 8;
constexpr std::uint64_t max_seconds = UINT64_MAX / 1'000'000'000 - 1;

/// The third of the flags: "d.h1." was written by an interrupt.
CpuContext context_of(char flag) {
  if (flag == '.') return CpuContext::task;
  switch (flag) {
    case 'Z':
    case 'z':
      return CpuContext::nmi;
    case 'H':
    case 'h':
      return CpuContext::hardirq;
    case 's':
      return CpuContext::softirq;
    default:
      return CpuContext::task;
  }
}

/// Reads along a line. Each step fails for good (`no`) or for want of bytes (`need_more`).
class Cursor {
 public:
  explicit Cursor(std::string_view bytes, std::size_t at) : bytes_(bytes), at_(at) {}

  std::size_t at() const { return at_; }
  LineHeader::Fit fit() const { return fit_; }
  bool ok() const { return fit_ == LineHeader::Fit::yes; }
  char peek() {
    if (at_ < bytes_.size()) return bytes_[at_];
    fit_ = LineHeader::Fit::need_more;
    return '\0';
  }

  void fail() {
    if (ok()) fit_ = LineHeader::Fit::no;
  }

  /// "%-7d" and "%7d" of a thread id; no pid_max has more digits.
  std::int32_t left_aligned_tid() {
    const std::size_t start = at_;
    const auto tid = static_cast<std::int32_t>(digits(nullptr, max_tid_digits));
    while (ok() && at_ - start < max_tid_digits) expect(' ');
    return tid;
  }
  std::int32_t right_aligned_tid() {
    const std::size_t start = at_;
    skip_blanks();
    const auto tid = static_cast<std::int32_t>(digits(nullptr, max_tid_digits));
    if (at_ - start != max_tid_digits) fail();
    return tid;
  }

  void expect(std::string_view text) {
    for (const char c : text) expect(c);
  }

  void expect(char c) {
    if (!ok()) return;
    if (peek() == c) {
      ++at_;
    } else if (ok()) {
      fit_ = LineHeader::Fit::no;
    }
  }

  /// "%3d" or "%03d".
  int cpu() {
    const std::size_t start = at_;
    skip_blanks();
    const std::size_t blanks = at_ - start;
    const auto cpu = static_cast<int>(digits(nullptr, max_cpu_digits));
    const std::size_t width = at_ - start;
    if (width < cpu_width || (blanks > 0 && width > cpu_width)) fail();
    return cpu;
  }

  void skip_blanks() {
    if (!ok()) return;
    const std::size_t stop = std::min(bytes_.size(), at_ + most_blanks + 1);
    const std::size_t start = at_;
    while (at_ < stop && bytes_[at_] == ' ') ++at_;
    if (at_ - start > most_blanks) return fail();
    if (at_ == bytes_.size()) fit_ = Fit::need_more;
  }

  std::uint64_t hex_digits(std::size_t* count) {
    const std::size_t start = at_;
    std::uint64_t value = 0;
    while (ok() && at_ - start < 16) {
      const char c = peek();
      const bool is_letter = c >= 'a' && c <= 'f';
      if (!is_letter && (c < '0' || c > '9')) break;
      value = value * 16 + static_cast<std::uint64_t>(is_letter ? c - 'a' + 10 : c - '0');
      ++at_;
    }
    if (ok() && at_ == start) fit_ = LineHeader::Fit::no;
    *count = at_ - start;
    return value;
  }

  /// A number of at most `most` digits, which fits 64 bits.
  std::uint64_t digits(std::size_t* count = nullptr, std::size_t most = 20) {
    if (count != nullptr) *count = 0;
    if (!ok()) return 0;
    const std::string_view text = bytes_.substr(at_, most);
    std::size_t length = 0;
    std::uint64_t value = 0;
    for (; length < text.size() && text[length] >= '0' && text[length] <= '9'; ++length) {
      const auto digit = static_cast<std::uint64_t>(text[length] - '0');
      if (length >= 19 && value > (UINT64_MAX - digit) / 10) fail();
      value = value * 10 + digit;
    }
    at_ += length;
    if (ok() && length == text.size() && length < most) fit_ = Fit::need_more;
    if (length == 0) fail();
    if (count != nullptr) *count = length;
    return value;
  }

  /// Four columns up to 5.10, five later; whatever a newer kernel adds is no blank either.
  CpuContext flags() {
    const std::size_t start = at_;
    while (ok() && peek() != ' ') {
      if (bytes_[at_] == '\n' || at_ - start == most_flags) fail();
      if (!ok()) return CpuContext::task;
      ++at_;
    }
    if (at_ - start < least_flags) fail();
    return ok() ? context_of(bytes_[start + 2]) : CpuContext::task;
  }

 private:
  std::string_view bytes_;
  std::size_t at_;
  LineHeader::Fit fit_ = LineHeader::Fit::yes;
};

/// "    5.053518" with microseconds, or "         1234" by a clock that counts something else.
Timestamp parse_time(Cursor& cursor) {
  cursor.expect(' ');
  cursor.skip_blanks();
  const std::uint64_t whole = cursor.digits();
  if (!cursor.ok() || cursor.peek() != '.') return {whole, false};
  cursor.expect('.');
  std::size_t places = 0;
  const std::uint64_t microseconds = cursor.digits(&places, 6);
  if (places != 6 || whole > max_seconds) cursor.fail();
  return {whole * 1'000'000'000 + microseconds * 1000};
}

/// record-tgid's "(    354) " or "(-------) ".
void skip_tgid(Cursor& cursor) {
  if (!cursor.ok() || cursor.peek() != '(') return;
  cursor.expect('(');
  for (int i = 0; i < 7 && cursor.ok(); ++i) cursor.expect(cursor.peek());
  cursor.expect(") ");
}

/// The name in the first `width` columns.
std::string_view comm_in(std::string_view bytes, std::size_t width) {
  auto comm = bytes.substr(0, width);
  comm.remove_prefix(std::min(comm.find_first_not_of(' '), width));
  return comm;
}

LineHeader finish(LineHeader header, const Cursor& cursor, std::string_view bytes, std::size_t width) {
  header.fit = cursor.fit();
  if (header.fit == Fit::yes) {
    header.length = cursor.at();
    header.comm = comm_in(bytes, width);
    header.comm_cut = width == latency_comm_width && header.comm.size() == width;
  }
  return header;
}

constexpr std::uint64_t all_blanks = digits::each_byte * ' ';

/// The same of 16 columns that are there.
std::string_view comm_in_usual(const char* text) {
  const std::uint64_t first = load_word(text) ^ all_blanks;
  const std::uint64_t second = load_word(text + 8) ^ all_blanks;
  const auto blanks = static_cast<std::size_t>(first != 0    ? std::countr_zero(first) / 8
                                               : second != 0 ? 8 + std::countr_zero(second) / 8
                                                             : 16);
  return {text + blanks, comm_width - blanks};
}

/// How many of eight characters stand before the first blank or control character.
std::size_t flags_before_blank(std::uint64_t word) {
  using digits::each_byte;
  const std::uint64_t small = (word - each_byte * (' ' + 1)) & ~word & each_byte * 0x80;
  return static_cast<std::size_t>(std::countr_zero(small)) / 8;  // 8 where there is none
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The usual line by its fixed columns, a fifth of the work. False where anything is unusual, which the
/// cursor then looks at: a torn line, irq-info off, record-tgid, many cpus, a clock that counts no time.
bool parse_usual(std::string_view bytes, LineHeader& header) {
  constexpr std::size_t tid_at = comm_width + 1;
  constexpr std::size_t cpu_at = tid_at + max_tid_digits + 2;
  constexpr std::size_t flags_at = cpu_at + cpu_width + 2;
  constexpr std::size_t longest = flags_at + most_flags + 1 + most_blanks + 20 + sizeof ".000000: ";
  if (bytes.size() < longest) return false;
  const char* const text = bytes.data();
  if (text[comm_width] != '-' || std::memcmp(text + tid_at + max_tid_digits, " [", 2) != 0 ||
      std::memcmp(text + cpu_at + cpu_width, "] ", 2) != 0) {
    return false;
  }
  const std::uint64_t tid_column = load_word(text + tid_at);
  const DecimalDigits tid = read_decimal_word(tid_column);
  const bool is_tid = tid.count > 0 && tid.count <= max_tid_digits &&
                      tid_column >> (8 * tid.count) == all_blanks >> (8 * tid.count);
  if (!is_tid) return false;
  const char* const cpu = text + cpu_at;
  if (!is_digit(cpu[0]) || !is_digit(cpu[1]) || !is_digit(cpu[2])) return false;
  const char* const flags = text + flags_at;
  const char* at = flags + flags_before_blank(load_word(flags));
  if (at < flags + least_flags || *at != ' ') return false;
  while (at < flags + most_flags + most_blanks && *at == ' ') ++at;
  const DecimalDigits first = read_decimal_word(load_word(at));
  std::uint64_t seconds = first.value;
  const char* const number = at;
  at += first.count;
  for (; first.count == 8 && is_digit(*at) && at < number + 10; ++at)
    seconds = seconds * 10 + static_cast<std::uint64_t>(*at - '0');
  if (at == number || *at != '.') return false;
  const std::uint64_t behind_point = load_word(at + 1);
  const DecimalDigits microseconds = read_decimal_word(behind_point);
  if (microseconds.count != 6 || behind_point >> 48U != (std::uint64_t{' '} << 8U | ':')) return false;
  header.fit = Fit::yes;
  header.length = static_cast<std::size_t>(at + 9 - text);
  header.comm = comm_in_usual(text);
  header.tid = static_cast<std::int32_t>(tid.value);
  header.context = context_of(flags[2]);
  header.cpu = (cpu[0] - '0') * 100 + (cpu[1] - '0') * 10 + (cpu[2] - '0');
  header.time = {seconds * 1'000'000'000 + microseconds.value * 1000};
  return true;
}

LineHeader parse_plain(std::string_view bytes) {
  LineHeader header;
  Cursor cursor(bytes, comm_width);
  cursor.expect('-');
  header.tid = cursor.left_aligned_tid();
  cursor.expect(' ');
  skip_tgid(cursor);
  cursor.expect('[');
  header.cpu = cursor.cpu();
  cursor.expect("] ");
  if (cursor.ok() && cursor.peek() != ' ') header.context = cursor.flags();  // irq-info off: blanks
  header.time = parse_time(cursor);
  cursor.expect(": ");
  return finish(header, cursor, bytes, comm_width);
}

/// "%8.8s-%-7d %3d", flags, " %4lldus%c: " with a mark for long delays, or " %4lld: ".
LineHeader parse_latency(std::string_view bytes) {
  LineHeader header;
  Cursor cursor(bytes, latency_comm_width);
  cursor.expect('-');
  header.tid = cursor.left_aligned_tid();
  cursor.expect(' ');
  header.cpu = cursor.cpu();
  header.context = cursor.flags();
  cursor.expect(' ');
  cursor.skip_blanks();
  header.time = {cursor.digits(), false, true, true};
  if (cursor.ok() && cursor.peek() == 'u') {
    cursor.expect("us");
    header.time.is_time = true;
    header.time.value *= 1000;
    // A blank, or the mark of a long time until the next event.
    if (cursor.ok() && std::string_view(" +!#*@$").find(cursor.peek()) == std::string_view::npos) {
      cursor.expect(' ');
    }
    if (cursor.ok()) cursor.expect(cursor.peek());
  }
  cursor.expect(": ");
  return finish(header, cursor, bytes, latency_comm_width);
}

/// "%ld.%03ldms (+%ld.%03ldms): " since the buffer's start and until the next event, or "%lld (+%lld): ".
void skip_relative_times(Cursor& cursor, bool is_time) {
  const auto skip_one = [&] {
    cursor.digits();
    if (!is_time) return;
    cursor.expect('.');
    cursor.digits();
    cursor.expect("ms");
  };
  skip_one();
  cursor.expect(" (+");
  skip_one();
  cursor.expect("): ");
}

/// "%16s %7d %3d %d %08x %08lx ", then "[%08llx]" in microseconds, or "[%016llx]" by a clock that counts.
LineHeader parse_verbose(std::string_view bytes) {
  LineHeader header;
  Cursor cursor(bytes, comm_width);
  std::size_t width = 0;
  cursor.expect(' ');
  header.tid = cursor.right_aligned_tid();
  cursor.expect(' ');
  header.cpu = cursor.cpu();
  cursor.expect(' ');
  cursor.digits();  // flags
  cursor.expect(' ');
  cursor.hex_digits(&width);  // preempt count
  cursor.expect(' ');
  cursor.hex_digits(&width);  // number of the entry
  cursor.expect(" [");
  header.time.value = cursor.hex_digits(&width);
  header.time.is_time = width < 16;
  if (header.time.is_time) header.time.value *= 1000;
  cursor.expect("] ");
  skip_relative_times(cursor, header.time.is_time);
  return finish(header, cursor, bytes, comm_width);
}

}  // namespace

LineHeader parse_line_header(std::string_view bytes, TextLayouts layouts) {
  LineHeader best;
  if (layouts.has(TextLayout::plain) && parse_usual(bytes, best)) return best;
  const auto try_one = [&](TextLayout layout, LineHeader (*parse)(std::string_view)) {
    if (best.fit == Fit::yes || !layouts.has(layout)) return;
    LineHeader header = parse(bytes);
    if (header.fit != Fit::no) best = header;
  };
  try_one(TextLayout::plain, parse_plain);
  try_one(TextLayout::latency, parse_latency);
  try_one(TextLayout::verbose, parse_verbose);
  return best;
}

}  // namespace ftracectl

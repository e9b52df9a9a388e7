#include "decode/text/line_header.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/digits.hpp"
#include "decode/text/line_cursor.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

constexpr std::size_t comm_width = 16;
constexpr std::size_t latency_comm_width = 8;
constexpr std::uint64_t max_seconds = UINT64_MAX / 1'000'000'000 - 1;

/// "    5.053518" with microseconds, or "         1234" by a clock that counts something else.
Timestamp parse_time(Cursor& cursor) {
  cursor.skip_blanks();
  const std::uint64_t whole = cursor.digits();
  if (!cursor.ok() || cursor.peek() != '.') return {whole, false};
  cursor.expect('.');
  std::size_t places = 0;
  const std::uint64_t microseconds = cursor.digits(&places, 6);
  if (places != 6 || whole > max_seconds) cursor.fail();
  return {whole * 1'000'000'000 + microseconds * 1000};
}

/// record-tgid's "(    354) " or "(-------) ", in five columns until 5.9.
void skip_tgid(Cursor& cursor) {
  constexpr std::size_t most_columns = 8;
  if (!cursor.ok() || cursor.peek() != '(') return;
  cursor.expect('(');
  for (std::size_t i = 0; i < most_columns && cursor.ok() && cursor.peek() != ')'; ++i) {
    const char c = cursor.peek();
    if (c != ' ' && c != '-' && (c < '0' || c > '9')) cursor.fail();
    cursor.expect(c);
  }
  cursor.expect(')');
  cursor.skip_blanks();
}

/// Behind "]". Kernels before 3.2 have no flags, and a later one with irq-info off has blanks in their place.
void parse_flags_and_time(Cursor& cursor, LineHeader& header) {
  cursor.expect(' ');
  const bool has_flags = cursor.ok() && cursor.peek() != ' ' && !cursor.stands_time();
  if (has_flags) {
    header.context = cursor.flags();
    cursor.expect(' ');
  }
  header.time = parse_time(cursor);
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
  header.tid_columns = tid.count < max_tid_digits ? static_cast<int>(max_tid_digits) : 0;
  header.cpu = (cpu[0] - '0') * 100 + (cpu[1] - '0') * 10 + (cpu[2] - '0');
  header.time = {seconds * 1'000'000'000 + microseconds.value * 1000};
  return true;
}

/// With the blank behind it.
std::int32_t read_tid(Cursor& cursor, std::size_t columns, LineHeader& header) {
  const std::size_t start = cursor.at();
  const std::int32_t tid = cursor.left_aligned_tid(columns);
  cursor.expect(' ');
  const bool is_padded = tid < 1'000'000 && cursor.at() - start <= max_tid_digits + 1;
  header.tid_columns = is_padded ? static_cast<int>(columns) : 0;
  return tid;
}

LineHeader parse_plain(std::string_view bytes, std::size_t columns) {
  LineHeader header;
  Cursor cursor(bytes, comm_width);
  cursor.expect('-');
  header.tid = read_tid(cursor, columns, header);
  skip_tgid(cursor);
  cursor.expect('[');
  header.cpu = cursor.cpu();
  cursor.expect(']');
  parse_flags_and_time(cursor, header);
  cursor.expect(": ");
  return finish(header, cursor, bytes, comm_width);
}

/// The header behind the name, with blanks as they come.
LineHeader parse_behind_name(std::string_view bytes, std::size_t dash) {
  LineHeader header;
  Cursor cursor(bytes, dash);
  cursor.expect('-');
  header.tid = static_cast<std::int32_t>(cursor.digits(nullptr, max_tid_digits));
  cursor.expect(' ');
  cursor.skip_blanks();
  skip_tgid(cursor);
  cursor.expect('[');
  cursor.skip_blanks();
  header.cpu = static_cast<int>(cursor.digits(nullptr, max_cpu_digits));
  cursor.expect("] ");
  cursor.skip_blanks();
  if (cursor.ok() && !cursor.stands_time()) {
    header.context = cursor.flags();
    cursor.expect(' ');
  }
  header.time = parse_time(cursor);
  cursor.expect(": ");
  cursor.skip_blanks();
  header.fit = cursor.fit();
  header.length = cursor.at();
  return header;
}

/// "bash-1234 [000] .... 5.053518: " wherever its columns are. Of the dashes that a name may have the first one behind
/// which all the rest is there is it: a name of 15 characters has no room for a header of its own.
LineHeader parse_loose(std::string_view bytes) {
  const std::size_t start = std::min(bytes.find_first_not_of(" \t"), bytes.size());
  LineHeader best;
  if (start > 4 * most_blanks) return best;
  if (start == bytes.size()) best.fit = Fit::need_more;
  for (std::size_t at = start; at < bytes.size() && at <= start + comm_width && bytes[at] != '\n'; ++at) {
    if (at + 1 == bytes.size() && best.fit == Fit::no) best.fit = Fit::need_more;
    if (bytes[at] != '-') continue;
    LineHeader header = parse_behind_name(bytes, at);
    if (header.fit == Fit::no) continue;
    header.comm = bytes.substr(start, at - start);
    if (header.fit == Fit::yes) return header;
    best = header;
  }
  return best;
}

/// "%8.8s-%-7d %3d", flags, " %4lldus%c: " with a mark for long delays, or " %4lld: ".
LineHeader parse_latency(std::string_view bytes, std::size_t columns) {
  LineHeader header;
  Cursor cursor(bytes, latency_comm_width);
  cursor.expect('-');
  header.tid = read_tid(cursor, columns, header);
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
  const auto try_one = [&](TextLayout layout, auto&& parse) {
    if (best.fit == Fit::yes || !layouts.has(layout)) return;
    LineHeader header = parse();
    if (header.fit != Fit::no) best = header;
  };
  try_one(TextLayout::plain, [&] { return parse_plain(bytes, max_tid_digits); });
  try_one(TextLayout::latency, [&] { return parse_latency(bytes, max_tid_digits); });
  try_one(TextLayout::narrow, [&] { return parse_plain(bytes, old_tid_width); });
  try_one(TextLayout::narrow, [&] { return parse_latency(bytes, old_tid_width); });
  try_one(TextLayout::verbose, [&] { return parse_verbose(bytes); });
  try_one(TextLayout::loose, [&] { return parse_loose(bytes); });
  return best;
}

}  // namespace ftracectl

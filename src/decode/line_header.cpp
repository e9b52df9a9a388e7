#include "decode/line_header.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t comm_column_width = 16;

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

  void expect(char c) {
    if (!ok()) return;
    if (peek() == c) {
      ++at_;
    } else if (ok()) {
      fit_ = LineHeader::Fit::no;
    }
  }

  void skip_blanks() {
    while (ok() && peek() == ' ') ++at_;
  }

  std::uint64_t digits(std::size_t* count = nullptr) {
    const std::size_t start = at_;
    std::uint64_t value = 0;
    while (ok() && peek() >= '0' && bytes_[at_] <= '9' && at_ - start < 20) {
      value = value * 10 + static_cast<std::uint64_t>(bytes_[at_++] - '0');
    }
    if (ok() && at_ == start) fit_ = LineHeader::Fit::no;
    if (count != nullptr) *count = at_ - start;
    return value;
  }

  /// The flags of latency: four columns up to 5.10, five later, none with irq-info off; and the blank.
  void flags() {
    if (!ok() || peek() == ' ' || (peek() >= '0' && peek() <= '9' && !is_flags_word())) return;
    for (std::size_t taken = 0; ok() && peek() != ' '; ++at_, ++taken) {
      if (taken == 8 || bytes_[at_] == '\n') fit_ = LineHeader::Fit::no;
    }
  }

 private:
  /// A word of flags may begin with a digit only where there is no time in it: "5.053518:" is a time.
  bool is_flags_word() {
    for (std::size_t i = at_; i < bytes_.size() && i < at_ + 6; ++i) {
      if (bytes_[i] == ' ') return true;
      if (bytes_[i] == ':') return false;
    }
    return false;
  }

  std::string_view bytes_;
  std::size_t at_;
  LineHeader::Fit fit_ = LineHeader::Fit::yes;
};

/// "    5.053518: " with microseconds, or "         1234: " by a clock that counts something else.
Timestamp parse_time(Cursor& cursor) {
  cursor.skip_blanks();
  const std::uint64_t whole = cursor.digits();
  if (!cursor.ok() || cursor.peek() != '.') return {whole, false};
  cursor.expect('.');
  std::size_t places = 0;
  const std::uint64_t fraction = cursor.digits(&places);
  std::uint64_t scale = 1;
  for (std::size_t i = places; i < 9; ++i) scale *= 10;
  return {whole * 1'000'000'000 + fraction * scale, true};
}

/// record-tgid's "(    354) " or "(-------) ".
void skip_tgid(Cursor& cursor) {
  if (!cursor.ok() || cursor.peek() != '(') return;
  cursor.expect('(');
  for (int i = 0; i < 7 && cursor.ok(); ++i) cursor.expect(cursor.peek());
  cursor.expect(')');
  cursor.skip_blanks();
}

}  // namespace

LineHeader parse_line_header(std::string_view bytes) {
  LineHeader header;
  Cursor cursor(bytes, comm_column_width);
  cursor.expect('-');
  header.tid = static_cast<std::int32_t>(cursor.digits());
  cursor.expect(' ');
  cursor.skip_blanks();
  skip_tgid(cursor);
  cursor.expect('[');
  header.cpu = static_cast<int>(cursor.digits());
  cursor.expect(']');
  cursor.expect(' ');
  cursor.flags();
  header.time = parse_time(cursor);
  cursor.expect(':');
  cursor.expect(' ');
  header.fit = cursor.fit();
  header.length = cursor.at();
  if (header.fit == LineHeader::Fit::yes) {
    header.comm = bytes.substr(0, comm_column_width);
    const auto first = header.comm.find_first_not_of(' ');
    header.comm.remove_prefix(first == std::string_view::npos ? comm_column_width : first);
  }
  return header;
}

}  // namespace ftracectl

#include "decode/text/print_match.hpp"

#include <algorithm>
#include <array>

#include "decode/text/print_scan.hpp"
#include "model/print/print_words.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

std::string_view without_newlines_behind(std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

/// Tries the ends that each free text can have, the last one first.
///
/// Whether the rest of the message fits behind an end does not depend on where the text began. So an end that
/// failed once is never tried again: `floor_` holds, for each free piece, the lowest end tried, and all that
/// a later try could add lies below it.
class Matcher {
 public:
  Matcher(const PrintFormat& format, std::string_view message, std::vector<FieldValue>& values)
      : pieces_(format.pieces), message_(message), values_(values) {
    floor_.fill(std::string_view::npos);
    // Some formats (xfs, ext4) end with a newline, which may have been taken for the line's own.
    if (!pieces_.empty() && pieces_.back().kind == Kind::literal && pieces_.back().text.ends_with('\n')) {
      message_ = without_newlines_behind(message_);
    }
  }

  bool run() { return match(0, 0, 0); }

 private:
  std::string_view literal(std::size_t piece) const {
    const std::string_view text = pieces_[piece].text;
    return piece + 1 == pieces_.size() ? without_newlines_behind(text) : text;
  }

  /// The pieces from `piece` on, of which the free ones are number `free` and following, against the message
  /// from `at` on.
  bool match(std::size_t piece, std::size_t free, std::size_t at) {
    for (; piece < pieces_.size(); ++piece) {
      if (pieces_[piece].is_free()) return match_free(piece, free, at);
      const auto rest = message_.substr(at);
      if (pieces_[piece].kind == Kind::literal) {
        if (!rest.starts_with(literal(piece))) return false;
        at += literal(piece).size();
        continue;
      }
      const auto scanned = scan_piece(pieces_[piece], rest);
      if (!scanned) return false;
      tell(pieces_[piece], scanned->value);
      at += scanned->length;
    }
    return at == message_.size();
  }

  bool match_free(std::size_t piece, std::size_t free, std::size_t at) {
    const std::size_t last = last_end(pieces_[piece], at);
    const std::size_t told = values_.size();
    if (piece + 1 == pieces_.size()) {
      tell(pieces_[piece], message_.substr(at));
      return last == message_.size();
    }
    if (floor_[free] == 0) return false;
    std::size_t end = message_.rfind(literal(piece + 1), std::min(last, floor_[free] - 1));
    for (; end != std::string_view::npos && end >= at; end = message_.rfind(literal(piece + 1), end - 1)) {
      values_.resize(told);
      tell(pieces_[piece], message_.substr(at, end - at));
      if (match(piece + 1, free + 1, end)) return true;
      floor_[free] = end;
      if (end == 0) break;
    }
    return false;
  }

  /// The farthest place where a free text that begins at `at` can end.
  std::size_t last_end(const PrintPiece& piece, std::size_t at) const {
    if (piece.kind == Kind::word) return std::min(message_.find_first_of(" \n", at), message_.size());
    if (piece.max_length == 0) return message_.size();
    return std::min(at + piece.max_length, message_.size());
  }

  /// Words tell a number where no two numbers have them.
  void tell_words(const PrintPiece& piece, std::string_view words) {
    if (!piece.repeats) {
      const auto number = number_of_words(piece, words);
      Value value = number ? Value(*number) : Value(Unknown());
      if (number && piece.kind == Kind::symbol) value = Address{*number};
      values_.push_back({piece.field, value});
    }
    values_.push_back({piece.text_name, words});
  }

  void tell(const PrintPiece& piece, Value value) {
    if (!piece.text_name.empty()) return tell_words(piece, std::get<std::string_view>(value));
    if (piece.repeats) return;
    if (piece.kind == Kind::pointer) {
      const auto* number = std::get_if<std::uint64_t>(&value);
      values_.push_back({piece.field, number != nullptr ? Value(Address{*number}) : Value(Unknown())});
    } else if (piece.bits == 0) {
      values_.push_back({piece.field, value});
    } else {
      tell_part(piece, std::get<std::uint64_t>(value));
    }
  }

  /// A part's bits are cleared first: an earlier try may have set them.
  void tell_part(const PrintPiece& piece, std::uint64_t bits) {
    auto whole = std::find_if(values_.begin(), values_.end(),
                              [&](const FieldValue& other) { return other.name == piece.field; });
    if (whole == values_.end()) whole = values_.insert(whole, {piece.field, std::uint64_t{0}});
    const std::uint64_t mask = ((std::uint64_t{1} << piece.bits) - 1) << piece.low_bit;
    whole->value = (std::get<std::uint64_t>(whole->value) & ~mask) | bits << piece.low_bit;
  }

  const std::vector<PrintPiece>& pieces_;
  std::string_view message_;
  std::vector<FieldValue>& values_;
  std::array<std::size_t, PrintFormat::most_free_pieces> floor_;
};

}  // namespace

bool match_print_format(const PrintFormat& format, std::string_view message,
                        std::vector<FieldValue>& values) {
  values.clear();
  if (Matcher(format, message, values).run()) return true;
  values.clear();
  return false;
}

}  // namespace ftracectl

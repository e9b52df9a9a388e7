#include "model/print/c_lexer.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "model/print/c_expression.hpp"

namespace ftracectl {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_octal(char c) { return c >= '0' && c <= '7'; }

/// Longest first.
constexpr std::array<std::string_view, 13> long_punctuation = {
    "<<", ">>", "->", "<=", ">=", "==", "!=", "&&", "||", "++", "--", "##", "::"};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  std::vector<CToken> run() {
    std::vector<CToken> tokens;
    for (skip_blanks(); at_ < source_.size(); skip_blanks()) {
      CToken token = next();
      const bool continues =
          token.kind == CToken::Kind::text && !tokens.empty() && tokens.back().kind == CToken::Kind::text;
      if (continues)
        tokens.back().text += token.text;
      else
        tokens.push_back(std::move(token));
    }
    tokens.emplace_back();
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < source_.size() ? source_[at_ + ahead] : '\0';
  }

  void skip_blanks() {
    constexpr std::string_view blanks = " \t\r\n";
    while (at_ < source_.size() && blanks.find(source_[at_]) != std::string_view::npos) ++at_;
  }

  CToken next() {
    const char c = peek();
    if (is_letter(c)) return {CToken::Kind::identifier, std::string(word()), 0};
    if (is_digit(c)) return number();
    if (c == '"') return {CToken::Kind::text, quoted('"'), 0};
    if (c == '\'') return character();
    for (const auto punctuation : long_punctuation) {
      if (source_.substr(at_).starts_with(punctuation)) {
        at_ += punctuation.size();
        return {CToken::Kind::punctuation, std::string(punctuation), 0};
      }
    }
    ++at_;
    return {CToken::Kind::punctuation, std::string(1, c), 0};
  }

  std::string_view word() {
    const std::size_t start = at_;
    while (is_letter(peek()) || is_digit(peek())) ++at_;
    return source_.substr(start, at_ - start);
  }

  /// 16, 0x10, 020, each with U, L, UL, ULL behind.
  CToken number() {
    auto digits = word();
    const auto whole = digits;
    while (!digits.empty() && std::string_view("uUlL").find(digits.back()) != std::string_view::npos) {
      digits.remove_suffix(1);
    }
    const std::string_view suffix = whole.substr(digits.size());
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
      base = 16;
      digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.front() == '0') {
      base = 8;
    }
    const auto value = parse_number<std::uint64_t>(digits, base);
    if (!value) throw CSyntaxError("not a number: " + std::string(digits));
    return {CToken::Kind::number, std::string(suffix), *value};
  }

  CToken character() {
    CToken token{CToken::Kind::character, quoted('\''), 0};
    if (token.text.size() != 1) throw CSyntaxError("not one character: '" + token.text + "'");
    return token;
  }

  /// Raw newlines may stand in a string: the kernel keeps its formats unescaped (ext4, xfs on all seen).
  std::string quoted(char quote) {
    std::string text;
    for (++at_; at_ < source_.size() && peek() != quote;) {
      if (peek() == '\\') {
        text += escape();
      } else {
        text += peek();
        ++at_;
      }
    }
    if (at_ >= source_.size()) throw CSyntaxError("a string without an end");
    ++at_;
    return text;
  }

  /// \n \" \\ \x1b \033
  char escape() {
    ++at_;
    const char c = peek();
    if (c == 'x') {
      ++at_;
      return numbered(16, 2);
    }
    if (is_octal(c)) return numbered(8, 3);
    constexpr std::string_view names = "abfnrtv\\'\"?";
    constexpr std::string_view values = "\a\b\f\n\r\t\v\\'\"?";
    const auto found = names.find(c);
    if (at_ >= source_.size() || found == std::string_view::npos) throw CSyntaxError("unknown escape");
    ++at_;
    return values[found];
  }

  char numbered(int base, std::size_t most_digits) {
    const auto digits = source_.substr(at_, most_digits);
    int value = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, base);
    if (error != std::errc{} || value > 255 || value < 0) throw CSyntaxError("not a character's number");
    at_ += static_cast<std::size_t>(stop - digits.data());
    return static_cast<char>(value);
  }

  std::string_view source_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<CToken> lex_c(std::string_view source) { return Lexer(source).run(); }

}  // namespace ftracectl

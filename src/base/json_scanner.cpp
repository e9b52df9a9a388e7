#include "base/json_scanner.hpp"

#include "base/json_depth.hpp"
#include "base/text.hpp"

namespace ftracectl {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void append_utf8(std::string& to, std::uint32_t code_point) {
  const auto tail = [&](int shift) { to += static_cast<char>(0x80 | ((code_point >> shift) & 0x3f)); };
  if (code_point < 0x80) {
    to += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    to += static_cast<char>(0xc0 | (code_point >> 6));
    tail(0);
  } else if (code_point < 0x10000) {
    to += static_cast<char>(0xe0 | (code_point >> 12));
    tail(6);
    tail(0);
  } else {
    to += static_cast<char>(0xf0 | (code_point >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (kind != Kind::number && kind != Kind::string) return std::nullopt;
  return parse_number<std::int64_t>(text);
}

std::optional<std::string_view> JsonValue::string() const {
  if (kind != Kind::string) return std::nullopt;
  return text;
}

std::string JsonScanner::fault() const {
  return std::string(why_) + " at column " + std::to_string(fault_at_ + 1);
}

bool JsonScanner::fail(const char* why) {
  if (why_[0] == '\0') {
    why_ = why;
    fault_at_ = line_.size() - rest_.size();
  }
  return false;
}

void JsonScanner::skip_blanks() {
  while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\r' || rest_[0] == '\n'))
    rest_.remove_prefix(1);
}

bool JsonScanner::take_char(char c) {
  skip_blanks();
  if (rest_.empty() || rest_[0] != c) return false;
  rest_.remove_prefix(1);
  return true;
}

bool JsonScanner::read(std::string_view line, const Member& take) {
  line_ = rest_ = line;
  why_ = "";
  if (!read_object(take, 0)) return false;
  skip_blanks();
  return rest_.empty() || fail("something follows the object");
}

void JsonScanner::elements(std::string_view array, const Element& take) {
  line_ = rest_ = array;
  why_ = "";
  read_array(&take, 0);
}

bool JsonScanner::read_object(const Member& take, int depth) {
  if (!take_char('{')) return fail(rest_.empty() ? "unexpected end" : "no object");
  if (take_char('}')) return true;
  do {
    skip_blanks();
    std::string inner_key;
    std::string& key = depth == 0 ? key_ : inner_key;
    if (!read_string(key)) return false;
    if (!take_char(':')) return fail(rest_.empty() ? "unexpected end" : "a colon is missing");
    JsonValue value;
    if (!read_value(value, value_, depth)) return false;
    if (take) take(key, value);
  } while (take_char(','));
  return take_char('}') || fail(rest_.empty() ? "unexpected end" : "a comma or brace is missing");
}

bool JsonScanner::read_array(const Element* take, int depth) {
  if (!take_char('[')) return fail("no array");
  if (take_char(']')) return true;
  do {
    JsonValue value;
    if (!read_value(value, value_, depth)) return false;
    if (take != nullptr) (*take)(value);
  } while (take_char(','));
  return take_char(']') || fail(rest_.empty() ? "unexpected end" : "a comma or bracket is missing");
}

bool JsonScanner::read_value(JsonValue& value, std::string& to, int depth) {
  skip_blanks();
  if (rest_.empty()) return fail("unexpected end");
  if (depth > deepest_json) return fail("nested too deeply");
  const char* begin = rest_.data();
  bool good = true;
  if (rest_[0] == '"') {
    value.kind = JsonValue::Kind::string;
    good = read_string(to);
    value.text = to;
    return good;
  }
  if (rest_[0] == '{') {
    value.kind = JsonValue::Kind::object;
    good = read_object(nullptr, depth + 1);
  } else if (rest_[0] == '[') {
    value.kind = JsonValue::Kind::array;
    good = read_array(nullptr, depth + 1);
  } else if (rest_.starts_with("true") || rest_.starts_with("false")) {
    value.kind = JsonValue::Kind::boolean;
    rest_.remove_prefix(rest_[0] == 't' ? 4 : 5);
  } else if (rest_.starts_with("null")) {
    rest_.remove_prefix(4);
  } else {
    value.kind = JsonValue::Kind::number;
    good = read_number();
  }
  value.text = {begin, static_cast<std::size_t>(rest_.data() - begin)};
  return good;
}

bool JsonScanner::read_number() {
  std::size_t length = 0;
  while (length < rest_.size() &&
         (is_digit(rest_[length]) ||
          (rest_[length] != '\0' && std::string_view("+-.eE").find(rest_[length]) != std::string_view::npos)))
    ++length;
  const std::string_view number = rest_.substr(0, length);
  if (length == 0 || !(is_digit(number[0]) || (number[0] == '-' && length > 1 && is_digit(number[1]))))
    return fail("no value");
  rest_.remove_prefix(length);
  return true;
}

bool JsonScanner::read_string(std::string& to) {
  to.clear();
  if (rest_.empty()) return fail("unexpected end");
  if (rest_[0] != '"') return fail("no string");
  rest_.remove_prefix(1);
  while (true) {
    std::size_t plain = 0;
    while (plain < rest_.size() && rest_[plain] != '"' && rest_[plain] != '\\' &&
           static_cast<unsigned char>(rest_[plain]) >= 0x20)
      ++plain;
    to.append(rest_.substr(0, plain));
    rest_.remove_prefix(plain);
    if (rest_.empty()) return fail("unexpected end");
    const char c = rest_[0];
    if (c != '"' && c != '\\') return fail("a control character in a string");
    rest_.remove_prefix(1);
    if (c == '"') return true;
    if (!read_escape(to)) return false;
  }
}

bool JsonScanner::read_hex(std::uint32_t& number) {
  if (rest_.size() < 4) return fail("unexpected end");
  const auto parsed = parse_number<std::uint32_t>(rest_.substr(0, 4), 16);
  if (!parsed) return fail("no hex digits");
  number = *parsed;
  rest_.remove_prefix(4);
  return true;
}

bool JsonScanner::read_escape(std::string& to) {
  if (rest_.empty()) return fail("unexpected end");
  const char c = rest_[0];
  rest_.remove_prefix(1);
  constexpr std::string_view names = "\"\\/bfnrt";
  constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  const auto found = names.find(c);
  if (found != std::string_view::npos) {
    to += meant[found];
    return true;
  }
  std::uint32_t unit = 0;
  if (c != 'u') return fail("an unknown escape");
  // bpftrace prints bytes that are not ASCII as \uffffffe9: a negative char, not cut to a byte.
  if (rest_.starts_with("ffff") && rest_.size() >= 8 &&
      parse_number<std::uint32_t>(rest_.substr(4, 4), 16) >= 0xff80u) {
    to += static_cast<char>(*parse_number<std::uint32_t>(rest_.substr(6, 2), 16));
    rest_.remove_prefix(8);
    return true;
  }
  if (!read_hex(unit)) return false;
  std::uint32_t low = 0;
  if (unit >= 0xd800 && unit < 0xdc00 && rest_.starts_with("\\u")) {
    rest_.remove_prefix(2);
    if (!read_hex(low)) return false;
    unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
  }
  append_utf8(to, unit);
  return true;
}

}  // namespace ftracectl

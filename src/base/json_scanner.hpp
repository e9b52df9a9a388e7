#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

/// A value in a line of JSON.
struct JsonValue {
  enum class Kind { null, boolean, number, string, array, object };
  Kind kind = Kind::null;
  std::string_view text;  ///< of a string what it says, of all others as it stands there; until the next one

  /// A number without fraction or exponent; also one that stands in a string.
  std::optional<std::int64_t> integer() const;
  std::optional<std::string_view> string() const;
};

/// Reads one JSON object, a record of JSON Lines, without making a tree of it: there are hundreds of
/// thousands. Nested values are checked for their syntax and passed on as they stand there.
class JsonScanner {
 public:
  using Member = std::function<void(std::string_view key, const JsonValue& value)>;
  using Element = std::function<void(const JsonValue& value)>;

  /// Calls `take` for each member. False where this is no JSON object, and nothing else: fault() tells why.
  bool read(std::string_view line, const Member& take);
  /// The elements of an array, given as JsonValue::text has it.
  void elements(std::string_view array, const Element& take);

  /// "unexpected end at column 17".
  std::string fault() const;

 private:
  bool read_object(const Member& take, int depth);
  bool read_array(const Element* take, int depth);
  bool read_value(JsonValue& value, std::string& to, int depth);
  bool read_string(std::string& to);
  bool read_escape(std::string& to);
  bool read_number();
  bool read_hex(std::uint32_t& number);
  bool fail(const char* why);
  void skip_blanks();
  bool take_char(char c);

  std::string_view rest_;
  std::string_view line_;
  std::string key_;
  std::string value_;
  const char* why_ = "";
  std::size_t fault_at_ = 0;
};

void append_utf8(std::string& to, std::uint32_t code_point);

}  // namespace ftracectl

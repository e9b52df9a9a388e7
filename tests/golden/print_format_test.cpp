#include "model/print/print_format.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <list>
#include <map>
#include <random>

#include "decode/text/print_match.hpp"
#include "model/print/print_words.hpp"
#include "support/formats.hpp"

using namespace ftracectl;

namespace {

using Kind = PrintPiece::Kind;

/// A value made up, as it is to come back.
struct Made {
  std::string field;
  Value value;
};

/// Prints a print_fmt the way the kernel does: by its own small reading of the format string and with the C
/// library's conversions. From the compiled format it takes only which field stands in which place.
class Printer {
 public:
  Printer(const EventSchema& schema, const PrintFormat& format, unsigned seed)
      : text_(format_string(schema.print_fmt)), format_(format), random_(seed) {}

  /// False for formats that this printer does not read: escapes in the format string, pieces that stand for
  /// several conversions.
  bool print() {
    if (text_.find('\\') != std::string::npos) return false;
    std::size_t piece = 0;
    for (std::size_t at = 0; at < text_.size();) {
      if (text_[at] != '%') {
        message += text_[at++];
      } else if (text_[at + 1] == '%') {
        message += '%';
        at += 2;
      } else {
        const std::size_t end = conversion_end(at);
        while (piece < format_.pieces.size() && format_.pieces[piece].kind == Kind::literal) ++piece;
        if (piece == format_.pieces.size() || !suits(text_[end - 1], format_.pieces[piece])) return false;
        print_piece(text_.substr(at, end - at), format_.pieces[piece++]);
        at = end;
      }
    }
    const auto rest = format_.pieces.begin() + static_cast<std::ptrdiff_t>(piece);
    return std::all_of(rest, format_.pieces.end(), [](const auto& p) { return p.kind == Kind::literal; });
  }

  std::string message;
  std::vector<Made> expected;

 private:
  static std::string format_string(const std::string& print_fmt) {
    return print_fmt.substr(1, print_fmt.find('"', 1) - 1);
  }

  std::size_t conversion_end(std::size_t at) const {
    at = text_.find_first_of("diuxXocsp", at + 1) + 1;
    if (text_[at - 1] != 'p') return at;
    while (at < text_.size() && std::isalnum(static_cast<unsigned char>(text_[at])) != 0) ++at;
    return at;
  }

  /// A constant text is a conversion here and part of a literal in the compiled format.
  static bool suits(char last_letter, const PrintPiece& piece) {
    const bool is_text = piece.kind == Kind::string || piece.kind == Kind::word;
    return last_letter != 's' || is_text || piece.kind == Kind::symbol;
  }

  std::uint64_t any_number() {
    const auto bits = std::uniform_int_distribution<unsigned>(0, 63)(random_);
    return std::uniform_int_distribution<std::uint64_t>()(random_) >> bits;
  }

  const std::string& any_text(const char* alphabet, std::size_t longest) {
    const std::string_view characters = alphabet;
    texts_.emplace_back();
    for (auto left = any_number() % (longest + 1); left > 0; --left) {
      texts_.back() += characters[any_number() % characters.size()];
    }
    return texts_.back();
  }

  template <typename T>
  void append(const std::string& conversion, T value) {
    char buffer[256];
    const int length = std::snprintf(buffer, sizeof buffer, conversion.c_str(), value);
    message.append(buffer, static_cast<std::size_t>(length));
  }

  /// "%#08llx" of "%#08x": all numbers here are 64 bits wide.
  static std::string widened(std::string conversion) {
    const char letter = conversion.back();
    while (conversion.find_last_of("hlLzjtdiuxXoc") == conversion.size() - 1) conversion.pop_back();
    return conversion + "ll" + letter;
  }

  void print_number(const std::string& conversion, const PrintPiece& piece) {
    std::uint64_t number = any_number();
    // C prints %#x of 0 as "0", the kernel as "0x0".
    if (conversion.find('#') != std::string::npos) number |= 1;
    if (piece.bits > 0) number &= (std::uint64_t{1} << piece.bits) - 1;
    append(widened(conversion), number);
    if (piece.kind == Kind::signed_) return tell(piece, static_cast<std::int64_t>(number));
    if (piece.bits == 0 || piece.repeats) return tell(piece, number);
    const auto same = [&](const Made& made) { return made.field == piece.field; };
    const auto whole = std::find_if(expected.begin(), expected.end(), same);
    const std::uint64_t part = number << piece.low_bit;
    if (whole == expected.end()) return tell(piece, part);
    whole->value = std::get<std::uint64_t>(whole->value) | part;
  }

  void tell(const PrintPiece& piece, Value value) {
    if (!piece.text_name.empty()) {
      const auto number = number_of_words(piece, std::get<std::string_view>(value));
      if (!piece.repeats) expected.push_back({piece.field, number ? Value(*number) : Value(Unknown())});
      expected.push_back({piece.text_name, value});
    } else if (!piece.repeats)
      expected.push_back({piece.field, value});
  }

  void tell_text(const std::string& conversion, const PrintPiece& piece, const std::string& text) {
    append(conversion.find('p') == std::string::npos ? conversion : "%s", text.c_str());
    tell(piece, std::string_view(text));
  }

  void print_piece(const std::string& conversion, const PrintPiece& piece) {
    switch (piece.kind) {
      case Kind::string:
        return tell_text(conversion, piece, any_text("kQ~^\n", piece.max_length > 0 ? piece.max_length : 40));
      case Kind::word:
        return tell_text(conversion, piece, any_text("K_~", 12));
      case Kind::symbol:
        return tell_text("%s", piece,
                         texts_.emplace_back(any_number() % 2 == 0 ? "do_x+0x1/0x2 [m_1]" : "do_x"));
      case Kind::character:
        return tell_text("%s", piece, texts_.emplace_back("~"));
      case Kind::pointer: {
        const std::uint64_t number = any_number();
        append("%016llx", static_cast<unsigned long long>(number));
        return tell(piece, Address{number});
      }
      default:
        return print_number(conversion, piece);
    }
  }

  std::string text_;
  const PrintFormat& format_;
  std::mt19937 random_;
  std::list<std::string> texts_;
};

bool same_values(const std::vector<Made>& expected, const std::vector<FieldValue>& values) {
  return std::equal(expected.begin(), expected.end(), values.begin(), values.end(),
                    [](const Made& made, const FieldValue& value) {
                      return made.field == value.name && made.value == value.value;
                    });
}

/// True where the printer could print the format; then all rounds must come back.
bool round_trips(const EventSchema& schema, const PrintFormat& format) {
  std::vector<FieldValue> values;
  for (unsigned round = 0; round < 20; ++round) {
    Printer printer(schema, format, schema.id * 100 + round);
    if (!printer.print()) return false;
    const bool matched = match_print_format(format, printer.message, values);
    CHECK_MESSAGE(matched, schema.full_name(), ": ", printer.message);
    if (!matched) return true;
    const bool same = same_values(printer.expected, values);
    CHECK_MESSAGE(same, schema.full_name(), ": ", printer.message);
  }
  return true;
}

}  // namespace

TEST_CASE("how many print formats can be read backwards, kernel by kernel") {
  // Syscall events stand apart: their print_fmt is not what the kernel prints. The numbers may only grow.
  const std::map<std::string, std::size_t> at_least = {
      {"5.10", 615}, {"6.1", 643}, {"6.12", 753}, {"6.18", 1385}, {"7.3", 814}};
  for (const auto& kernel : test::fixture_kernels()) {
    std::size_t compiled = 0;
    for (const auto& file : test::format_files(kernel)) {
      if (file.system == "syscalls") continue;
      if (compile_print_format(parse_format(file.text, file.system, file.path))) ++compiled;
    }
    CAPTURE(kernel);
    CHECK(compiled >= at_least.at(kernel));
  }
}

TEST_CASE("what is printed from a compiled format is read back, value by value") {
  std::size_t formats = 0;
  for (const auto& kernel : test::fixture_kernels()) {
    for (const auto& file : test::format_files(kernel)) {
      const auto schema = parse_format(file.text, file.system, file.path);
      const auto format = compile_print_format(schema);
      if (format && round_trips(schema, *format)) ++formats;
    }
  }
  CHECK(formats > 7000);
}

TEST_CASE("print formats cut at any byte compile or not, and never crash") {
  for (const auto& kernel : test::fixture_kernels()) {
    const auto files = test::format_files(kernel);
    for (std::size_t i = 0; i < files.size(); i += 211) {
      auto schema = parse_format(files[i].text, files[i].system, files[i].path);
      const std::string whole = schema.print_fmt.substr(0, 3000);
      for (std::size_t length = 0; length < whole.size(); ++length) {
        schema.print_fmt = whole.substr(0, length);
        compile_print_format(schema);
      }
    }
  }
}

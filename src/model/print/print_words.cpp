#include "model/print/print_words.hpp"

#include "base/text.hpp"
#include "model/print/print_bits.hpp"
#include "model/print/print_names.hpp"

namespace ftracectl {

namespace {

using Kind = CExpression::Kind;

/// A pair of the lists, { 0x1, "A" }.
struct Pair {
  std::optional<std::uint64_t> number;
  std::string_view name;
};

/// Nothing behind the end of the list, { -1, NULL }.
std::optional<Pair> pair_of(const CExpression& braces) {
  if (braces.kind != Kind::braces || braces.parts.size() != 2) return std::nullopt;
  const CExpression& name = without_casts(braces.parts[1]);
  if (name.kind != Kind::text) return std::nullopt;
  return Pair{constant_value(braces.parts[0]), name.name};
}

std::optional<std::uint64_t> bare_hex(std::string_view words) {
  if (!words.starts_with("0x")) return std::nullopt;
  return parse_number<std::uint64_t>(words.substr(2), 16);
}

/// The number of one name in the pairs from `first` on.
std::optional<std::uint64_t> number_of_name(const CExpression& call, std::size_t first,
                                            std::string_view name) {
  std::optional<std::uint64_t> found;
  for (std::size_t i = first; i < call.parts.size(); ++i) {
    const auto pair = pair_of(call.parts[i]);
    if (!pair) break;
    if (!pair->number) return std::nullopt;
    if (pair->name != name) continue;
    if (found && *found != *pair->number) return std::nullopt;
    found = pair->number;
  }
  return found ? found : bare_hex(name);
}

std::optional<std::uint64_t> number_of_flags(const CExpression& call, std::string_view words) {
  if (call.parts.size() < 2 || call.parts[1].kind != Kind::text) return std::nullopt;
  const std::string& delimiter = call.parts[1].name;
  if (words.empty()) return std::uint64_t{0};
  if (delimiter.empty()) return number_of_name(call, 2, words);
  std::uint64_t all = 0;
  while (true) {
    const auto end = words.find(delimiter);
    const auto number = number_of_name(call, 2, words.substr(0, end));
    if (!number) return std::nullopt;
    all |= *number;
    if (end == std::string_view::npos) return all;
    words.remove_prefix(end + delimiter.size());
  }
}

bool is_plain_field(const CExpression& expression) { return !value_name(without_casts(expression)).empty(); }

}  // namespace

std::optional<std::uint64_t> number_of_words(const PrintPiece& piece, std::string_view words) {
  if (piece.arguments.size() != 1 || piece.partial) return std::nullopt;
  if (piece.kind == PrintPiece::Kind::symbol) return bare_hex(words);
  const CExpression& argument = without_casts(piece.arguments.front());
  if (piece.kind == PrintPiece::Kind::character) {
    if (!is_plain_field(argument) || words.size() != 1) return std::nullopt;
    return static_cast<unsigned char>(words.front());
  }
  if (argument.kind != Kind::call || argument.parts.empty() || !is_plain_field(argument.parts.front())) {
    return std::nullopt;
  }
  if (is_call(argument, {"__print_symbolic", "__print_symbolic_u64"}))
    return number_of_name(argument, 1, words);
  if (is_call(argument, {"__print_flags", "__print_flags_u64"})) return number_of_flags(argument, words);
  return std::nullopt;
}

}  // namespace ftracectl

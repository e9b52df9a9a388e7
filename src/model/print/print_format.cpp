#include "model/print/print_format.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>

#include "model/print/c_expression.hpp"
#include "model/print/print_argument.hpp"
#include "model/print/print_conversion.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

void append_literal(std::vector<PrintPiece>& pieces, const std::string& text) {
  if (text.empty()) return;
  if (pieces.empty() || pieces.back().kind != Kind::literal) pieces.emplace_back();
  pieces.back().text += text;
}

/// Two words of one field with nothing between are one: sched_switch prints prev_state as "%s%s", "R" "+".
bool continues_word(const std::vector<PrintPiece>& pieces, const PrintPiece& next) {
  if (pieces.empty() || next.kind != Kind::word || next.width > 0) return false;
  const auto& last = pieces.back();
  return last.kind == Kind::word && last.width == 0 && last.field == next.field;
}

std::vector<PrintPiece> pieces_of(const EventSchema& schema) {
  const CPrintCall call = parse_print_call(schema.print_fmt);
  const PrintTemplate print_template = parse_print_template(call.format);
  if (print_template.parts.size() != call.arguments.size()) throw CSyntaxError("arguments do not fit");
  std::vector<PrintPiece> pieces;
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const auto& part = print_template.parts[i];
    append_literal(pieces, part.text);
    PrintPiece next = piece_of(part.conversion, call.arguments[i], schema);
    if (next.kind == Kind::literal) {
      append_literal(pieces, next.text);
      continue;
    }
    if (!continues_word(pieces, next)) pieces.push_back(std::move(next));
    pieces.back().arguments.push_back(call.arguments[i]);
  }
  append_literal(pieces, print_template.tail);
  return pieces;
}

/// The pieces that print one field.
using Group = std::vector<PrintPiece*>;

/// Whether parts such as major and minor leave no bit out.
bool parts_make_whole(const Group& group, const EventSchema& schema) {
  std::uint64_t seen = 0;
  for (const auto* piece : group) {
    if (piece->bits == 0) continue;
    const std::uint64_t mask = (std::uint64_t{1} << piece->bits) - 1;
    seen |= mask << piece->low_bit;
  }
  const Field* field = schema.find(group.front()->field);
  const std::size_t bits = field != nullptr ? field->size * 8 : 0;
  return bits > 0 && bits <= 64 && seen == ~std::uint64_t{0} >> (64 - bits);
}

void keep_only(const Group& group, const PrintPiece& teller) {
  for (auto* piece : group) piece->repeats = piece != &teller;
}

/// Tells the value of the field. A pointer does not: most kernels print a hash of it.
bool tells_value(const PrintPiece& piece) {
  return piece.bits == 0 && piece.kind != Kind::word && piece.kind != Kind::symbol &&
         piece.kind != Kind::pointer;
}

/// Names the field's value by words.
bool names_value(const PrintPiece& piece) {
  return piece.bits == 0 && !piece.partial && piece.kind != Kind::pointer;
}

/// A field may be printed more than once, as "state=%d (%s)": the number tells its value, the words only
/// repeat it. Several words can tell a bit each, which is nothing that could go under the field's name.
void choose_teller(const Group& group, const EventSchema& schema) {
  if (group.size() == 1 && group.front()->bits == 0) return;
  const auto first = [&](auto&& wanted) {
    return std::find_if(group.begin(), group.end(), [&](const PrintPiece* piece) { return wanted(*piece); });
  };
  if (const auto found = first(tells_value); found != group.end()) return keep_only(group, **found);
  if (parts_make_whole(group, schema)) {
    for (auto* piece : group) piece->repeats = piece->bits == 0;
    return;
  }
  const auto found = first(names_value);
  if (found == group.end()) throw CSyntaxError("parts of one field: " + group.front()->field);
  keep_only(group, **found);
}

void mark_repeats(std::vector<PrintPiece>& pieces, const EventSchema& schema) {
  std::map<std::string, Group> groups;
  for (auto& piece : pieces) {
    if (piece.kind != Kind::literal) groups[piece.field].push_back(&piece);
  }
  for (const auto& [field, group] : groups) choose_teller(group, schema);
}

/// Words for a number: of a state, of flags, of an address in the kernel, the letter for a yes or no.
bool prints_words(const PrintPiece& piece, const EventSchema& schema) {
  if (piece.kind == Kind::symbol || piece.kind == Kind::character) return true;
  if (piece.kind != Kind::word) return false;
  const Field* field = schema.find(piece.field.substr(0, piece.field.find('[')));
  return field != nullptr && (!field->is_array || piece.field.ends_with(']'));
}

/// The words of each field have one value, whoever tells the number.
void name_words(std::vector<PrintPiece>& pieces, const EventSchema& schema) {
  std::set<std::string> named;
  for (auto& piece : pieces) {
    if (piece.kind == Kind::literal || !prints_words(piece, schema)) continue;
    if (named.insert(piece.field).second) piece.text_name = piece.field + "_text";
  }
}

bool may_continue_number(const PrintPiece& number, char c) {
  if (c >= '0' && c <= '9') return true;
  return number.kind == Kind::hex && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
}

bool may_continue_symbol(std::string_view text) {
  const char c = text.front();
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' ||
         c == '$' || c == '+' || text.starts_with(" [");
}

/// Whether one can see where `piece` ends and `next` begins.
bool has_border(const PrintPiece& piece, const PrintPiece& next) {
  switch (piece.kind) {
    case Kind::literal:
    case Kind::pointer:
    case Kind::character:
      return true;
    case Kind::string:
    case Kind::word:
      // A padded word is taken up to the next blank, whoever put that there.
      return next.kind == Kind::literal && (piece.is_free() || next.text.front() == ' ');
    case Kind::symbol:
      return next.kind == Kind::literal && !may_continue_symbol(next.text);
    case Kind::signed_:
    case Kind::unsigned_:
    case Kind::hex:
    case Kind::octal:
      break;
  }
  return next.kind == Kind::literal && !may_continue_number(piece, next.text.front());
}

void require_borders(const std::vector<PrintPiece>& pieces) {
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
    if (!has_border(pieces[i], pieces[i + 1])) throw CSyntaxError("no border behind " + pieces[i].field);
  }
}

PrintFormat compile(const EventSchema& schema) {
  PrintFormat format;
  format.pieces = pieces_of(schema);
  mark_repeats(format.pieces, schema);
  name_words(format.pieces, schema);
  require_borders(format.pieces);
  const auto free_pieces =
      std::count_if(format.pieces.begin(), format.pieces.end(), [](const auto& p) { return p.is_free(); });
  if (static_cast<std::size_t>(free_pieces) > PrintFormat::most_free_pieces) {
    throw CSyntaxError("too many texts");
  }
  format.has_free_text = std::any_of(format.pieces.begin(), format.pieces.end(),
                                     [](const auto& piece) { return piece.kind == Kind::string; });
  return format;
}

}  // namespace

std::optional<PrintFormat> compile_print_format(const EventSchema& schema) {
  try {
    return compile(schema);
  } catch (const CSyntaxError&) {
    return std::nullopt;
  }
}

}  // namespace ftracectl

#include "decode/pages/raw_fields.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

#include "decode/pages/field_bytes.hpp"
#include "decode/pages/print_value.hpp"
#include "decode/pages/syscall_text.hpp"
#include "model/print/print_names.hpp"
#include "model/tracefs/exec_probe.hpp"

namespace ftracectl {

namespace {

using Kind = PrintPiece::Kind;

constexpr std::string_view number_field = "__syscall_nr";

bool is_number(Kind kind) {
  return kind == Kind::signed_ || kind == Kind::unsigned_ || kind == Kind::hex || kind == Kind::octal ||
         kind == Kind::pointer;
}

std::uint64_t extended(std::uint64_t number, unsigned unused_bits, bool is_signed) {
  number <<= unused_bits;
  return is_signed ? static_cast<std::uint64_t>(static_cast<std::int64_t>(number) >> unused_bits)
                   : number >> unused_bits;
}

std::uint64_t cut_number(std::uint64_t number, std::size_t bytes, bool is_signed) {
  if (bytes == 0 || bytes >= sizeof number) return number;
  return number_of({reinterpret_cast<const char*>(&number), bytes}, is_signed);
}

void append_element(std::uint64_t value, ByteBuffer& to) {
  constexpr std::size_t longest = 16;
  to += "0x";
  char* at = to.room_for(longest);
  to.took(static_cast<std::size_t>(std::to_chars(at, at + longest, value, 16).ptr - at));
}

/// What a syscall's print format tells in words of one field alone: REC->flags ? __print_flags(REC->flags,
/// ...) : "O_RDONLY". More than one expression where they stand side by side.
std::map<std::string, std::vector<CExpression>> words_in_print_fmt(const EventSchema& schema) {
  std::map<std::string, std::vector<CExpression>> words;
  try {
    for (const auto& argument : parse_print_call(schema.print_fmt).arguments) {
      const auto& plain = without_casts(argument);
      const bool is_text = plain.kind == CExpression::Kind::conditional ||
                           is_call(plain, {"__print_flags", "__print_symbolic"});
      std::set<std::string> names;
      collect_fields(plain, names);
      if (is_text && names.size() == 1) words[*names.begin()].push_back(argument);
    }
  } catch (const CSyntaxError&) {
    return {};
  }
  return words;
}

}  // namespace

RawFields::RawFields(const KnownEvent& event) : event_(event) {
  if (event.text == KnownEvent::Text::syscall_enter) {
    const auto words = words_in_print_fmt(event.schema);
    for (const auto& argument : event.syscall_form->arguments) {
      add_syscall_argument(argument, words);
    }
    find_doubtful();
    find_plain_numbers();
    return;
  }
  // Our own probe's arrays are taken whole.
  if (event.print_format != nullptr && !is_exec_probe_group(event.schema.system)) {
    for (const auto& piece : event.print_format->pieces) add_piece(piece);
  }
  for (const auto& field : event.schema.fields) {
    if ((!has_row(field) || is_second(field)) && field.name != number_field) add_field(field);
  }
  find_doubtful();
  find_plain_numbers();
}

/// Most fields are: they are read without a question.
void RawFields::find_plain_numbers() {
  for (auto& row : rows_) {
    const Field& field = *row.field;
    const bool is_plain = row.how == How::number && field.storage == Field::Storage::fixed &&
                          field.size > 0 && field.size <= 8 && std::has_single_bit(field.size);
    if (!is_plain) continue;
    const auto unused = [](std::size_t bytes) {
      return bytes == 0 || bytes >= 8 ? 0U : static_cast<unsigned>(64 - 8 * bytes);
    };
    row.how = How::plain;
    row.plain = {field.offset, field.size, unused(field.size), unused(row.bytes), field.is_signed, false};
    row.plain.is_address = field.size == 8 && row.is_address;
    plain_end_ = std::max(plain_end_, field.offset + field.size);
  }
  all_plain_ = std::all_of(rows_.begin(), rows_.end(), [](const Row& row) { return row.how == How::plain; });
}

Value RawFields::plain_value(const Row& row, std::string_view entry) {
  const Plain& plain = row.plain;
  if (plain.is_address) return Address{load_number(entry.data() + plain.offset, 8)};
  const std::uint64_t number =
      extended(load_number(entry.data() + plain.offset, plain.size), plain.unused_bits, plain.is_signed);
  const std::uint64_t printed = extended(number, plain.unused_printed_bits, row.is_signed);
  if (row.is_signed) return static_cast<std::int64_t>(printed);
  if (row.is_address) return Address{printed};
  return printed;
}

bool RawFields::has_row_of(std::string_view name) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) { return row.name == name; });
}

/// Of the field, or of its elements.
bool RawFields::has_row(const Field& field) const {
  return std::any_of(rows_.begin(), rows_.end(), [&](const Row& row) {
    return row.field == &field && std::string_view(row.name).substr(0, row.name.find('[')) == field.name;
  });
}

bool RawFields::is_second(const Field& field) const {
  return event_.schema.find(field.name) != &field && !has_row(field);
}

/// A piece for words makes two values: the number, unless another piece tells it, and the words.
void RawFields::add_piece(const PrintPiece& piece) {
  if (piece.kind == Kind::literal || piece.arguments.empty()) return;
  const bool is_dynamic = piece.kind == Kind::string;
  const Field* field = field_named(event_.schema, piece.field.substr(0, piece.field.find('[')), is_dynamic);
  if (field == nullptr) return;
  if (!piece.repeats && !has_row_of(piece.field)) add_value(piece, *field);
  if (piece.text_name.empty() || has_row_of(piece.text_name)) return;
  const How how = piece.kind == Kind::symbol ? How::symbol : How::word;
  rows_.push_back({how, piece.text_name, field, 0, false, false, &piece});
}

void RawFields::add_value(const PrintPiece& piece, const Field& field) {
  Row row{How::number, piece.field, &field, piece.bytes, piece.kind == Kind::signed_, false, &piece};
  if (is_number(piece.kind)) {
    const bool is_plain = piece.arguments.front().kind == CExpression::Kind::field || piece.bits > 0;
    if (piece.bits > 0) row.bytes = field.size;
    row.is_address = piece.kind == Kind::pointer || field.is_pointer();
    if (!is_plain) row.how = How::printed;
  } else if (!piece.text_name.empty()) {
    if (piece.field.ends_with(']')) {
      row.how = How::printed;
      row.bytes = 8;
    } else {
      row.bytes = field.size;
      row.is_signed = field.is_signed;
      row.is_address = piece.kind == Kind::symbol || field.is_pointer();
    }
  } else if (piece.kind == Kind::string && field.is_array) {
    row.how = How::text;
  } else if (piece.kind == Kind::word && field.is_array) {
    row.how = How::elements;
    row.bytes = field.element_size();
  } else {
    return;  // the text behind a pointer of the kernel's: what there is in the entry is the pointer
  }
  rows_.push_back(std::move(row));
}

void RawFields::add_field(const Field& field) {
  Row row{How::number, field.name, &field, field.size, field.is_signed, field.is_pointer() && !field.is_array,
          nullptr};
  if (field.is_string()) {
    row.how = How::text;
  } else if (field.is_array || field.storage != Field::Storage::fixed || field.size > 8) {
    row.how = How::elements;
    row.bytes = field.element_size();
  }
  // The second of one name, as regmap:regcache_sync has.
  const Field* first = event_.schema.find(field.name);
  if (first != nullptr && first != &field) row.name += "#2";
  rows_.push_back(std::move(row));
}

/// A register has 64 bits; of those an argument has what its type in C says.
void RawFields::add_syscall_argument(const SyscallForm::Argument& argument,
                                     const std::map<std::string, std::vector<CExpression>>& words) {
  const Field& field = *argument.field;
  rows_.push_back(
      {How::number, field.name, &field, argument.bytes, argument.is_signed, argument.is_address, nullptr});
  if (const auto named = words.find(field.name); named != words.end()) {
    own_pieces_.emplace_back().arguments = named->second;
    rows_.push_back({How::word, argument.text_name, &field, 0, false, false, &own_pieces_.back()});
  }
  if (argument.string_field != nullptr) {
    rows_.push_back({How::text, argument.text_name, argument.string_field, 0, false, false, nullptr});
  }
}

/// What the file says of the field does not fit together: its value is not known.
void RawFields::find_doubtful() {
  for (auto& row : rows_) {
    const Field& field = *row.field;
    const bool is_fixed_array =
        field.is_array && field.storage == Field::Storage::fixed && field.array_length > 0;
    const bool has_no_elements = row.how == How::elements && row.bytes == 0;
    const bool is_element = row.name.ends_with(']');
    if (field.storage == Field::Storage::unknown || has_no_elements ||
        ((is_fixed_array || is_element) && field.element_size() == 0)) {
      row.how = How::unknown;
    }
  }
}

bool RawFields::read(std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
                     std::vector<FieldValue>& values) {
  if (entry.size() < plain_end_) return false;
  values.resize(rows_.size());
  if (!all_plain_) return read_all(entry, symbols, made, values);
  FieldValue* to = values.data();
  for (const auto& row : rows_) *to++ = {row.name, plain_value(row, entry)};
  return true;
}

bool RawFields::read_all(std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
                         std::vector<FieldValue>& values) {
  values.clear();
  made.clear();
  made_.clear();
  for (const auto& row : rows_) {
    if (row.how == How::plain) {
      values.push_back({row.name, plain_value(row, entry)});
    } else if (!read_row(row, entry, symbols, made, values)) {
      return false;
    }
  }
  for (const auto& text : made_) values[text.value].value = made.view().substr(text.begin, text.size);
  return true;
}

bool RawFields::read_row(const Row& row, std::string_view entry, const SymbolNames& symbols, ByteBuffer& made,
                         std::vector<FieldValue>& values) {
  if (row.how == How::unknown) {
    values.push_back({row.name, Unknown()});
    return true;
  }
  const auto bytes = bytes_of(*row.field, entry);
  if (!bytes) return false;
  const std::size_t begin = made.size();
  switch (row.how) {
    case How::plain:
    case How::number:
    case How::unknown:
      read_number(row, *bytes, values);
      return true;
    case How::text:
      values.push_back({row.name, text_of(*bytes)});
      return true;
    case How::printed:
      if (const auto number = number_printed(row.piece->arguments.front(), event_.schema, entry)) {
        const std::uint64_t cut = cut_number(*number, row.bytes, row.is_signed);
        values.push_back({row.name, row.is_signed ? Value(static_cast<std::int64_t>(cut)) : Value(cut)});
      } else {
        values.push_back({row.name, Unknown()});
      }
      return true;
    case How::word:
      append_words(row, *bytes, entry, made);
      keep_made(row, begin, made, values);
      return true;
    case How::symbol:
      append_symbol(row, number_of(*bytes, false), symbols, made);
      keep_made(row, begin, made, values);
      return true;
    case How::elements:
      break;
  }
  made += '{';
  for (std::size_t at = 0; at + row.bytes <= bytes->size(); at += row.bytes) {
    if (at > 0) made += ',';
    append_element(number_of(bytes->substr(at, row.bytes), false), made);
  }
  made += '}';
  keep_made(row, begin, made, values);
  return true;
}

/// Empty where the format makes words in a way that is not known.
void RawFields::append_words(const Row& row, std::string_view bytes, std::string_view entry,
                             ByteBuffer& made) const {
  if (row.piece->kind == Kind::character && row.piece->arguments.front().kind == CExpression::Kind::field) {
    made += bytes.substr(0, 1);
    return;
  }
  for (const auto& argument : row.piece->arguments) {
    if (!append_printed(argument, event_.schema, entry, made)) return;
  }
}

/// "vfs_write", "vfs_write+0x12/0x80" or "nf_hook+0x12/0x80 [nf_tables]", as %ps and %pS print it.
void RawFields::append_symbol(const Row& row, std::uint64_t address, const SymbolNames& symbols,
                              ByteBuffer& made) {
  const SymbolPlace place = symbols ? symbols(address) : SymbolPlace();
  if (place.name.empty()) return append_element(address, made);
  const auto module = std::min(place.name.find(" ["), place.name.size());
  made += place.name.substr(0, module);
  if (row.piece->with_offset) {
    made += "+";
    append_element(place.offset, made);
    made += "/";
    append_element(place.size, made);
  }
  made += place.name.substr(module);
}

void RawFields::read_number(const Row& row, std::string_view bytes, std::vector<FieldValue>& values) const {
  const std::uint64_t number = number_of(bytes, row.field->is_signed);
  const std::uint64_t cut = cut_number(number, row.bytes, row.is_signed);
  if (row.is_address) {
    values.push_back({row.name, Address{cut}});
  } else if (row.is_signed) {
    values.push_back({row.name, static_cast<std::int64_t>(cut)});
  } else {
    values.push_back({row.name, cut});
  }
}

/// `made` may yet move: the text is found in it when all are made.
void RawFields::keep_made(const Row& row, std::size_t begin, const ByteBuffer& made,
                          std::vector<FieldValue>& values) {
  made_.push_back({values.size(), begin, made.size() - begin});
  values.push_back({row.name, std::string_view()});
}

}  // namespace ftracectl

#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/byte_buffer.hpp"
#include "base/field_name.hpp"
#include "base/short_text.hpp"
#include "output/json_text.hpp"

namespace ftracectl {

/// `"name":` and what follows, as one constant.
template <FieldName key, FieldName behind>
constexpr auto json_constant = [] {
  std::array<char, sizeof key.name - 1 + sizeof behind.name - 1 + 3> text{};
  char* at = text.data();
  *at++ = '"';
  at = std::copy(key.name, key.name + sizeof key.name - 1, at);
  *at++ = '"';
  *at++ = ':';
  std::copy(behind.name, behind.name + sizeof behind.name - 1, at);
  return text;
}();

/// `"name":"word",` as one constant.
template <FieldName key, FieldName word>
constexpr auto json_word = [] {
  std::array<char, sizeof key.name - 1 + sizeof word.name - 1 + 6> text{};
  constexpr auto front = json_constant<key, "\"">;
  char* at = std::copy(front.begin(), front.end(), text.data());
  at = std::copy(word.name, word.name + sizeof word.name - 1, at);
  *at++ = '"';
  *at = ',';
  return text;
}();

/// `"name":null,` of several keys, as one constant.
template <FieldName... keys>
constexpr auto json_nulls = [] {
  std::array<char, ((sizeof keys.name - 1 + 8) + ...)> text{};
  char* at = text.data();
  const auto put = [&at](const auto& constant) { at = std::copy(constant.begin(), constant.end(), at); };
  (put(json_constant<keys, "null,">), ...);
  return text;
}();

/// One JSON object on a line of its own, key by key, at the end of a buffer. Closes it when it goes. Each
/// value leaves a comma behind, of which the last one gives way to the brace.
///
/// This is what the program does most. The place where it writes is a local variable as long as the compiler
/// can see all that happens to it: so the functions are inlined, whatever the compiler thinks of their size,
/// and what is not gets the place as a value.
class JsonLine {
 public:
  [[gnu::always_inline]] explicit JsonLine(ByteBuffer& to)
      : to_(to), at_(to.room_for(room_at_once + room_for_fixed)), enough_(at_ + room_at_once) {
    *at_++ = '{';
  }
  [[gnu::always_inline]] ~JsonLine() {
    close('}');
    at_[-1] = '\n';
    assert(at_ <= enough_ + room_for_fixed);
    to_.took_until(at_);
  }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  template <FieldName... keys>
  [[gnu::always_inline]] void null() {
    put_constant(json_nulls<keys...>);
  }
  template <FieldName key>
  [[gnu::always_inline]] void number(std::int64_t value) {
    constant<key, "">();
    put_number(value);
  }
  template <FieldName key>
  [[gnu::always_inline]] void number(std::uint64_t value) {
    constant<key, "">();
    put_number(value);
  }
  template <FieldName key, typename Number>
  [[gnu::always_inline]] void number(const std::optional<Number>& value) {
    if (!value) return null<key>();
    if constexpr (std::is_signed_v<Number>) {
      number<key>(static_cast<std::int64_t>(*value));
    } else {
      number<key>(static_cast<std::uint64_t>(*value));
    }
  }
  /// A number that is mostly the one before, whose key this is.
  template <FieldName key_before, FieldName key>
  [[gnu::always_inline]] void number_twice(std::int64_t before, std::int64_t value) {
    const auto digits_at = at_ + json_constant<key_before, "">.size();
    number<key_before>(before);
    if (before != value) return number<key>(value);
    const std::string_view digits(digits_at, static_cast<std::size_t>(at_ - digits_at));
    constant<key, "">();
    at_ = copy_short(at_, digits);
  }
  /// Hex digits in a string.
  template <FieldName key>
  [[gnu::always_inline]] void address(std::uint64_t value) {
    constant<key, "">();
    at_ = write_json_address(at_, value);
    *at_++ = ',';
  }
  /// False where the text was not UTF-8: the caller keeps the bytes beside it.
  template <FieldName key>
  [[gnu::always_inline]] bool text(std::string_view value) {
    constant<key, "">();
    room(json_string_room(value.size()));
    return put_string(value);
  }
  /// Text that is known to be letters and the like: nothing to escape.
  template <FieldName key>
  [[gnu::always_inline]] void plain(std::string_view value) {
    constant<key, "\"">();
    room(value.size());
    put_plain(value);
    *at_++ = '"';
    *at_++ = ',';
  }
  /// "system:name". A folder's name and a file's word may be anything.
  template <FieldName key>
  [[gnu::always_inline]] void text_pair(std::string_view first, char between, std::string_view second) {
    constant<key, "\"">();
    room(json_string_room(first.size()) + json_string_room(second.size()));
    at_ = write_json_characters(at_, first).end;
    *at_++ = between;
    at_ = write_json_characters(at_, second).end;
    *at_++ = '"';
    *at_++ = ',';
  }
  /// The same as plain(), empty where it is not known.
  template <FieldName key>
  [[gnu::always_inline]] void word(std::string_view value) {
    if (value.empty()) {
      null<key>();
    } else {
      plain<key>(value);
    }
  }
  /// A value that is a constant, "ok" with its quotes.
  template <FieldName key, FieldName value>
  [[gnu::always_inline]] void fixed() {
    constant<key, value>();
    *at_++ = ',';
  }
  /// `"key":"value",` as one constant.
  template <FieldName key, FieldName value>
  [[gnu::always_inline]] void fixed_word() {
    put_constant(json_word<key, value>);
  }
  /// False where one of them was not UTF-8.
  template <FieldName key, typename Strings>
  [[gnu::always_inline]] bool array(const Strings& strings) {
    constant<key, "[">();
    bool are_utf8 = true;
    for (const auto& value : strings) {
      room(json_string_room(value.size()));
      are_utf8 = put_string(value) && are_utf8;
    }
    end_array();
    return are_utf8;
  }
  template <FieldName key, typename Strings>
  [[gnu::always_inline]] void hex_array(const Strings& strings) {
    constant<key, "[">();
    for (const auto& bytes : strings) put_hex(bytes);
    end_array();
  }
  /// An object as a value: what is put until end_object() is its own.
  template <FieldName key>
  [[gnu::always_inline]] void begin_object() {
    constant<key, "{">();
  }
  [[gnu::always_inline]] void end_object() { close('}'); }

  // Keys that are known only when the program runs: the names of events' fields.

  [[gnu::always_inline]] void number(std::string_view name, std::int64_t value) {
    begin_key(name, 0);
    put_number(value);
  }
  [[gnu::always_inline]] void number(std::string_view name, std::uint64_t value) {
    begin_key(name, 0);
    put_number(value);
  }
  /// Decimal digits in a string.
  template <typename Number>
  [[gnu::always_inline]] void number_as_text(std::string_view name, Number value) {
    begin_key(name, 0);
    *at_++ = '"';
    at_ = write_number(at_, value);
    *at_++ = '"';
    *at_++ = ',';
  }
  [[gnu::always_inline]] void address(std::string_view name, std::uint64_t value) {
    begin_key(name, 0);
    at_ = write_json_address(at_, value);
    *at_++ = ',';
  }
  [[gnu::always_inline]] void null(std::string_view name) {
    begin_key(name, 0);
    std::memcpy(at_, "null,", 5);
    at_ += 5;
  }
  [[gnu::always_inline]] bool text(std::string_view name, std::string_view value) {
    begin_key(name, json_string_room(value.size()));
    return put_string(value);
  }
  [[gnu::always_inline]] void hex(std::string_view name, std::string_view bytes) {
    begin_key(name, 0);
    put_hex(bytes);
  }
  void array(std::string_view name, const std::vector<std::string_view>& strings) {
    begin_key(name, 0);
    *at_++ = '[';
    for (const auto value : strings) {
      room(json_string_room(value.size()));
      put_string(value);
    }
    end_array();
  }

 private:
  /// Room for all that a line has of fixed size, keys and numbers: it is there behind each part whose size is
  /// known only when it is written, and the rest is written without a question.
  static constexpr std::size_t room_for_fixed = 4096;
  /// More than most lines have.
  static constexpr std::size_t room_at_once = 1024;

  /// For so many bytes, and all that has a fixed size behind them.
  [[gnu::always_inline]] void room(std::size_t count) {
    if (at_ + count <= enough_) return;
    to_.took_until(at_);
    at_ = to_.room_for(count + room_at_once + room_for_fixed);
    enough_ = at_ + count + room_at_once;
  }
  template <FieldName key, FieldName behind>
  [[gnu::always_inline]] void constant() {
    put_constant(json_constant<key, behind>);
  }
  template <std::size_t N>
  [[gnu::always_inline]] void put_constant(const std::array<char, N>& text) {
    std::memcpy(at_, text.data(), N);
    at_ += N;
  }
  [[gnu::always_inline]] void begin_key(std::string_view name, std::size_t more) {
    room(name.size() + more + json_number_room);
    *at_ = '"';
    at_ = copy_short(at_ + 1, name);
    std::memcpy(at_, "\":", 2);
    at_ += 2;
  }
  [[gnu::always_inline]] void put_plain(std::string_view value) { at_ = copy_short(at_, value); }
  template <typename Number>
  [[gnu::always_inline]] void put_number(Number value) {
    at_ = write_number(at_, value);
    *at_++ = ',';
  }
  [[gnu::always_inline]] bool put_string(std::string_view value) {
    const JsonString written = write_json_string(at_, value);
    at_ = written.end;
    *at_++ = ',';
    return written.is_utf8;
  }
  [[gnu::always_inline]] void put_hex(std::string_view bytes) {
    room(json_hex_room(bytes.size()));
    at_ = write_json_hex(at_, bytes);
    *at_++ = ',';
  }
  [[gnu::always_inline]] void end_array() { close(']'); }
  [[gnu::always_inline]] void close(char bracket) {
    if (at_[-1] == ',') --at_;
    *at_++ = bracket;
    *at_++ = ',';
  }

  ByteBuffer& to_;
  char* at_;
  char* enough_;  ///< with room_for_fixed behind it
};

}  // namespace ftracectl

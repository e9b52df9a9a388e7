#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <type_traits>

#include "base/byte_buffer.hpp"
#include "output/json_text.hpp"

namespace ftracectl {

/// One JSON object on a line of its own, key by key, at the end of a buffer. Closes it when it goes. Each
/// value leaves a comma behind, of which the last one gives way to the brace.
///
/// This is what the program does most. The place where it writes is a local variable as long as the compiler
/// can see all that happens to it: so the functions are inlined, whatever the compiler thinks of their size,
/// and what is not gets the place as a value.
class JsonLine {
 public:
  [[gnu::always_inline]] explicit JsonLine(ByteBuffer& to)
      : to_(to), at_(to.room_for(room_at_once)), end_(at_ + room_at_once) {
    *at_++ = '{';
  }
  [[gnu::always_inline]] ~JsonLine() {
    room(2);
    close('}');
    at_[-1] = '\n';
    to_.took_until(at_);
  }
  JsonLine(const JsonLine&) = delete;
  JsonLine& operator=(const JsonLine&) = delete;

  [[gnu::always_inline]] void null(std::string_view name) {
    room(name.size() + 8);
    begin_key(name);
    constant("null,");
  }
  [[gnu::always_inline]] void number(std::string_view name, std::int64_t value) { put_number(name, value); }
  [[gnu::always_inline]] void number(std::string_view name, std::uint64_t value) { put_number(name, value); }
  template <typename Number>
  [[gnu::always_inline]] void number(std::string_view name, const std::optional<Number>& value) {
    if (!value) return null(name);
    if constexpr (std::is_signed_v<Number>) {
      number(name, static_cast<std::int64_t>(*value));
    } else {
      number(name, static_cast<std::uint64_t>(*value));
    }
  }
  /// Hex digits in a string.
  [[gnu::always_inline]] void address(std::string_view name, std::uint64_t value) {
    room(name.size() + 4 + json_number_room);
    begin_key(name);
    at_ = write_json_address(at_, value);
    *at_++ = ',';
  }
  /// False where the text was not UTF-8: the caller keeps the bytes beside it.
  [[gnu::always_inline]] bool text(std::string_view name, std::string_view value) {
    room(name.size() + 4 + json_string_room(value.size()));
    begin_key(name);
    return put_string(value);
  }
  /// Text that is known to be letters and the like: nothing to escape.
  [[gnu::always_inline]] void plain(std::string_view name, std::string_view value) {
    room(name.size() + 6 + value.size());
    begin_key(name);
    *at_++ = '"';
    std::memcpy(at_, value.data(), value.size());
    at_ += value.size();
    constant("\",");
  }
  /// "system:name".
  [[gnu::always_inline]] void plain_pair(std::string_view name, std::string_view first, char between,
                                         std::string_view second) {
    room(name.size() + 7 + first.size() + second.size());
    begin_key(name);
    *at_++ = '"';
    std::memcpy(at_, first.data(), first.size());
    at_ += first.size();
    *at_++ = between;
    std::memcpy(at_, second.data(), second.size());
    at_ += second.size();
    constant("\",");
  }
  /// The same as plain(), empty where it is not known.
  [[gnu::always_inline]] void word(std::string_view name, std::string_view value) {
    if (value.empty()) {
      null(name);
    } else {
      plain(name, value);
    }
  }
  [[gnu::always_inline]] void hex(std::string_view name, std::string_view bytes) {
    room(name.size() + 4);
    begin_key(name);
    put_hex(bytes);
  }
  /// False where one of them was not UTF-8.
  template <typename Strings>
  [[gnu::always_inline]] bool array(std::string_view name, const Strings& strings) {
    begin_array(name);
    bool are_utf8 = true;
    for (const auto& value : strings) {
      room(json_string_room(value.size()) + 1);
      are_utf8 = put_string(value) && are_utf8;
    }
    end_array();
    return are_utf8;
  }
  template <typename Strings>
  [[gnu::always_inline]] void hex_array(std::string_view name, const Strings& strings) {
    begin_array(name);
    for (const auto& bytes : strings) put_hex(bytes);
    end_array();
  }
  /// An object as a value: what is put until end_object() is its own.
  [[gnu::always_inline]] void begin_object(std::string_view name) {
    room(name.size() + 4);
    begin_key(name);
    *at_++ = '{';
  }
  [[gnu::always_inline]] void end_object() {
    room(2);
    close('}');
  }

 private:
  /// More than most lines have.
  static constexpr std::size_t room_at_once = 512;

  [[gnu::always_inline]] void room(std::size_t count) {
    if (static_cast<std::size_t>(end_ - at_) >= count) return;
    to_.took_until(at_);
    at_ = to_.room_for(count + room_at_once);
    end_ = at_ + count + room_at_once;
  }
  [[gnu::always_inline]] void begin_key(std::string_view name) {
    *at_ = '"';
    std::memcpy(at_ + 1, name.data(), name.size());
    std::memcpy(at_ + 1 + name.size(), "\":", 2);
    at_ += name.size() + 3;
  }
  template <std::size_t N>
  [[gnu::always_inline]] void constant(const char (&text)[N]) {
    std::memcpy(at_, text, N - 1);
    at_ += N - 1;
  }
  template <typename Number>
  [[gnu::always_inline]] void put_number(std::string_view name, Number value) {
    room(name.size() + 4 + json_number_room);
    begin_key(name);
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
    room(json_hex_room(bytes.size()) + 1);
    at_ = write_json_hex(at_, bytes);
    *at_++ = ',';
  }
  [[gnu::always_inline]] void begin_array(std::string_view name) {
    room(name.size() + 4);
    begin_key(name);
    *at_++ = '[';
  }
  [[gnu::always_inline]] void end_array() {
    room(2);
    close(']');
  }
  [[gnu::always_inline]] void close(char bracket) {
    if (at_[-1] == ',') --at_;
    *at_++ = bracket;
    *at_++ = ',';
  }

  ByteBuffer& to_;
  char* at_;
  char* end_;
};

}  // namespace ftracectl

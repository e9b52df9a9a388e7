#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace ftracectl {

/// Bytes that are appended piece by piece, millions of times a second: what std::string does, but a short
/// piece is a bounds check and a copy in place, and room that is written into at once is not zeroed before.
class ByteBuffer {
 public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer&& other) noexcept
      : data_(std::move(other.data_)),
        size_(std::exchange(other.size_, 0)),
        capacity_(std::exchange(other.capacity_, 0)) {}
  ByteBuffer& operator=(ByteBuffer&& other) noexcept {
    data_ = std::move(other.data_);
    size_ = std::exchange(other.size_, 0);
    capacity_ = std::exchange(other.capacity_, 0);
    return *this;
  }

  std::string_view view() const { return {data_.get(), size_}; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  /// Keeps the room.
  void clear() { size_ = 0; }

  ByteBuffer& operator+=(char c) {
    *room_for(1) = c;
    ++size_;
    return *this;
  }
  ByteBuffer& operator+=(std::string_view bytes) {
    append(bytes);
    return *this;
  }
  /// A literal: its length is known to the compiler, and the copy is a few instructions.
  template <std::size_t N>
  ByteBuffer& operator+=(const char (&literal)[N]) {
    std::memcpy(room_for(N - 1), literal, N - 1);
    size_ += N - 1;
    return *this;
  }
  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(room_for(bytes.size()), bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  void append(std::size_t count, char c) {
    std::memset(room_for(count), c, count);
    size_ += count;
  }

  /// Room for so many bytes behind the last; took() says how many of them were written.
  char* room_for(std::size_t count) {
    if (capacity_ - size_ < count) grow(count);
    return data_.get() + size_;
  }
  void took(std::size_t count) { size_ += count; }
  /// The same, saying where what was written ends.
  void took_until(const char* end) { size_ = static_cast<std::size_t>(end - data_.get()); }

 private:
  [[gnu::noinline]] void grow(std::size_t count) {
    std::size_t capacity = capacity_ < least ? least : capacity_ * 2;
    while (capacity - size_ < count) capacity *= 2;
    std::unique_ptr<char[]> larger(new char[capacity]);  // make_unique would zero it
    if (size_ > 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }

  static constexpr std::size_t least = 256;

  std::unique_ptr<char[]> data_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace ftracectl

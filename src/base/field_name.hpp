#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace ftracectl {

/// A name as a template's argument: what stands around it in an output format is put together by the compiler.
template <std::size_t N>
struct FieldName {
  consteval FieldName(const char (&text)[N]) {
    std::copy(text, text + N, name);
  }  // NOLINT: a literal is a name

  constexpr std::string_view view() const { return {name, N - 1}; }

  char name[N]{};
};

/// A name as a function's argument: `put(field<"ret">, record.ret)`.
template <FieldName name>
struct FieldTag {
  static constexpr std::string_view view() { return name.view(); }
};

template <FieldName name>
inline constexpr FieldTag<name> field{};

}  // namespace ftracectl

#pragma once

#include <ftracectl/export.hpp>
#include <initializer_list>
#include <string_view>

namespace ftracectl FTRACECTL_PUBLIC {

/// What the kernel puts before an event's message. The buffer's options choose it. The first three differ in
/// their columns, whatever name the task has: no line is of two of them.
enum class TextLayout : unsigned {
  plain,    ///< "              wl-243     [001] .....     5.053518: ", with or without irq-info, record-tgid
  latency,  ///< latency-format: "      wl-243       1..... 17914us : "
  verbose,  ///< latency-format with verbose: "   wl     243   1 0 00000000 00000001 [01242abe] 15.842ms
            ///< (+0.000ms): "
  bare,     ///< context-info off: nothing at all
  narrow,   ///< plain or latency of a kernel before 5.10: the task's number has five columns and not seven
  loose,    ///< plain, with any number of blanks in its columns: text that was trimmed or pasted
  coded,    ///< raw, hex, bin: the kernel prints numbers of its own, and of most events no fields
};

/// A set of them.
class TextLayouts {
 public:
  constexpr TextLayouts(std::initializer_list<TextLayout> layouts) {
    for (const auto layout : layouts) add(layout);
  }
  constexpr bool has(TextLayout layout) const { return (bits_ & bit(layout)) != 0; }
  constexpr void add(TextLayout layout) { bits_ |= bit(layout); }
  constexpr void remove(TextLayout layout) { bits_ &= ~bit(layout); }
  friend constexpr bool operator==(TextLayouts, TextLayouts) = default;

 private:
  static constexpr unsigned bit(TextLayout layout) { return 1U << static_cast<unsigned>(layout); }
  unsigned bits_ = 0;
};

/// The options of a buffer that bear on the layout of its text.
struct TextOptions {
  bool latency_format = false;  ///< counts as it was when the pipe was opened; the others as they are (6.18)
  bool verbose = false;
  bool context_info = true;
  bool coded = false;
  bool fields = false;  ///< each event's fields are listed, and its print format is not used

  TextLayout layout() const;
};

/// Parses the file `trace_options`: lines of "context-info" or "nocontext-info".
TextOptions parse_text_options(std::string_view trace_options);

}  // namespace ftracectl

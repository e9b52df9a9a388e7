#pragma once

#include <cstddef>
#include <ftracectl/event_table.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// PageScrubber's task for the text of trace_pipe: words behind a string's end become 0x0, strings behind the
/// null of argv "(fault)". Of an entry that is torn what would have followed is not kept.
///
/// An entry is given on when its end is here: until then nothing tells what in it is behind an end.
class TextScrubber {
 public:
  explicit TextScrubber(const EventTable& events);

  /// Whether there is anything to do.
  bool is_needed() const { return is_needed_; }

  /// The entries that have come to their end. They live until the next call.
  std::string_view scrub(std::string_view bytes);
  /// The pipe is empty for now: what is here is torn, but for a last line that has not ended.
  std::string_view settle() { return take(More::of_the_line); }
  /// Nothing will follow.
  std::string_view finish() { return take(More::none); }

 private:
  /// What may still come.
  enum class More { of_the_entry, of_the_line, none };
  /// What the entries of an eprobe begin and end with.
  struct Eprobe {
    std::string begin;
    std::uint64_t nonce = 0;
    std::string end;
  };

  std::string_view take(More more);
  std::size_t take_line(std::string_view rest, std::size_t end);
  std::size_t take_entry(std::string_view rest, std::size_t end, std::size_t begin, const Eprobe& eprobe,
                         More more);
  bool drop(std::string_view line);

  bool is_needed_ = false;
  std::vector<Eprobe> eprobes_;
  std::string rest_;  ///< not given on
  std::string out_;
  std::size_t to_drop_ = 0;  ///< so many bytes may yet belong to a torn entry
};

/// The message of a uprobe without what lies behind the ends; nothing where the text is or holds none.
std::optional<std::string> scrub_uprobe_text(std::string_view text);
/// The same for an eprobe's, up to where it is torn.
std::optional<std::string> scrub_eprobe_text(std::string_view text, std::uint64_t nonce);

/// The one or the other, of an event whose probe is not known.
std::optional<std::string> scrub_message(std::string_view message);

/// Of a line that nobody understands: what may be a piece of a probe's text is cut out, too. Nothing where
/// there is none.
std::optional<std::string> scrub_piece(std::string_view line);

}  // namespace ftracectl

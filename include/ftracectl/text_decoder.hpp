#pragma once

#include <ftracectl/decoder.hpp>
#include <ftracectl/event.hpp>
#include <ftracectl/event_table.hpp>
#include <ftracectl/export.hpp>
#include <ftracectl/text_layout.hpp>
#include <string>
#include <string_view>

namespace ftracectl FTRACECTL_PUBLIC {

/// Turns the bytes of trace_pipe (or of a saved `trace`) into entries.
///
///     decoder.feed(bytes);
///     while (const Entry* entry = decoder.next()) ...     // views in it live until the next call
///     decoder.settle();                                   // the pipe is empty for now: no entry is half
///     here while (const Entry* entry = decoder.next()) ...
///
/// Bytes may come in pieces of any size; the entries are the same. An entry's message may hold newlines (a
/// file name, a marker): an event whose print format is known goes on until that is satisfied, so that a file
/// name that imitates lines of trace text stays one file name.
///
/// What stands before a message is known to whoever reads a live buffer, and told with expect(). Where nobody
/// tells, each line's own columns do; lines without a header (context-info off) are taken for events only
/// where the text begins with them and they decode. A text that nobody told of may have travelled: with CR LF, without
/// the blanks of its columns, behind atrace's "TRACE:" or in systrace's page, several files in one; its first lines
/// show that, and what only the first lines could show is not believed further on.
class TextDecoder : public Decoder {
 public:
  /// `events` must outlive the decoder and everything it yields.
  explicit TextDecoder(const EventTable& events);
  ~TextDecoder() override;

  /// What the buffer's options say of the lines that will be fed. More than one while a change may not have
  /// come through. How many columns a task's number has, which is the kernel's and not an option's, the first line
  /// tells that has a header.
  void expect(TextLayouts layouts);

  void feed(std::string_view bytes);
  void feed(std::string_view bytes, int /*cpu*/, bool /*drained*/) override { feed(bytes); }
  void end_of_round() override {}
  /// The next entry, or null when more bytes are needed to know it. The entry is the decoder's own.
  Entry* next() override;
  /// Says that all entries begun so far are here to their end: the last stack trace or marker is complete.
  void settle() override { settled_ = true; }
  /// Whether bytes are held back until more come or settle() is called.
  bool has_rest() const override { return position_ < buffer_.size(); }
  /// Says that no byte will follow: what is left over is a torn line.
  void finish() override;

  /// Bytes that belong to no entry: headers of a saved `trace`, annotations.
  std::uint64_t bytes_skipped() const { return bytes_skipped_; }
  /// Bytes that are kept because more are needed to know what they are. Bounded, whatever is fed.
  std::size_t bytes_waiting() const { return buffer_.size() - position_; }

 private:
  /// What one look at the bytes gave: an entry, bytes that are none, or the wish for more.
  struct Step {
    enum class Outcome { entry, skipped, need_more };
    Outcome outcome = Outcome::need_more;
    std::size_t length = 0;  ///< bytes used
  };

  Step read(std::string_view rest);
  Step read_kernel_line(std::string_view rest);
  Step read_wrapping(std::string_view rest);
  void restrict_columns();
  void learn_columns(const struct LineHeader& header);
  void append_without_cr(std::string_view bytes);
  std::size_t added_newline() const;
  void allow_loose_columns(std::string_view rest);
  void doubt_last_field();
  Step read_endless(std::string_view rest);
  Step read_rest_of_line(std::string_view rest);
  Step read_headless(std::string_view rest, std::size_t line_end);
  Step find_out_if_headless(std::string_view rest, std::size_t line_end);
  Step read_headed(std::string_view rest, const struct LineHeader& header);
  Step read_stack_of(const struct LineHeader& header, std::string_view mark, std::string_view rest,
                     std::size_t line_end);
  Step read_stack(std::string_view rest, std::size_t at);
  Step read_event(std::string_view rest, std::size_t message_at, std::size_t line_end);
  Step read_bare_enter(std::string_view rest, const struct LineHeader& header);
  Step read_syscall(std::string_view rest, std::size_t line_end);
  Step read_enter(std::string_view rest, std::size_t line_end, const KnownEvent& known,
                  std::size_t arguments_at);
  Step read_unless_forged(std::string_view rest, std::size_t message_at, std::size_t text_at,
                          std::size_t line_end, const KnownEvent& known);
  Step read_free_text(std::string_view rest, std::size_t message_at, std::size_t text_at,
                      std::size_t line_end, const KnownEvent& known);
  Step read_marked(std::string_view rest, std::size_t message_at, std::size_t line_end,
                   std::string_view end_mark);
  Step read_open_message(std::string_view rest, std::size_t message_at, std::size_t line_end);
  Step malformed(std::string_view line, std::string_view why, std::size_t length);
  void begin_event(const struct LineHeader& header);
  static std::size_t line_end_of(std::string_view rest, std::size_t from);
  Step finished_event(std::string_view rest, std::size_t message_at, std::size_t end);

  const EventTable& events_;
  std::string buffer_;
  std::size_t position_ = 0;
  bool settled_ = false;
  bool finished_ = false;
  TextLayouts layouts_;            ///< what an entry may begin with
  bool find_out_ = true;           ///< nobody said: a text may turn out to be bare
  std::string_view rest_of_line_;  ///< why the rest of this line is no entry; empty where it is a new line
  std::uint64_t bytes_skipped_ = 0;
  std::size_t lines_seen_ = 0;      ///< of buffer_, by the check for forged text
  std::size_t last_line_seen_ = 0;  ///< the last of them
  bool at_start_ = true;            ///< nothing but comment lines so far: the header of a saved `trace`
  bool in_header_ = false;          ///< behind "# tracer: ", which begins the header of one more `trace`
  bool is_told_ = false;            ///< expect() was called: the text comes from the kernel as it is
  enum class Columns { unknown, five, seven };
  Columns columns_ = Columns::unknown;  ///< of a task's number, in the text so far
  enum class Cr { unknown, none, before_newlines };
  Cr cr_ = Cr::unknown;         ///< what the first line ends with
  bool holds_cr_ = false;       ///< the last bytes fed were carriage returns
  bool lacks_newline_ = false;  ///< the last line ends with the file
  enum class Page { none, outside, inside };
  Page page_ = Page::none;                  ///< systrace's HTML: outside or inside of its trace
  SyscallNumbers numbers_{};                ///< learned on the way
  const KnownEvent* last_enter_ = nullptr;  ///< of the last line "sys_execve(..."; the next is often the same
  std::string last_enter_text_;             ///< "sys_execve("
  Entry entry_;
};

}  // namespace ftracectl

#include <algorithm>
#include <ftracectl/text_decoder.hpp>

#include "base/text.hpp"
#include "decode/text/entry_start.hpp"
#include "decode/text/forged_text.hpp"
#include "decode/text/print_match.hpp"
#include "model/tracefs/fetch.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

/// A file name has 4,096 bytes at most, and the kernel prints an entry into 8 KiB: no message is longer.
constexpr std::size_t max_message = 8192;

/// An entry's first line: its message and the header. Without a bound a text without newlines would be kept
/// for ever.
constexpr std::size_t max_line = max_message + 256;
/// A stack has no more text than a message; where user and kernel frames are resolved, no more than twice
/// that.
constexpr std::size_t max_stack = 2 * max_message;

constexpr std::string_view frame_mark = " => ";

constexpr TextLayouts with_header = {TextLayout::plain, TextLayout::latency, TextLayout::verbose,
                                     TextLayout::narrow};

constexpr std::string_view torn = "torn at the end of the data";

}  // namespace

TextDecoder::TextDecoder(const EventTable& events) : events_(events), layouts_(with_header) {}
TextDecoder::~TextDecoder() = default;

void TextDecoder::expect(TextLayouts layouts) {
  layouts_ = layouts;
  find_out_ = false;
  is_told_ = true;
  restrict_columns();
}

/// To what the text has shown so far of a task's number.
void TextDecoder::restrict_columns() {
  const bool has_number = layouts_.has(TextLayout::plain) || layouts_.has(TextLayout::latency);
  if (columns_ == Columns::seven) layouts_.remove(TextLayout::narrow);
  if (columns_ != Columns::seven && has_number) layouts_.add(TextLayout::narrow);
  if (columns_ != Columns::five) return;
  layouts_.remove(TextLayout::plain);
  layouts_.remove(TextLayout::latency);
}

/// A kernel has one width for all lines: what has another is no header of its.
void TextDecoder::learn_columns(const LineHeader& header) {
  if (columns_ != Columns::unknown || header.tid_columns == 0) return;
  columns_ = header.tid_columns == 5 ? Columns::five : Columns::seven;
  restrict_columns();
}

void TextDecoder::feed(std::string_view bytes) {
  buffer_.erase(0, position_);
  lines_seen_ -= std::min(lines_seen_, position_);
  last_line_seen_ -= std::min(last_line_seen_, position_);
  position_ = 0;
  if (is_told_ || cr_ == Cr::none) {
    buffer_.append(bytes);
  } else {
    append_without_cr(bytes);
  }
  settled_ = finished_ = false;
}

Entry* TextDecoder::next() {
  while (position_ < buffer_.size()) {
    const auto rest = std::string_view(buffer_).substr(position_);
    const Step step = read(rest);
    if (step.outcome == Step::Outcome::need_more) return nullptr;
    position_ += step.length;
    if (step.outcome == Step::Outcome::entry) {
      at_start_ = at_start_ && entry_.kind == Entry::Kind::lost;  // the header itself may tell of losses
      const bool is_last = lacks_newline_ && position_ >= buffer_.size();
      if (is_last && entry_.kind == Entry::Kind::event) doubt_last_field();
      entry_.bytes = rest.substr(0, step.length - added_newline());
      return &entry_;
    }
    bytes_skipped_ += step.length - added_newline();
  }
  return nullptr;
}

/// 1 behind a last line that had no newline: the one there is finish()'s.
std::size_t TextDecoder::added_newline() const {
  return lacks_newline_ && position_ >= buffer_.size() ? 1 : 0;
}

TextDecoder::Step TextDecoder::read(std::string_view rest) {
  if (!rest_of_line_.empty()) return read_rest_of_line(rest);
  if (rest.front() == 'C' || rest.front() == '#') {
    const Step step = read_kernel_line(rest);
    if (step.length > 0 || step.outcome == Step::Outcome::need_more) return step;
  }
  if (!is_told_) {
    const Step step = read_wrapping(rest);
    if (step.length > 0 || step.outcome == Step::Outcome::need_more) return step;
  }
  LineHeader header = parse_line_header(rest, layouts_);
  if (header.fit == Fit::yes) return read_headed(rest, header);
  if (header.fit == Fit::need_more && !settled_) return {};
  const auto end = line_end_of(rest, 0);
  if (end == std::string_view::npos) return read_endless(rest);
  if (find_out_) {
    allow_loose_columns(rest.substr(0, end + 1));
    header = parse_line_header(rest, layouts_);
    if (header.fit == Fit::yes) return read_headed(rest, header);
  }
  if (layouts_.has(TextLayout::bare)) return read_headless(rest, end);
  if (find_out_) {
    const Step step = find_out_if_headless(rest, end);
    if (step.length > 0 || step.outcome == Step::Outcome::need_more) return step;
  }
  const bool coded = layouts_.has(TextLayout::coded);
  return malformed(rest.substr(0, end), coded ? "option raw, hex or bin is on" : "no entry starts like this",
                   end + 1);
}

/// Where the line ends that goes on at `from`; npos where it does not, or not within what a line can have.
std::size_t TextDecoder::line_end_of(std::string_view rest, std::size_t from) {
  return rest.substr(0, max_line).find('\n', from);
}

/// A line whose end is not here.
TextDecoder::Step TextDecoder::read_endless(std::string_view rest) {
  if (rest.size() >= max_line) {
    rest_of_line_ = "goes on behind a line longer than the kernel's";
    return malformed(rest.substr(0, max_line), "longer than any line of the kernel's", max_line);
  }
  if (finished_) return malformed(rest, torn, rest.size());
  return {};
}

/// What stands behind bytes that were used, on the same line: whether it is an entry, nothing can tell.
TextDecoder::Step TextDecoder::read_rest_of_line(std::string_view rest) {
  const auto end = line_end_of(rest, 0);
  if (end != std::string_view::npos) {
    const auto why = rest_of_line_;
    const auto inside = find_header_inside(rest.substr(0, end), layouts_);
    if (inside != std::string_view::npos) return malformed(rest.substr(0, inside), why, inside);
    rest_of_line_ = {};
    return malformed(rest.substr(0, end), why, end + 1);
  }
  if (rest.size() >= max_line) return malformed(rest.substr(0, max_line), rest_of_line_, max_line);
  if (finished_) return malformed(rest, torn, rest.size());
  return {};
}

/// A line without a header: the event is told by its text alone, and neither task nor cpu nor time is.
TextDecoder::Step TextDecoder::read_headless(std::string_view rest, std::size_t line_end) {
  const auto line = rest.substr(0, line_end);
  if (is_stack_mark(line)) return read_stack_of({}, line, rest, line_end);
  if (entry_starts(rest, {TextLayout::bare}, events_) != Fit::yes) {
    return malformed(line, "no event's text starts like this", line_end + 1);
  }
  LineHeader none;
  none.time.is_known = false;
  begin_event(none);
  entry_.event.fields.clear();
  return read_event(rest, 0, line_end);
}

/// A text that may be bare: it is if it begins with an event that decodes, and no line with a header follows.
/// A length of 0 where it is not.
TextDecoder::Step TextDecoder::find_out_if_headless(std::string_view rest, std::size_t line_end) {
  if (entry_starts(rest, {TextLayout::bare}, events_) != Fit::yes) return {Step::Outcome::skipped, 0};
  const Step step = read_headless(rest, line_end);
  if (step.outcome == Step::Outcome::need_more) return step;
  if (entry_.kind != Entry::Kind::event || !entry_.event.decoded) return {Step::Outcome::skipped, 0};
  const Fit next = parse_line_header(rest.substr(step.length), with_header).fit;
  if (next == Fit::need_more && !settled_) return {};
  if (next == Fit::yes) return {Step::Outcome::skipped, 0};
  layouts_.add(TextLayout::bare);
  return step;
}

/// Lines that are no entries: losses, annotations, the header of a saved `trace`. A length of 0 where the
/// line is none of these.
TextDecoder::Step TextDecoder::read_kernel_line(std::string_view rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos)
    return {finished_ ? Step::Outcome::skipped : Step::Outcome::need_more, 0};
  const auto line = rest.substr(0, end);
  if (begins_trace_header(line) && !is_told_) {  // cat per_cpu/cpu*/trace
    in_header_ = true;
    find_out_ = true;
    columns_ = Columns::unknown;
    layouts_ = with_header;
  }
  const bool is_header = at_start_ || in_header_;
  if (parse_lost(line, entry_.lost) || (is_header && parse_written(line, entry_.lost))) {
    entry_.kind = Entry::Kind::lost;
    return {Step::Outcome::entry, end + 1};
  }
  if (is_annotation(line) || (is_header && line.front() == '#')) return {Step::Outcome::skipped, end + 1};
  return {Step::Outcome::skipped, 0};
}

TextDecoder::Step TextDecoder::malformed(std::string_view line, std::string_view why, std::size_t length) {
  entry_.kind = Entry::Kind::malformed;
  entry_.malformed = {line, why};
  return {Step::Outcome::entry, length};
}

TextDecoder::Step TextDecoder::read_headed(std::string_view rest, const LineHeader& header) {
  const Step enter = read_bare_enter(rest, header);
  if (enter.length > 0) return enter;
  const auto line_end = line_end_of(rest, header.length);
  if (line_end == std::string_view::npos) return read_endless(rest);
  if (find_out_) {
    if (layouts_.has(TextLayout::bare)) layouts_ = with_header;
    find_out_ = false;
  }
  learn_columns(header);
  const auto message = rest.substr(header.length, line_end - header.length);
  if (is_stack_mark(message)) return read_stack_of(header, message, rest, line_end);
  begin_event(header);
  entry_.event.fields.clear();
  return read_event(rest, header.length, line_end);
}

/// All but the fields.
void TextDecoder::begin_event(const LineHeader& header) {
  Event& event = entry_.event;
  event.time = header.time;
  event.cpu = header.cpu;
  event.tid = header.tid;
  event.comm = header.comm;
  event.comm_cut = header.comm_cut;
  event.context = header.context;
  event.schema = nullptr;
  event.name = {};
  event.kernel_stack.clear();
  event.user_stack.clear();
  event.decoded = false;
}

TextDecoder::Step TextDecoder::read_stack_of(const LineHeader& header, std::string_view mark,
                                             std::string_view rest, std::size_t line_end) {
  Stack& stack = entry_.stack;
  stack.kind = mark == "<stack trace>" ? Stack::Kind::kernel : Stack::Kind::user;
  stack.time = header.time;
  stack.time.is_known = header.fit == Fit::yes;
  stack.cpu = header.cpu;
  stack.tid = header.tid;
  stack.comm = header.comm;
  stack.context = header.context;
  return read_stack(rest, line_end + 1);
}

/// The frames behind "<stack trace>": lines of " => ", until something else follows.
TextDecoder::Step TextDecoder::read_stack(std::string_view rest, std::size_t at) {
  entry_.stack.frames.clear();
  while (at < max_stack) {
    const auto bytes = rest.substr(at);
    const bool undecided = bytes.size() < frame_mark.size() && frame_mark.starts_with(bytes);
    if (undecided && !settled_) return {};
    if (!bytes.starts_with(frame_mark)) break;
    const Fit header = parse_line_header(bytes, layouts_).fit;  // a task may be called "=> x"
    if (header == Fit::need_more && !settled_) return {};
    if (header == Fit::yes) break;
    const auto end = line_end_of(bytes, 0);
    if (end == std::string_view::npos) {
      if (bytes.size() < max_line && !finished_) return {};
      break;  // torn: what there is of it is malformed
    }
    entry_.stack.frames.push_back(trim(bytes.substr(frame_mark.size(), end - frame_mark.size())));
    at += end + 1;
  }
  entry_.kind = Entry::Kind::stack;
  return {Step::Outcome::entry, at};
}

TextDecoder::Step TextDecoder::finished_event(std::string_view rest, std::size_t message_at,
                                              std::size_t end) {
  entry_.kind = Entry::Kind::event;
  entry_.event.text = rest.substr(0, end);
  entry_.event.message = rest.substr(message_at, end - message_at);
  return {Step::Outcome::entry, end + 1};
}

TextDecoder::Step TextDecoder::read_event(std::string_view rest, std::size_t message_at,
                                          std::size_t line_end) {
  Event& event = entry_.event;
  event.message = rest.substr(message_at, line_end - message_at);
  if (event.message.starts_with("sys_")) {
    const Step step = read_syscall(rest, line_end);
    if (step.length > 0) return step;
  }
  const auto colon = event.message.find(": ");
  const auto name = event.message.substr(0, colon);
  // An event's name is one word; markers written raw print "# 1 buf: de ad" and have none.
  const bool has_name = colon != std::string_view::npos && name.find(' ') == std::string_view::npos;
  event.name = has_name ? name : std::string_view();
  const KnownEvent* known = has_name ? events_.find(event.name) : nullptr;
  if (known == nullptr) return read_open_message(rest, message_at, line_end);
  event.schema = &known->schema;
  event.name = known->schema.name;
  if (const auto end = end_of_marked_probe(known->schema))
    return read_marked(rest, message_at, line_end, *end);
  if (known->print_format == nullptr) return read_open_message(rest, message_at, line_end);
  const std::size_t text_at = message_at + colon + 2;
  const auto text = rest.substr(text_at, line_end - text_at);
  event.decoded = match_print_format(*known->print_format, text, event.fields) && fits_its_line(event);
  if (event.decoded && has_unbounded_text(*known)) {
    return read_unless_forged(rest, message_at, text_at, line_end, *known);
  }
  if (event.decoded || !known->print_format->has_free_text) return finished_event(rest, message_at, line_end);
  return read_free_text(rest, message_at, text_at, line_end, *known);
}

/// An event whose first line satisfies its format, and whose text could be a file name that says so.
TextDecoder::Step TextDecoder::read_unless_forged(std::string_view rest, std::size_t message_at,
                                                  std::size_t text_at, std::size_t line_end,
                                                  const KnownEvent& known) {
  const auto since_here = [&](std::size_t at) { return at > position_ ? at - position_ : 0; };
  ForgeryCheck::Seen seen{since_here(lines_seen_), since_here(last_line_seen_)};
  const auto verdict =
      ForgeryCheck(events_, layouts_).look(rest, text_at, line_end, known, entry_.event, settled_, seen);
  lines_seen_ = position_ + seen.end;
  last_line_seen_ = position_ + seen.last_line;
  if (verdict.need_more) return {};
  if (!verdict.end) return finished_event(rest, message_at, line_end);
  match_print_format(*known.print_format, rest.substr(text_at, *verdict.end - text_at), entry_.event.fields);
  return finished_event(rest, message_at, *verdict.end);
}

/// An event of known format whose first line does not satisfy it: a string in it holds newlines. The message
/// goes on until the format is satisfied, whatever the lines between look like.
TextDecoder::Step TextDecoder::read_free_text(std::string_view rest, std::size_t message_at,
                                              std::size_t text_at, std::size_t line_end,
                                              const KnownEvent& known) {
  Event& event = entry_.event;
  std::size_t end = rest.find('\n', line_end + 1);
  for (; end != std::string_view::npos && end - text_at <= max_message; end = rest.find('\n', end + 1)) {
    if (match_print_format(*known.print_format, rest.substr(text_at, end - text_at), event.fields) &&
        fits_its_line(event)) {
      event.decoded = true;
      return finished_event(rest, message_at, end);
    }
  }
  const bool more_may_help = rest.size() - text_at <= max_message;
  if (more_may_help && !settled_) return {};
  return read_open_message(rest, message_at, line_end);
}

/// What a probe of ours fetched (model/tracefs/fetch.hpp, exec_probe.hpp): the strings in it may be whole lines of
/// trace text. It ends with a mark that none of those who pass them know.
TextDecoder::Step TextDecoder::read_marked(std::string_view rest, std::size_t message_at,
                                           std::size_t line_end, std::string_view end_mark) {
  std::size_t end = line_end;
  for (; end != std::string_view::npos && end - message_at <= max_message; end = rest.find('\n', end + 1)) {
    if (rest.substr(message_at, end - message_at).ends_with(end_mark))
      return finished_event(rest, message_at, end);
  }
  const bool more_may_help = rest.size() - message_at <= max_message;
  if (more_may_help && !settled_) return {};
  return read_open_message(rest, message_at, line_end);
}

/// A message that only the next entry ends. It is kept whole, and not decoded.
TextDecoder::Step TextDecoder::read_open_message(std::string_view rest, std::size_t message_at,
                                                 std::size_t line_end) {
  entry_.event.fields.clear();
  while (line_end - message_at <= max_message) {
    const auto after = rest.substr(line_end + 1);
    const Fit fit = entry_starts(after, layouts_, events_);
    if (fit == Fit::yes) break;
    const auto next_end = line_end_of(after, 0);
    const bool ends_nowhere = next_end == std::string_view::npos && after.size() >= max_line;
    const bool undecided = fit == Fit::need_more || (next_end == std::string_view::npos && !ends_nowhere);
    if (undecided && !settled_) return {};
    if (next_end == std::string_view::npos) break;
    line_end += next_end + 1;
  }
  const auto message = rest.substr(message_at, line_end - message_at);
  const auto inside = find_header_inside(message, layouts_);
  if (inside == std::string_view::npos) return finished_event(rest, message_at, line_end);
  rest_of_line_ = "an entry behind a marker that ends with a NUL, or a part of that marker";
  const Step step = finished_event(rest, message_at, message_at + inside);
  return {step.outcome, step.length - 1};  // no newline between them
}

}  // namespace ftracectl

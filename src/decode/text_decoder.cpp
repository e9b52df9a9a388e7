#include <ftracectl/text_decoder.hpp>

#include "base/text.hpp"
#include "decode/line_header.hpp"
#include "decode/print_match.hpp"
#include "decode/syscall_text.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

/// A file name has 4,096 bytes at most, and the kernel prints an entry into 8 KiB: no message is longer.
constexpr std::size_t max_message = 8192;

constexpr std::string_view frame_mark = " => ";

/// "CPU:1 [LOST 329 EVENTS]", without the newline.
bool parse_lost(std::string_view line, Lost& lost) {
  if (!line.starts_with("CPU:") || !line.ends_with(" EVENTS]")) return false;
  const auto bracket = line.find(" [LOST");
  if (bracket == std::string_view::npos) return false;
  const auto cpu = parse_number<int>(line.substr(4, bracket - 4));
  if (!cpu) return false;
  lost.cpu = *cpu;
  const auto count = trim(line.substr(bracket + 6, line.size() - bracket - 6 - 8));
  lost.count = parse_number<std::uint64_t>(count);
  return lost.count.has_value() || count.empty();
}

/// "##### CPU 0 buffer started ####", which option `annotate` puts in.
bool is_annotation(std::string_view line) {
  return line.starts_with("##### CPU ") && line.ends_with(" buffer started ####");
}

/// Whether a new entry starts here: an event's header, or a line of the kernel's own.
Fit entry_starts(std::string_view bytes) {
  if (bytes.empty()) return Fit::need_more;
  if (bytes.front() == 'C' || bytes.front() == '#') {
    const auto end = bytes.find('\n');
    if (end == std::string_view::npos) return Fit::need_more;
    Lost lost;
    const auto line = bytes.substr(0, end);
    if (parse_lost(line, lost) || is_annotation(line)) return Fit::yes;
  }
  return parse_line_header(bytes).fit;
}

}  // namespace

TextDecoder::TextDecoder(const EventTable& events) : events_(events) {}
TextDecoder::~TextDecoder() = default;

void TextDecoder::feed(std::string_view bytes) {
  buffer_.erase(0, position_);
  position_ = 0;
  buffer_.append(bytes);
  settled_ = finished_ = false;
}

const Entry* TextDecoder::next() {
  while (position_ < buffer_.size()) {
    const Step step = read(std::string_view(buffer_).substr(position_));
    if (step.outcome == Step::Outcome::need_more) return nullptr;
    position_ += step.length;
    if (step.outcome == Step::Outcome::entry) {
      at_start_ = false;
      return &entry_;
    }
  }
  return nullptr;
}

TextDecoder::Step TextDecoder::read(std::string_view rest) {
  if (rest.front() == 'C' || rest.front() == '#') {
    const Step step = read_kernel_line(rest);
    if (step.length > 0 || step.outcome == Step::Outcome::need_more) return step;
  }
  const LineHeader header = parse_line_header(rest);
  if (header.fit == Fit::yes) return read_headed(rest, header);
  const auto end = rest.find('\n');
  const bool whole_line = end != std::string_view::npos && (header.fit == Fit::no || settled_);
  if (whole_line) return malformed(rest.substr(0, end), "no entry starts like this", end + 1);
  if (finished_) return malformed(rest, "torn at the end of the data", rest.size());
  return {};
}

/// Lines that are no entries: losses, annotations, the header of a saved `trace`. A length of 0 where the
/// line is none of these.
TextDecoder::Step TextDecoder::read_kernel_line(std::string_view rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos)
    return {finished_ ? Step::Outcome::skipped : Step::Outcome::need_more, 0};
  const auto line = rest.substr(0, end);
  if (parse_lost(line, entry_.lost)) {
    entry_.kind = Entry::Kind::lost;
    return {Step::Outcome::entry, end + 1};
  }
  if (is_annotation(line) || (at_start_ && line.front() == '#')) return {Step::Outcome::skipped, end + 1};
  return {Step::Outcome::skipped, 0};
}

TextDecoder::Step TextDecoder::malformed(std::string_view line, std::string_view why, std::size_t length) {
  entry_.kind = Entry::Kind::malformed;
  entry_.malformed = {line, why};
  return {Step::Outcome::entry, length};
}

TextDecoder::Step TextDecoder::read_headed(std::string_view rest, const LineHeader& header) {
  const auto line_end = rest.find('\n', header.length);
  if (line_end == std::string_view::npos) {
    if (finished_) return malformed(rest, "torn at the end of the data", rest.size());
    return {};
  }
  const auto message = rest.substr(header.length, line_end - header.length);
  if (message == "<stack trace>" || message == "<user stack trace>") {
    entry_.stack.kind = message == "<stack trace>" ? Stack::Kind::kernel : Stack::Kind::user;
    entry_.stack.time = header.time;
    entry_.stack.cpu = header.cpu;
    entry_.stack.tid = header.tid;
    entry_.stack.comm = header.comm;
    return read_stack(rest, line_end + 1);
  }
  Event& event = entry_.event;
  event.time = header.time;
  event.cpu = header.cpu;
  event.tid = header.tid;
  event.comm = header.comm;
  event.schema = nullptr;
  event.fields.clear();
  event.kernel_stack.clear();
  event.user_stack.clear();
  event.decoded = false;
  return read_event(rest, header.length, line_end);
}

/// The frames behind "<stack trace>": lines of " => ", until something else follows.
TextDecoder::Step TextDecoder::read_stack(std::string_view rest, std::size_t at) {
  entry_.stack.frames.clear();
  while (true) {
    const auto bytes = rest.substr(at);
    const bool undecided = bytes.size() < frame_mark.size() && frame_mark.starts_with(bytes);
    if (undecided && !settled_) return {};
    if (!bytes.starts_with(frame_mark) || parse_line_header(bytes).fit == Fit::yes) break;
    auto end = bytes.find('\n');
    if (end == std::string_view::npos) {
      if (!finished_) return {};
      end = bytes.size() - 1;
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
  if (known->print_format == nullptr) return read_open_message(rest, message_at, line_end);
  const std::size_t text_at = message_at + colon + 2;
  const auto text = rest.substr(text_at, line_end - text_at);
  event.decoded = match_print_format(*known->print_format, text, event.fields);
  if (event.decoded || !known->print_format->has_free_text) return finished_event(rest, message_at, line_end);
  return read_free_text(rest, message_at, text_at, line_end, *known);
}

/// "sys_execve(filename: ..." and "sys_execve -> 0x0". A length of 0 where the message is neither.
TextDecoder::Step TextDecoder::read_syscall(std::string_view rest, std::size_t line_end) {
  Event& event = entry_.event;
  const auto message = event.message;
  const auto message_at = static_cast<std::size_t>(message.data() - rest.data());
  const auto stop = message.find_first_of("( :");
  if (stop == std::string_view::npos) return {};
  if (message[stop] == '(' && message.ends_with(')')) {
    const KnownEvent* known = events_.find_syscall_enter(message.substr(0, stop));
    if (known == nullptr) return {};
    event.schema = &known->schema;
    event.decoded = parse_syscall_arguments(
        known->schema, message.substr(stop + 1, message.size() - stop - 2), numbers_, event.fields);
  } else if (message.substr(stop).starts_with(" -> ")) {
    const KnownEvent* known = events_.find_syscall_exit(message.substr(0, stop));
    const auto value = parse_syscall_return(message.substr(stop + 4));
    if (known == nullptr || !value) return {};
    event.schema = &known->schema;
    event.fields.push_back({"ret", *value});
    event.decoded = true;
  } else {
    return {};
  }
  event.name = event.schema->name;
  return finished_event(rest, message_at, line_end);
}

/// An event of known format whose first line does not satisfy it: a string in it holds newlines. The message
/// goes on until the format is satisfied, whatever the lines between look like.
TextDecoder::Step TextDecoder::read_free_text(std::string_view rest, std::size_t message_at,
                                              std::size_t text_at, std::size_t line_end,
                                              const KnownEvent& known) {
  Event& event = entry_.event;
  std::size_t end = rest.find('\n', line_end + 1);
  for (; end != std::string_view::npos && end - text_at <= max_message; end = rest.find('\n', end + 1)) {
    if (match_print_format(*known.print_format, rest.substr(text_at, end - text_at), event.fields)) {
      event.decoded = true;
      return finished_event(rest, message_at, end);
    }
  }
  const bool more_may_help = rest.size() - text_at <= max_message;
  if (more_may_help && !settled_) return {};
  return read_open_message(rest, message_at, line_end);
}

/// A message that only the next entry ends. It is kept whole, and not decoded.
TextDecoder::Step TextDecoder::read_open_message(std::string_view rest, std::size_t message_at,
                                                 std::size_t line_end) {
  while (line_end - message_at <= max_message) {
    const auto after = rest.substr(line_end + 1);
    const Fit fit = entry_starts(after);
    if (fit == Fit::yes) break;
    const auto next_end = after.find('\n');
    const bool undecided = fit == Fit::need_more || next_end == std::string_view::npos;
    if (undecided && !settled_) return {};
    if (next_end == std::string_view::npos) break;
    line_end += next_end + 1;
  }
  return finished_event(rest, message_at, line_end);
}

}  // namespace ftracectl

#include <ftracectl/text_decoder.hpp>

#include "base/short_text.hpp"
#include "decode/pages/syscall_text.hpp"
#include "decode/text/line_header.hpp"

// The lines of system calls, which have a form of their own whatever their print format says.

namespace ftracectl {

/// A line of the same syscall as the last one, whose arguments are all bare numbers, in one go. A length of 0
/// where it is anything else.
TextDecoder::Step TextDecoder::read_bare_enter(std::string_view rest, const LineHeader& header) {
  const std::size_t arguments_at = header.length + last_enter_text_.size();
  if (last_enter_ == nullptr || !starts_with_short(rest.substr(header.length), last_enter_text_)) return {};
  Event& event = entry_.event;
  const auto arguments = rest.substr(arguments_at);
  const std::size_t length =
      parse_bare_arguments(*last_enter_->syscall_form, arguments, numbers_, event.fields);
  if (length == 0 || !starts_with_short(arguments.substr(length), ")\n")) return {};
  begin_event(header);
  event.schema = &last_enter_->schema;
  event.name = last_enter_->schema.name;
  event.decoded = true;
  return finished_event(rest, header.length, arguments_at + length + 1);
}

/// "sys_execve(filename: ..." and "sys_execve -> 0x0". A length of 0 where the message is neither.
TextDecoder::Step TextDecoder::read_syscall(std::string_view rest, std::size_t line_end) {
  Event& event = entry_.event;
  const auto message = event.message;
  if (last_enter_ != nullptr && message.starts_with(last_enter_text_) && message.ends_with(')')) {
    return read_enter(rest, line_end, *last_enter_, last_enter_text_.size());
  }
  const auto message_at = static_cast<std::size_t>(message.data() - rest.data());
  std::size_t stop = 0;
  while (stop < message.size() && message[stop] != '(' && message[stop] != ' ' && message[stop] != ':')
    ++stop;
  if (stop == message.size()) return {};
  if (message[stop] == '(' && message.ends_with(')')) {
    const KnownEvent* known = events_.find_syscall_enter(message.substr(0, stop));
    if (known == nullptr) return {};
    last_enter_ = known;
    last_enter_text_ = message.substr(0, stop + 1);
    return read_enter(rest, line_end, *known, stop + 1);
  }
  if (!message.substr(stop).starts_with(" -> ")) return {};
  const KnownEvent* known = events_.find_syscall_exit(message.substr(0, stop));
  const auto value = parse_syscall_return(message.substr(stop + 4));
  if (known == nullptr || !value) return {};
  event.schema = &known->schema;
  event.fields.push_back({"ret", *value});
  event.decoded = true;
  event.name = event.schema->name;
  return finished_event(rest, message_at, line_end);
}

TextDecoder::Step TextDecoder::read_enter(std::string_view rest, std::size_t line_end,
                                          const KnownEvent& known, std::size_t arguments_at) {
  Event& event = entry_.event;
  const auto message = event.message;
  const auto message_at = static_cast<std::size_t>(message.data() - rest.data());
  event.schema = &known.schema;
  event.name = event.schema->name;
  if (numbers_ == SyscallNumbers::unknown) numbers_ = events_.syscall_numbers();
  event.decoded = parse_syscall_arguments(*known.syscall_form,
                                          message.substr(arguments_at, message.size() - arguments_at - 1),
                                          numbers_, event.fields);
  return finished_event(rest, message_at, line_end);
}

}  // namespace ftracectl

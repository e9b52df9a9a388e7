#include "decode/text/forged_text.hpp"

#include <algorithm>

#include "decode/text/entry_start.hpp"
#include "decode/text/print_match.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

/// A file name has 4,096 bytes at most, and little stands behind it.
constexpr std::size_t window = 4096 + 128;

}  // namespace

bool fits_its_line(const Event& event) {
  if (event.tid < 0 || event.schema == nullptr || event.schema->name != "sched_process_exec") return true;
  const auto pid = event.number("pid");
  return !pid || *pid == event.tid;
}

bool has_unbounded_text(const KnownEvent& known) {
  const auto& pieces = known.print_format->pieces;
  return std::any_of(pieces.begin(), pieces.end(), [](const PrintPiece& piece) {
    return piece.kind == PrintPiece::Kind::string && piece.max_length == 0;
  });
}

/// Whether an entry's first line is all of it, as far as its format tells.
bool ForgeryCheck::is_complete(std::string_view line) const {
  const LineHeader header = parse_line_header(line, layouts_);
  if (header.fit != Fit::yes) return true;  // of a stack, or of the kernel's own
  const auto message = line.substr(header.length);
  const auto colon = message.find(": ");
  const KnownEvent* known =
      colon != std::string_view::npos ? events_.find(message.substr(0, colon)) : nullptr;
  if (known == nullptr) return message.starts_with("sys_") || is_stack_mark(message);
  if (known->print_format == nullptr) return false;
  std::vector<FieldValue> fields;
  return match_print_format(*known->print_format, message.substr(colon + 2), fields);
}

/// The end of a line from `from` on at which the format is satisfied, before a new entry starts.
std::optional<std::size_t> ForgeryCheck::longer_end(std::string_view rest, std::size_t text_at,
                                                    std::size_t from, const KnownEvent& known,
                                                    const Event& event) const {
  Event longer;
  longer.schema = event.schema;
  longer.tid = event.tid;
  for (std::size_t at = from; at < rest.size() && at < text_at + window;) {
    if (at > from && entry_starts(rest.substr(at), layouts_, events_) == Fit::yes) break;
    const auto end = rest.find('\n', at);
    if (end == std::string_view::npos) break;
    if (match_print_format(*known.print_format, rest.substr(text_at, end - text_at), longer.fields) &&
        fits_its_line(longer)) {
      return end;
    }
    at = end + 1;
  }
  return std::nullopt;
}

ForgeryCheck::Verdict ForgeryCheck::look(std::string_view rest, std::size_t text_at, std::size_t line_end,
                                         const KnownEvent& known, const Event& event, bool settled,
                                         Seen& seen) const {
  if (event.tid < 0) return {};
  // All must be here before anything is said: the verdict does not depend on the size of the pieces.
  if (rest.size() < text_at + window && !settled) return {true, std::nullopt};
  rest = rest.substr(0, text_at + window);
  if (seen.end <= line_end) seen = {line_end + 1, 0};
  while (seen.end < rest.size()) {
    const auto bytes = rest.substr(seen.end);
    const LineHeader header = parse_line_header(bytes, layouts_);
    const auto end = bytes.find('\n', header.length);  // a name's newlines are within the header
    if (header.fit == Fit::need_more || end == std::string_view::npos) return {};
    const bool is_frame = bytes.starts_with(" => ");
    if (header.fit == Fit::no && !is_frame && entry_starts(bytes, layouts_, events_) == Fit::no) break;
    seen = {seen.end + end + 1, seen.end};
  }
  if (seen.end >= rest.size()) return {};
  const bool follows_event = seen.last_line == 0;
  const auto before = rest.substr(seen.last_line, seen.end - 1 - seen.last_line);
  if (!follows_event && !is_complete(before)) return {};
  return {false, longer_end(rest, text_at, seen.end, known, event)};
}

}  // namespace ftracectl

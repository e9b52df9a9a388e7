#include "support/decoder_properties.hpp"

#include <ftracectl/text_decoder.hpp>
#include <optional>

namespace ftracectl::test {

namespace {

/// More than an entry can have, and what is looked at behind it.
constexpr std::size_t most_waiting = std::size_t{64} * 1024;

void append(std::string& to, std::string_view text) {
  to += std::to_string(text.size()) + ":";
  to += text;
}

void append_event(std::string& to, const Event& event) {
  to += event.decoded ? "event " : "undecoded ";
  to += std::to_string(event.tid) + " " + std::to_string(event.cpu) + " " + std::to_string(event.time.value);
  append(to, event.comm);
  append(to, event.name);
  append(to, event.message);
  for (const auto& [name, value] : event.fields) {
    append(to, name);
    if (const auto* number = std::get_if<std::int64_t>(&value)) to += std::to_string(*number);
    if (const auto* bits = std::get_if<std::uint64_t>(&value)) to += std::to_string(*bits);
    if (const auto* address = std::get_if<Address>(&value)) to += "@" + std::to_string(address->value);
    if (const auto* text = std::get_if<std::string_view>(&value)) append(to, *text);
  }
}

void append_entry(std::string& to, const Entry& entry) {
  switch (entry.kind) {
    case Entry::Kind::event:
      append_event(to, entry.event);
      break;
    case Entry::Kind::stack:
      to += "stack " + std::to_string(entry.stack.tid);
      for (const auto& frame : entry.stack.frames) append(to, frame);
      break;
    case Entry::Kind::lost:
      to += "lost " + std::to_string(entry.lost.cpu) + " " + std::to_string(entry.lost.count.value_or(0));
      break;
    case Entry::Kind::malformed:
      append(to, entry.malformed.line);
      append(to, entry.malformed.why);
      break;
  }
  to += '\n';
}

struct Outcome {
  std::string items;
  std::string bytes;  ///< of all items, in order
  std::uint64_t skipped = 0;
  std::size_t most_waiting = 0;
};

Outcome decode(const EventTable& events, std::string_view text, std::size_t piece,
               std::optional<TextLayouts> layouts) {
  Outcome outcome;
  TextDecoder decoder(events);
  if (layouts) decoder.expect(*layouts);
  const auto take = [&] {
    while (const Entry* entry = decoder.next()) {
      append_entry(outcome.items, *entry);
      outcome.bytes += entry->bytes;
    }
    outcome.most_waiting = std::max(outcome.most_waiting, decoder.bytes_waiting());
  };
  for (std::size_t at = 0; at < text.size(); at += std::min(piece, text.size())) {
    decoder.feed(text.substr(at, piece));
    take();
  }
  decoder.finish();
  take();
  outcome.skipped = decoder.bytes_skipped();
  return outcome;
}

/// Whether `part` is `whole` with bytes left out.
bool is_subsequence(std::string_view part, std::string_view whole) {
  std::size_t at = 0;
  for (const char c : whole) at += at < part.size() && part[at] == c;
  return at == part.size();
}

std::string broken_property_with(const EventTable& events, std::string_view text,
                                 std::optional<TextLayouts> layouts) {
  const Outcome whole = decode(events, text, std::string_view::npos, layouts);
  if (whole.bytes.size() + whole.skipped != text.size()) return "bytes belong to nothing, or twice";
  if (!is_subsequence(whole.bytes, text)) return "an item has bytes that are not the text's";
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
    const Outcome pieces = decode(events, text, piece, layouts);
    const std::string size = std::to_string(piece);
    if (pieces.items != whole.items) return "pieces of " + size + " bytes give other items";
    if (pieces.most_waiting > most_waiting) return "pieces of " + size + " bytes are kept without bound";
  }
  return "";
}

}  // namespace

std::string broken_property(const EventTable& events, std::string_view text) {
  std::string broken = broken_property_with(events, text, std::nullopt);
  for (const auto layout : {TextLayout::plain, TextLayout::latency, TextLayout::verbose, TextLayout::bare}) {
    if (!broken.empty()) break;
    broken = broken_property_with(events, text, TextLayouts{layout});
  }
  return broken;
}

}  // namespace ftracectl::test

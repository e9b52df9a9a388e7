#include "records/scrub_pages.hpp"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "decode/pages/field_bytes.hpp"
#include "decode/pages/page_reader.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/fetch.hpp"
#include "model/tracefs/stack_probe.hpp"
#include "records/probe_scanner.hpp"

namespace ftracectl {

namespace {

using Words = ProbeScanner::Words;

/// What stands before an entry's data, and tells its length.
constexpr std::size_t entry_header = 8;
/// common_type, common_flags, common_preempt_count, common_pid.
constexpr std::size_t common_fields = 8;
constexpr std::size_t pointer_size = 8;

void zero(std::string& bytes, std::size_t at, std::size_t size) {
  if (at >= bytes.size()) return;
  std::memset(bytes.data() + at, 0, std::min(size, bytes.size() - at));
}

void zero_from(std::string& bytes, std::size_t at) { zero(bytes, at, bytes.size()); }

/// Zeroes what is behind the string's end: all of it with `ended`, which says afterwards whether the string is
/// at its end. What is torn is not kept.
void scrub_words(std::string& entry, std::size_t at, bool& ended) {
  Words words{};
  if (ended || at > entry.size() || entry.size() - at < sizeof words) return zero(entry, at, sizeof words);
  std::memcpy(words.data(), entry.data() + at, sizeof words);
  ended = forget_behind_end(words);
  std::memcpy(entry.data() + at, words.data(), sizeof words);
}

std::uint64_t pointer_at(const std::string& entry, std::size_t at) {
  return at <= entry.size() && entry.size() - at >= pointer_size
             ? load_number(entry.data() + at, pointer_size)
             : 0;
}

}  // namespace

PageScrubber::PageScrubber(const EventTable& events, const PageLayout& layout) : layout_(layout) {
  for (const auto& event : events.all()) {
    const auto& [system, name] = std::tie(event->schema.system, event->schema.name);
    if (is_exec_probe_group(system) && !is_stack_probe(system, name))
      probes_.emplace(event->schema.id, probe_of(event->schema));
  }
}

PageScrubber::Probe PageScrubber::probe_of(const EventSchema& schema) {
  if (parse_strings_probe(schema.name)) return strings_probe_of(schema);
  Probe probe;
  probe.is_eprobe = exec_eprobe_nonce(schema.name).has_value();
  bool fits = true;
  const auto find = [&](const std::string& name) {
    const Field* field = schema.find(name);
    const bool is_there = field != nullptr && (probe.is_eprobe ? field->storage != Field::Storage::fixed
                                                               : field->size == fetched_argument_size);
    fits = fits && is_there;
    return is_there ? *field : Field();
  };
  for (std::size_t i = 0; i < (probe.is_eprobe ? 1 : fetched_name_parts); ++i) {
    probe.names.push_back(find(probe.is_eprobe ? "n" : "n" + std::to_string(i)));
  }
  for (std::size_t i = 0; i < fetched_arguments; ++i) {
    const std::string number = std::to_string(i);
    const Field* pointer = schema.find("p" + number);
    fits = fits && pointer != nullptr && pointer->size == pointer_size;
    probe.arguments.push_back(
        {pointer != nullptr ? pointer->offset : 0, find((probe.is_eprobe ? "s" : "a") + number)});
  }
  for (const auto& field : schema.fields) probe.end = std::max(probe.end, field.offset + field.size);
  probe.is_known = fits;
  return probe;
}

/// All of its strings are told.
PageScrubber::Probe PageScrubber::strings_probe_of(const EventSchema& schema) {
  Probe probe;
  probe.is_known = probe.is_eprobe = true;
  for (const auto& field : schema.fields) {
    probe.end = std::max(probe.end, field.offset + field.size);
    if (field.storage != Field::Storage::fixed) probe.names.push_back(field);
  }
  return probe;
}

std::string_view PageScrubber::scrub(std::string_view pages) {
  given_ = pages;
  is_changed_ = false;
  for (std::size_t at = 0; at < pages.size(); at += layout_.page_size) {
    const std::size_t size = std::min(layout_.page_size, pages.size() - at);
    if (size == layout_.page_size) {
      scrub_entries(pages.substr(at, size), at, size);
    } else {  // torn: read as if zeros followed
      std::string page(pages.substr(at));
      page.resize(layout_.page_size);
      scrub_entries(page, at, size);
    }
  }
  return is_changed_ ? std::string_view(copy_) : pages;
}

const PageScrubber::Probe* PageScrubber::probe_in(std::string_view payload) const {
  if (payload.size() < sizeof(std::uint16_t)) return nullptr;
  const auto found = probes_.find(static_cast<std::uint32_t>(load_number(payload.data(), 2)));
  return found != probes_.end() ? &found->second : nullptr;
}

/// `page` stands at `begin` of what was given, which has `size` bytes of it.
void PageScrubber::scrub_entries(std::string_view page, std::size_t begin, std::size_t size) {
  const auto put_at = [&](std::string_view old, std::string_view bytes) {
    const auto at = static_cast<std::size_t>(old.data() - page.data());
    if (at < size) put(begin + at, bytes.substr(0, size - at));
  };
  const auto forget_from = [&](std::string_view bytes, std::size_t from) {
    if (bytes.size() <= from) return;
    entry_.assign(bytes.size() - from, '\0');
    put_at(bytes.substr(from), entry_);
  };
  discarded_.clear();
  PageReader reader(layout_, page);
  if (!reader.fault().empty()) return forget_from(page, layout_.data_offset);
  reader.note_discarded(&discarded_);
  while (reader.advance()) {
    const auto payload = reader.payload();
    const Probe* probe = probe_in(payload);
    if (probe == nullptr) continue;
    entry_ = payload;
    if (!probe->is_known) {
      zero_from(entry_, common_fields);
    } else if (probe->is_eprobe) {
      scrub_strings(*probe, entry_);
    } else {
      scrub_arrays(*probe, entry_);
    }
    if (entry_ != payload) put_at(payload, entry_);
  }
  for (const auto entry : discarded_) forget_from(entry, 0);
  forget_from(reader.faulty_bytes(), entry_header);
}

void PageScrubber::scrub_arrays(const Probe& probe, std::string& entry) {
  bool ended = false;
  for (const auto& name : probe.names) scrub_words(entry, name.offset, ended);
  bool at_null = false;
  for (const auto& argument : probe.arguments) {
    if (at_null) zero(entry, argument.pointer, pointer_size);
    at_null = at_null || pointer_at(entry, argument.pointer) == 0;
    bool nothing_of_it = at_null;
    scrub_words(entry, argument.string.offset, nothing_of_it);
  }
  zero_from(entry, probe.end);
}

/// The texts lie behind the fields, and what is left of them in places that nothing leads to.
void PageScrubber::scrub_strings(const Probe& probe, std::string& entry) {
  const std::string before = entry;
  zero_from(entry, probe.end);
  const auto keep = [&](const Field& field) {
    const auto bytes = bytes_of(field, before).value_or("");
    const auto at = static_cast<std::size_t>(bytes.data() - before.data());
    const std::size_t length = std::min(text_of(bytes).size() + 1, bytes.size());
    if (!bytes.empty()) entry.replace(at, length, before, at, length);
    return !bytes.empty();
  };
  for (const auto& name : probe.names) keep(name);
  bool at_end = false;
  for (const auto& [pointer, string] : probe.arguments) {
    const auto value = pointer_at(before, pointer);
    const bool is_used = !at_end && value != 0 && keep(string);
    if (is_used) continue;
    // One that lies nowhere stays so: the entry is damaged, and that is told.
    if (at_end || bytes_of(string, before)) zero(entry, string.offset, string.size);
    zero(entry, pointer, pointer_size);
    // A pointer that could not be followed, or was left by another call, is told from the null.
    if (!at_end && value != 0 && pointer < entry.size()) entry[pointer] = 1;
    at_end = true;
  }
}

void PageScrubber::put(std::size_t at, std::string_view bytes) {
  if (!is_changed_) {
    copy_ = given_;
    is_changed_ = true;
  }
  copy_.replace(at, bytes.size(), bytes);
}

}  // namespace ftracectl

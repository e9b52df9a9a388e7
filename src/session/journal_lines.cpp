#include "session/journal_lines.hpp"

#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/json_depth.hpp"
#include "base/text.hpp"

namespace ftracectl {

namespace {

using Json = nlohmann::ordered_json;

constexpr int version = 1;

constexpr std::array<std::pair<Step::Kind, std::string_view>, 9> kind_names = {{
    {Step::Kind::make_dir, "make_dir"},
    {Step::Kind::set, "set"},
    {Step::Kind::set_filter, "set_filter"},
    {Step::Kind::add_trigger, "add_trigger"},
    {Step::Kind::remove_trigger, "remove_trigger"},
    {Step::Kind::add_pids, "add_pids"},
    {Step::Kind::remove_dir, "remove_dir"},
    {Step::Kind::make_probe, "make_probe"},
    {Step::Kind::remove_probe, "remove_probe"},
}};

[[noreturn]] void fail(const std::string& what) {
  throw Error(ErrorCode::failed, "not a journal that this version understands: " + what);
}

std::string utf8_of_bytes(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0 | (byte >> 6));
      text += static_cast<char>(0x80 | (byte & 0x3f));
    }
  }
  return text;
}

/// The JSON parser has checked that this is UTF-8.
std::string bytes_of_utf8(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first < 0x80) {
      bytes += text[at];
    } else if (first <= 0xc3) {
      bytes += static_cast<char>(((first & 0x03) << 6) | (static_cast<unsigned char>(text[++at]) & 0x3f));
    } else {
      fail("a character beyond U+00FF");
    }
  }
  return bytes;
}

std::string text_of(const Json& json, const char* key) {
  return bytes_of_utf8(json.at(key).get<std::string>());
}

Json json_of(const Step& step) {
  const auto* kind = std::find_if(kind_names.begin(), kind_names.end(),
                                  [&](const auto& row) { return row.first == step.kind; });
  return {{"kind", kind->second}, {"path", utf8_of_bytes(step.path)}, {"value", utf8_of_bytes(step.value)}};
}

/// A journal is replayed with root's rights: it must not lead anywhere else.
void check_path(const std::string& path) {
  const auto parts = split(path, '/');
  const bool leads_out = std::any_of(parts.begin(), parts.end(),
                                     [](std::string_view part) { return part.empty() || part == ".."; });
  if (parts.empty() || leads_out) fail("the path '" + path + "'");
}

Step step_of(const Json& json) {
  const std::string name = text_of(json, "kind");
  const auto* kind =
      std::find_if(kind_names.begin(), kind_names.end(), [&](const auto& row) { return row.second == name; });
  if (kind == kind_names.end()) fail("the kind '" + name + "'");
  Step step{kind->first, text_of(json, "path"), text_of(json, "value")};
  check_path(step.path);
  return step;
}

JournalHeader header_of(const Json& json) {
  if (json.at("ftracectl_journal") != version) fail("version " + json.at("ftracectl_journal").dump());
  JournalHeader header;
  header.pid = json.at("pid");
  header.command = text_of(json, "command");
  header.boot_id = text_of(json, "boot_id");
  header.started_ns = json.at("started_ns");
  header.tracefs = text_of(json, "tracefs");
  return header;
}

/// What was written and not undone, in the order of writing.
class Outstanding {
 public:
  void take_line(const Json& json) {
    if (json.contains("undone")) {
      const auto found = places_.find(json.at("undone").get<std::uint64_t>());
      if (found == places_.end()) return;
      for (const std::size_t place : found->second) entries_[place].reset();
      places_.erase(found);
    } else {
      JournalEntry entry{json.at("id"), step_of(json.at("wrote")), step_of(json.at("undo"))};
      places_[entry.id].push_back(entries_.size());
      entries_.emplace_back(std::move(entry));
    }
  }

  std::vector<JournalEntry> take() {
    std::vector<JournalEntry> left;
    for (auto& entry : entries_) {
      if (entry) left.push_back(std::move(*entry));
    }
    return left;
  }

 private:
  std::vector<std::optional<JournalEntry>> entries_;
  std::unordered_map<std::uint64_t, std::vector<std::size_t>> places_;
};

}  // namespace

std::string header_line(const JournalHeader& header) {
  const Json json = {{"ftracectl_journal", version},
                     {"pid", header.pid},
                     {"command", utf8_of_bytes(header.command)},
                     {"boot_id", utf8_of_bytes(header.boot_id)},
                     {"started_ns", header.started_ns},
                     {"tracefs", utf8_of_bytes(header.tracefs)}};
  return json.dump() + "\n";
}

std::string entry_line(const JournalEntry& entry) {
  const Json json = {{"id", entry.id}, {"wrote", json_of(entry.wrote)}, {"undo", json_of(entry.undo)}};
  return json.dump() + "\n";
}

std::string undone_line(std::uint64_t id) { return Json({{"undone", id}}).dump() + "\n"; }

std::optional<JournalContent> parse_journal(std::string_view text) {
  const auto end = text.rfind('\n');
  if (end == std::string_view::npos) return std::nullopt;
  JournalContent content;
  content.whole_lines_size = end + 1;
  const auto lines = split_lines(text.substr(0, end));
  try {
    content.header = header_of(parse_json<Json>(lines.empty() ? std::string_view() : lines.front()));
    Outstanding outstanding;
    for (std::size_t i = 1; i < lines.size(); ++i) outstanding.take_line(parse_json<Json>(lines[i]));
    content.outstanding = outstanding.take();
  } catch (const std::invalid_argument& error) {
    fail(error.what());
  } catch (const Json::exception& error) {
    fail(json_fault(error.what()));
  }
  return content;
}

}  // namespace ftracectl

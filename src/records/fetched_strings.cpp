#include "records/fetched_strings.hpp"

#include "records/probe_scanner.hpp"

namespace ftracectl {

namespace {

/// By the fields of an entry of a page.
std::vector<FetchedString> strings_in_fields(const Event& event) {
  std::vector<FetchedString> strings;
  for (std::size_t i = 0;; ++i) {
    const std::string number = std::to_string(i);
    const auto address = event.number("p" + number);
    const auto text = event.string("s" + number);
    if (!address || !text) return strings;
    FetchedString& string = strings.emplace_back();
    string.address = static_cast<std::uint64_t>(*address);
    string.text = *text;
    string.is_missing = text->empty();
    string.is_cut = text->size() >= longest_ustring;
  }
}

/// "strings_rename_7f…: (syscalls.sys_enter_rename) p0=0x7ffd p1=0x7ffe s0=\"a\" z0=0x7f… s1=(fault) z1=0x7f…"
std::vector<FetchedString> strings_in_text(std::string_view message, const StringsProbe& probe) {
  const auto begin = message.find(") p0=");
  if (begin == std::string_view::npos) return {};
  const std::string mark = exec_eprobe_mark(probe.nonce);
  ProbeScanner scanner(message.substr(begin + 1));
  std::vector<FetchedString> strings;
  std::uint64_t address = 0;
  while (scanner.named_number('p', strings.size(), address)) strings.push_back({address, {}});
  for (std::size_t i = 0; i < strings.size(); ++i) {
    FetchedExec::Argument argument;
    if (!scanner.marked_string("s" + std::to_string(i), mark, argument)) return {};
    strings[i].text = std::move(argument.text);
    strings[i].is_missing = argument.is_missing || strings[i].text.empty();
    strings[i].is_cut = argument.is_cut;
  }
  return scanner.at_end() ? strings : std::vector<FetchedString>();
}

}  // namespace

std::vector<FetchedString> fetched_strings(const Event& event, const StringsProbe& probe) {
  return event.decoded ? strings_in_fields(event) : strings_in_text(event.message, probe);
}

}  // namespace ftracectl

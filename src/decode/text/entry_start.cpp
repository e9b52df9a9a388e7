#include "decode/text/entry_start.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

using Fit = LineHeader::Fit;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "sched_process_exec: ", "sys_execve(" or "sys_execve -> " of a syscall that is known, "<stack trace>".
bool is_start_of_bare_text(std::string_view line, const EventTable& events) {
  if (is_stack_mark(line)) return true;
  const auto* end = std::find_if_not(line.begin(), line.end(), is_name_char);
  const auto name = line.substr(0, static_cast<std::size_t>(end - line.begin()));
  const auto rest = line.substr(name.size());
  if (name.empty()) return false;
  if (rest.starts_with(": ")) return true;
  if (rest.starts_with("(")) return events.find_syscall_enter(name) != nullptr;
  return rest.starts_with(" -> ") && events.find_syscall_exit(name) != nullptr;
}

}  // namespace

bool parse_lost(std::string_view line, Lost& lost) {
  if (!line.starts_with("CPU:") || !line.ends_with(" EVENTS]")) return false;
  const auto bracket = line.find(" [LOST");
  if (bracket == std::string_view::npos || bracket + 6 + 8 > line.size()) return false;
  const auto cpu = parse_number<int>(line.substr(4, bracket - 4));
  if (!cpu || *cpu < 0) return false;
  lost.cpu = *cpu;
  const auto count = trim(line.substr(bracket + 6, line.size() - bracket - 6 - 8));
  lost.count = parse_number<std::uint64_t>(count);
  return lost.count.has_value() || count.empty();
}

bool parse_written(std::string_view line, Lost& lost) {
  constexpr std::string_view label = "# entries-in-buffer/entries-written: ";
  if (!line.starts_with(label)) return false;
  line.remove_prefix(label.size());
  line = line.substr(0, line.find(' '));
  const auto slash = line.find('/');
  if (slash == std::string_view::npos) return false;
  const auto in_buffer = parse_number<std::uint64_t>(line.substr(0, slash));
  const auto written = parse_number<std::uint64_t>(line.substr(slash + 1));
  if (!in_buffer || !written || *written <= *in_buffer) return false;
  lost.cpu = -1;
  lost.count = *written - *in_buffer;
  return true;
}

bool begins_trace_header(std::string_view line) { return line.starts_with("# tracer: "); }

bool is_html(std::string_view line) {
  return line.starts_with("<!DOCTYPE html") || line.starts_with("<!doctype html") ||
         line.starts_with("<html");
}

bool begins_page_trace(std::string_view line) {
  return line.starts_with("<script class=\"trace-data\"") && line.ends_with('>');
}

bool is_annotation(std::string_view line) {
  constexpr std::string_view before = "##### CPU ";
  constexpr std::string_view behind = " buffer started ####";
  return line.size() > before.size() + behind.size() && line.starts_with(before) && line.ends_with(behind) &&
         parse_number<unsigned>(line.substr(before.size(), line.size() - before.size() - behind.size()))
             .has_value();
}

bool is_stack_mark(std::string_view line) { return line == "<stack trace>" || line == "<user stack trace>"; }

Fit entry_starts(std::string_view bytes, TextLayouts layouts, const EventTable& events) {
  if (bytes.empty()) return Fit::need_more;
  const auto end = bytes.find('\n');
  const bool may_be_kernel_line = bytes.front() == 'C' || bytes.front() == '#';
  if (may_be_kernel_line || layouts.has(TextLayout::bare)) {
    if (end == std::string_view::npos) return Fit::need_more;
    Lost lost;
    const auto line = bytes.substr(0, end);
    if (parse_lost(line, lost) || is_annotation(line)) return Fit::yes;
    if (layouts.has(TextLayout::bare) && is_start_of_bare_text(line, events)) return Fit::yes;
  }
  return parse_line_header(bytes, layouts).fit;
}

std::size_t find_header_inside(std::string_view text, TextLayouts layouts) {
  // The dash before the number of the task leads there: 16 columns behind the start, or 8.
  for (auto dash = text.find('-'); dash != std::string_view::npos; dash = text.find('-', dash + 1)) {
    for (const std::size_t width : {std::size_t{16}, std::size_t{8}}) {
      if (dash <= width) continue;
      if (parse_line_header(text.substr(dash - width), layouts).fit == Fit::yes) return dash - width;
    }
  }
  return std::string_view::npos;
}

}  // namespace ftracectl

#include "compare/import/importers.hpp"

#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>

#include "base/file_kind.hpp"
#include "base/text.hpp"

namespace ftracectl::compare {

namespace {

// A new form is one import_NAME.cpp, its declaration in importers.hpp, and one row here. The first one that
// recognises a text reads it.
const std::array<const Importer*, 12> table = {
    &records_importer,     &bpftrace_json_importer, &bpftrace_importer, &execsnoop_bt_importer,
    &execsnoop_importer,   &exitsnoop_importer,     &strace_importer,   &perf_importer,
    &counts_json_importer, &counts_importer,        &tracefs_importer,  &mapped_importer};

constexpr std::size_t longest_line = std::size_t{64} << 20;

/// A text for a message: at most 80 characters, what is not printable as '?'.
std::string excerpt(std::string_view text) {
  std::string shown(text.substr(0, 80));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e) c = '?';
  }
  return "'" + shown + (text.size() > 80 ? "...'" : "'");
}

std::string fault_text(std::uint64_t number, std::string_view why, std::string_view line) {
  return "line " + std::to_string(number) + ": " + std::string(why) + "\n  " + excerpt(line);
}

std::string names() {
  std::string all;
  for (const Importer* row : table) all.append(all.empty() ? "" : ", ").append(row->name);
  return all;
}

}  // namespace

void bad_line(std::uint64_t number, std::string_view why, std::string_view line) {
  throw BadLine(number, fault_text(number, why, line));
}

void bad_file(std::uint64_t number, std::string_view why, std::string_view line) {
  throw Error(ErrorCode::failed, fault_text(number, why, line));
}

void count_bad_line(Side& side, std::uint64_t number, std::string_view why, std::string_view line) {
  if (side.bad_lines++ == 0) side.first_bad_line = fault_text(number, why, line);
  ++side.malformed;
}

std::span<const Importer* const> importers() { return table; }

const Importer& find_importer(std::string_view name) {
  const auto* found =
      std::find_if(table.begin(), table.end(), [&](const Importer* row) { return row->name == name; });
  if (found == table.end())
    throw Error(ErrorCode::usage, "no format '" + std::string(name) + "': there are " + names());
  return **found;
}

const Importer& recognise(std::string_view beginning) {
  if (beginning.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw Error(ErrorCode::failed, "empty: there is nothing to compare");
  for (const Importer* row : table) {
    if (row->recognises(beginning)) return *row;
  }
  const FileKind* kind = find_file_kind(beginning);
  if (kind != nullptr && kind->advice.find("ftracectl compare") != std::string_view::npos) {
    throw Error(ErrorCode::failed,
                "this seems to be " + std::string(kind->name) + ", in a layout that is not known here");
  }
  if (kind != nullptr && (kind->is_binary || !kind->advice.empty()) && kind->name != "binary data")
    throw Error(ErrorCode::failed, "not the output of a tool that is known here: " + describe(*kind));
  const std::size_t nul = beginning.find('\0');
  if (nul != std::string_view::npos) {
    const auto line =
        1 + std::count(beginning.begin(), beginning.begin() + static_cast<std::ptrdiff_t>(nul), '\n');
    throw Error(ErrorCode::failed, "line " + std::to_string(line) + ": binary data, not a tool's output");
  }
  throw Error(ErrorCode::failed,
              "line 1: not recognised as any of " + names() + "\n  " + excerpt(first_line(beginning)));
}

template <typename Pass>
void LineFeeder::pass(Pass&& pass_on) {
  try {
    pass_on();
  } catch (const BadLine& bad) {
    if (side_.bad_lines == 0) side_.first_bad_line = bad.what();
    const std::uint64_t lines = bad.number() <= number_ ? number_ - bad.number() + 1 : 1;
    side_.bad_lines += lines;
    side_.malformed += lines;
    constexpr std::uint64_t enough = 10'000;
    if (side_.bad_lines > enough) refuse_if_useless();
  }
}

void LineFeeder::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    if (end == std::string_view::npos) {
      rest_ += bytes;
      if (rest_.size() > longest_line) bad_file(number_ + 1, "a line without end", rest_);
      return;
    }
    std::string_view line = bytes.substr(0, end);
    if (!rest_.empty()) line = rest_ += line;
    ++number_;
    pass([&] { reader_.line(line, number_); });
    rest_.clear();
    bytes.remove_prefix(end + 1);
  }
}

void Reader::last_line(std::string_view line, std::uint64_t number) {
  bad_line(number, "the last line is cut off", line);
}

void Reader::next_file(std::string_view name) {
  throw Error(ErrorCode::usage, std::string(name) + ": only 'strace -ff' writes several files for one side");
}

void LineFeeder::end_of_file() {
  if (rest_.empty()) return;
  ++number_;
  pass([&] { reader_.last_line(rest_, number_); });
  rest_.clear();
}

void LineFeeder::next_file(std::string_view name) {
  end_of_file();
  reader_.next_file(name);
}

void LineFeeder::finish() {
  end_of_file();
  reader_.finish();
  refuse_if_useless();
  measure_texts(side_);
  if (side_.last_losses_are_untold && !side_.losses.empty())
    side_.notes.emplace_back("a loss that no later event of its cpu reports has no number");
  if (side_.bad_lines == 0) return;
  std::string first = side_.first_bad_line;
  if (const std::size_t end = first.find('\n'); end != first.npos) first.replace(end, 2, ":");
  side_.notes.push_back(
      (side_.bad_lines == 1
           ? "1 line is not understood and was skipped: "
           : std::to_string(side_.bad_lines) + " lines are not understood and were skipped; the first: ") +
      first);
}

/// A file of which most does not fit, or of which nothing does, is not what it was taken for.
void LineFeeder::refuse_if_useless() const {
  if (side_.bad_lines == 0) return;
  const bool is_empty = side_.attempts.empty() && side_.forks.empty() && side_.losses.empty();
  if (!is_empty && side_.bad_lines <= number_ / 2) return;
  throw Error(ErrorCode::failed, side_.first_bad_line + "\n" + std::to_string(side_.bad_lines) + " of " +
                                     std::to_string(number_) + " lines are not understood");
}

std::string_view first_line(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("\r\n");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  return text.substr(0, text.find('\n'));
}

std::optional<std::uint64_t> lost_by_libbpf_tool(std::string_view line) {
  const std::size_t end = line.find(" events on CPU #");
  if (!(line.starts_with("Lost ") || line.starts_with("lost ")) || end == line.npos) return std::nullopt;
  return parse_number<std::uint64_t>(line.substr(5, end - 5));
}

std::optional<std::string> option_value(const std::vector<std::string>& arguments,
                                        std::string_view short_form, std::string_view long_form) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const bool is_long = !long_form.empty() && word == long_form;
    const bool is_short = !short_form.empty() && word == short_form;
    if ((is_long || is_short) && i + 1 < arguments.size()) return arguments[i + 1];
    if (!long_form.empty() && word.starts_with(std::string(long_form) + "="))
      return word.substr(long_form.size() + 1);
    if (!short_form.empty() && !word.starts_with("--") && word.starts_with(short_form) && !is_short)
      return word.substr(short_form.size());
  }
  return std::nullopt;
}

bool has_switch(const std::vector<std::string>& arguments, char letter, std::string_view long_form) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& word) {
    if (word == long_form) return true;
    return word.size() > 1 && word[0] == '-' && word[1] != '-' && word.find(letter) != std::string::npos;
  });
}

}  // namespace ftracectl::compare

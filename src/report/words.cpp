#include "report/words.hpp"

#include <array>
#include <cstdio>
#include <ftracectl/error.hpp>

namespace ftracectl::report {

namespace {

std::string with_digits(double number, const char* unit) {
  std::array<char, 40> text;
  const int digits = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f %s", digits, number, unit);
  return text.data();
}

}  // namespace

std::string duration_words(std::uint64_t ns) {
  const auto number = static_cast<double>(ns);
  if (ns < 1000) return std::to_string(ns) + " ns";
  if (number < 999.5e3) return with_digits(number / 1e3, "us");
  if (number < 999.5e6) return with_digits(number / 1e6, "ms");
  if (number < 600e9) return with_digits(number / 1e9, "s");
  if (number < 36000e9) return with_digits(number / 60e9, "min");
  return with_digits(number / 3600e9, "h");
}

std::string milliseconds(std::uint64_t ns) {
  std::array<char, 40> text;
  std::snprintf(text.data(), text.size(), "%.3f", static_cast<double>(ns) / 1e6);
  return text.data();
}

std::string grouped(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) text.insert(at - 3, 1, ',');
  return text;
}

std::string offset_seconds(const Run& run, std::int64_t at_ns) {
  const std::int64_t offset = at_ns - run.begin_ns;
  std::array<char, 48> text;
  if (!run.is_time) return std::to_string(offset);
  std::snprintf(text.data(), text.size(), "%lld.%06lld", static_cast<long long>(offset / 1'000'000'000),
                static_cast<long long>(offset % 1'000'000'000 / 1000));
  return text.data();
}

std::string quoted_argument(std::string_view argument) {
  constexpr std::string_view special = " \t\n\"'\\$`*?[]{}()<>|&;!#~";
  if (!argument.empty() && argument.find_first_of(special) == std::string_view::npos)
    return std::string(argument);
  std::string quoted = "\"";
  for (const char c : argument) {
    if (c == '"') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::vector<std::string_view> arguments(const Run& run, const Attempt& attempt) {
  std::vector<std::string_view> found;
  std::string_view rest = run.texts.at(attempt.argv);
  while (!rest.empty()) {
    const auto end = rest.find('\0');
    found.push_back(rest.substr(0, end));
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return found;
}

std::string command_words(const Run& run, const Attempt& attempt) {
  std::string words = attempt.filename == no_text ? "?" : quoted_argument(run.texts.at(attempt.filename));
  if (attempt.argv == no_text) return attempt.status == ExecRecord::Status::ok ? words + " ?" : words;
  const auto all = arguments(run, attempt);
  for (std::size_t i = 1; i < all.size(); ++i) words += " " + quoted_argument(all[i]);
  return attempt.argv_is_cut ? words + " ..." : words;
}

std::string process_words(const Run& run, const Process& process) {
  if (const Attempt* program = run.program_of(process)) return command_words(run, *program);
  if (process.last_comm == no_text) return "[?]";
  return "[" + std::string(run.texts.at(process.last_comm)) + "]";
}

std::string result_words(const Attempt& attempt) {
  std::string words = attempt.is_failed() && attempt.error != 0 ? result_error_name(-attempt.error)
                                                                : status_name(attempt.status);
  if (attempt.searched > 0) words += " (after " + std::to_string(attempt.searched) + " of PATH)";
  return words;
}

std::string end_words(const Process& process) {
  if (process.signal > 0) return "signal " + std::to_string(process.signal);
  return process.exit_code >= 0 ? "exit " + std::to_string(process.exit_code) : "";
}

}  // namespace ftracectl::report

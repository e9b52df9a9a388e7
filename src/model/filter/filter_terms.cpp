#include "model/filter/filter_terms.hpp"

#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "model/filter/filter_meaning.hpp"

namespace ftracectl {

namespace {

constexpr std::size_t longest_comm = 15;

[[noreturn]] void fail_cpus(std::string_view list) {
  throw Error(ErrorCode::usage,
              "--cpu " + std::string(list) + ": give cpus as numbers and ranges, separated by commas: 0-1,3");
}

std::string one_range(std::string_view piece, std::string_view list) {
  const auto dash = piece.find('-');
  const auto first = parse_number<std::uint16_t>(trim(piece.substr(0, dash)));
  const auto last =
      dash == std::string_view::npos ? first : parse_number<std::uint16_t>(trim(piece.substr(dash + 1)));
  if (!first || !last || *first > *last) fail_cpus(list);
  if (*first == *last) return "CPU==" + std::to_string(*first);
  return "CPU>=" + std::to_string(*first) + "&&CPU<=" + std::to_string(*last);
}

}  // namespace

std::string tid_filter(const std::vector<std::int32_t>& tids) {
  std::string filter;
  for (const auto tid : tids) {
    filter += (filter.empty() ? "common_pid==" : "||common_pid==") + std::to_string(tid);
  }
  return filter;
}

namespace {

enum class Sense { is, is_not };

std::string comm_term(const std::string& name, Sense sense) {
  const auto fail = [&](const std::string& why) {
    throw Error(ErrorCode::usage, (sense == Sense::is ? "--comm " : "--exclude-comm ") + name + ": " + why);
  };
  if (name.empty()) fail("a name is missing");
  const bool has_both = name.find('"') != std::string::npos && name.find('\'') != std::string::npos;
  if (has_both)
    fail("a filter cannot express a name with both kinds of quotes; '?' stands for any character");
  const bool is_glob = name.find_first_of("*?[") != std::string::npos;
  if (!is_glob && name.size() > longest_comm) {
    fail("the kernel keeps 15 bytes of a name: '" + name.substr(0, longest_comm) + "'");
  }
  const char quote = name.find('"') == std::string::npos ? '"' : '\'';
  if (!is_glob) return std::string(sense == Sense::is ? "COMM == " : "COMM != ") + quote + name + quote;
  // A leading '!' would be read as "not".
  const std::string pattern = name.starts_with('!') ? "\\" + name : safe_glob(name, true);
  return std::string(sense == Sense::is ? "COMM ~ " : "COMM !~ ") + quote + pattern + quote;
}

}  // namespace

std::string comm_filter(const std::string& name) { return comm_term(name, Sense::is); }
std::string not_comm_filter(const std::string& name) { return comm_term(name, Sense::is_not); }

std::string cpu_filter(std::string_view list) {
  if (list.empty()) return {};
  std::string filter;
  for (const auto piece : split(list, ',')) {
    filter += (filter.empty() ? "" : "||") + one_range(piece, list);
  }
  return filter;
}

std::string both_filters(const std::string& left, const std::string& right) {
  if (left.empty() || right.empty()) return left + right;
  // && binds tighter than ||, and nothing else is looser.
  const auto wrapped = [](const std::string& filter) {
    return filter.find("||") == std::string::npos ? filter : "(" + filter + ")";
  };
  return wrapped(left) + " && " + wrapped(right);
}

}  // namespace ftracectl

#include "kernel/cpus.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "base/text.hpp"

namespace ftracectl {

namespace {

constexpr int longest_range = 65536;

std::optional<std::vector<int>> read_cpu_list(const char* name) {
  std::ifstream file(std::string("/sys/devices/system/cpu/") + name);
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return parse_cpu_list(line);
}

}  // namespace

std::optional<std::vector<int>> parse_cpu_list(std::string_view text) {
  std::vector<int> cpus;
  text = trim(text);
  if (text.empty()) return cpus;
  for (const auto range : split(text, ',')) {
    const auto dash = range.find('-');
    const auto first = parse_number<int>(range.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : parse_number<int>(range.substr(dash + 1));
    if (!first || !last || *first < 0 || *last < *first || *last - *first >= longest_range) {
      return std::nullopt;
    }
    for (int cpu = *first; cpu <= *last; ++cpu) cpus.push_back(cpu);
  }
  return cpus;
}

std::vector<int> read_offline_cpus() {
  const auto possible = read_cpu_list("possible");
  const auto online = read_cpu_list("online");
  std::vector<int> offline;
  if (!possible || !online) return offline;
  std::set_difference(possible->begin(), possible->end(), online->begin(), online->end(),
                      std::back_inserter(offline));
  return offline;
}

std::string cpus_are(const std::vector<int>& cpus) {
  std::vector<std::string> numbers;
  for (const int cpu : cpus) numbers.push_back(std::to_string(cpu));
  return (cpus.size() == 1 ? "cpu " : "cpus ") + join(numbers, ", ") + (cpus.size() == 1 ? " is" : " are");
}

}  // namespace ftracectl

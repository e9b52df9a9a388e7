#include "kernel/functions.hpp"

#include <fstream>

namespace ftracectl {

std::unordered_set<std::string> read_kernel_functions() {
  // ffffffff81001000 T do_exit
  // ffffffffc0002000 t helper	[module]
  std::unordered_set<std::string> names;
  std::ifstream file("/proc/kallsyms");
  std::string line;
  while (std::getline(file, line)) {
    const auto type = line.find(' ');
    if (type == std::string::npos || type + 3 > line.size()) continue;
    const auto name = type + 3;
    names.insert(line.substr(name, line.find('\t', name) - name));
  }
  return names;
}

}  // namespace ftracectl

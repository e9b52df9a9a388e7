#include "kernel/symbols.hpp"

#include <algorithm>
#include <fstream>

#include "base/text.hpp"

namespace ftracectl {

namespace {

/// Whether the kernel would name an address by it: functions, and what lies between them.
bool is_text_symbol(char type) { return type == 'T' || type == 't' || type == 'W' || type == 'w'; }

}  // namespace

/// Lines of "ffffffff81000000 T vfs_write" and, of modules, with "\t[nf_tables]" behind. Addresses are zeros
/// where the kernel hides them.
void KernelSymbols::read() {
  was_read_ = true;
  std::ifstream file("/proc/kallsyms");
  std::string line;
  while (std::getline(file, line)) add_line(line);
  sort();
}

KernelSymbols::KernelSymbols(std::string_view kallsyms) : was_read_(true) {
  for (const auto line : split_lines(kallsyms)) add_line(line);
  sort();
}

void KernelSymbols::add_line(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos || text.size() < blank + 4 || !is_text_symbol(text[blank + 1])) return;
  const auto address = parse_number<std::uint64_t>(text.substr(0, blank), 16);
  if (!address || *address == 0) return;
  std::string name(text.substr(blank + 3));
  if (const auto tab = name.find('\t'); tab != std::string::npos) name[tab] = ' ';
  symbols_.push_back({*address, std::move(name)});
}

void KernelSymbols::sort() {
  std::stable_sort(symbols_.begin(), symbols_.end(),
                   [](const Symbol& left, const Symbol& right) { return left.address < right.address; });
}

KernelSymbols::Place KernelSymbols::find(std::uint64_t address) {
  if (!was_read_) read();
  const auto above =
      std::upper_bound(symbols_.begin(), symbols_.end(), address,
                       [](std::uint64_t wanted, const Symbol& symbol) { return wanted < symbol.address; });
  if (above == symbols_.begin()) return {};
  // Of several names of one address the kernel takes the first.
  const std::uint64_t begin = std::prev(above)->address;
  const auto first =
      std::lower_bound(symbols_.begin(), above, begin,
                       [](const Symbol& symbol, std::uint64_t wanted) { return symbol.address < wanted; });
  const std::uint64_t end = above != symbols_.end() ? above->address : address + 1;
  return {first->name, address - begin, end - begin};
}

}  // namespace ftracectl

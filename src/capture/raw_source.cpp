#include "capture/raw_source.hpp"

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "kernel/symbols.hpp"
#include "model/plan.hpp"

namespace ftracectl {

namespace {

/// "123 bash", as the top level's saved_cmdlines has it: the names of tasks seen last, dead ones too.
std::string name_in_saved_cmdlines(Files& files, std::int32_t tid) {
  if (!files.exists("saved_cmdlines")) return {};
  const std::string text = files.read("saved_cmdlines");
  const std::string number = std::to_string(tid) + " ";
  for (const auto line : split_lines(text)) {
    if (line.starts_with(number)) return std::string(line.substr(number.size()));
  }
  return {};
}

}  // namespace

RawSource read_raw_source(Files& files, const std::string& prefix) {
  RawSource source;
  source.layout = parse_page_layout(files.read("events/header_page"), files.read("events/header_event"));
  source.layout.page_size = read_page_size(files, prefix, source.layout.page_size);
  source.is_time = counts_time(read_clock(files, prefix));
  source.symbols = [symbols = std::make_shared<KernelSymbols>()](std::uint64_t address) {
    const auto place = symbols->find(address);
    return SymbolPlace{place.name, place.offset, place.size};
  };
  source.ask_name = [&files, has_our_pids = in_initial_pid_namespace()](std::int32_t tid) {
    const auto name = has_our_pids ? read_comm(tid) : std::nullopt;
    if (!name) return name_in_saved_cmdlines(files, tid);
    return name->substr(0, name->find('\0'));  // in the middle of an exec the end of the old name shows
  };
  return source;
}

std::vector<std::string> builtin_entries(Files& files) {
  std::vector<std::string> entries;
  for (const char* name : {"kernel_stack", "user_stack", "print", "raw_data", "bprint", "bputs"}) {
    const std::string event = std::string("ftrace:") + name;
    if (files.exists(event_folder("", event) + "format")) entries.push_back(event);
  }
  return entries;
}

}  // namespace ftracectl

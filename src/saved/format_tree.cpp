#include "saved/format_tree.hpp"

#include <ftracectl/error.hpp>
#include <ostream>
#include <vector>

#include "kernel/events.hpp"
#include "saved/input_folder.hpp"

namespace ftracectl {

namespace {

/// One event of a tree; one that cannot be read or understood is left out, which is said.
void add_format(EventTable& table, const InputFolder& tree, const std::string& prefix,
                const std::string& system, const std::string& event, std::ostream& err) {
  const std::string name = prefix + system + "/" + event + "/format";
  if (!tree.has(name)) return;
  try {
    table.add(parse_format(tree.read(name), system, tree.path_of(name)));
  } catch (const Error& error) {
    err << "ftracectl: note: skipped: " << error.what() << std::endl;
  }
}

}  // namespace

void add_format_tree(EventTable& table, const std::string& folder, std::ostream& err) {
  const InputFolder tree(folder);
  const std::string prefix = tree.has_folder("formats") ? "formats/" : "";
  for (const auto& system : tree.list(prefix.empty() ? prefix : "formats")) {
    if (!tree.has_folder(prefix + system)) continue;
    std::vector<std::string> events;
    try {
      events = tree.list(prefix + system);
    } catch (const Error& error) {
      err << "ftracectl: note: skipped: " << error.what() << std::endl;
    }
    for (const auto& event : events) add_format(table, tree, prefix, system, event, err);
  }
  if (table.size() == 0) {
    throw Error(ErrorCode::failed, folder + ": neither it nor its formats/ has SYSTEM/EVENT/format");
  }
}

void add_kernel_formats(EventTable& table, Files& files) {
  for (const auto& event : read_available_events(files)) table.add(read_schema(files, event));
}

}  // namespace ftracectl

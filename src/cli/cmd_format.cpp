#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>

#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/format_output.hpp"
#include "kernel/events.hpp"
#include "kernel/tracefs.hpp"
#include "saved/byte_source.hpp"

namespace ftracectl::cli {

namespace po = boost::program_options;

namespace {

const char* const help_text =
    "Shows an event's fields, with offset, size and type, and how the kernel prints them. EVENT "
    "is SYSTEM:NAME, SYSTEM/NAME or NAME, and may be a pattern: 'sched:*'.\n"
    "\n"
    "--json prints one object for each event, one a line, with the keys system (null if the "
    "file's path does not tell it), name, id, common_fields, fields and print_fmt. Each field has "
    "name, type, offset, size, signed, array, array_length (null if the format does not give it) "
    "and storage: fixed, data_loc or rel_loc, that is, where the bytes of an array are; unknown if the "
    "declaration is doubtful.\n"
    "--c prints a packed struct that matches the event's bytes.";

/// The longest of any kernel has some 20 KiB.
constexpr std::size_t longest_format = std::size_t{16} << 20;

std::string read_format_text(const std::string& path, const std::string& name) {
  ByteSource source(path);
  std::string text;
  for (auto piece = source.read(); !piece.empty(); piece = source.read()) {
    text += piece;
    if (text.size() > longest_format)
      throw Error(ErrorCode::failed, name + ": too long for a format file: over 16 MiB");
  }
  return text;
}

/// The system in .../SYSTEM/NAME/format; empty where the path is another.
std::string system_of(const std::string& path, const std::string& event_name) {
  const auto parts = split(path, '/');
  if (parts.size() < 3 || parts.back() != "format" || parts[parts.size() - 2] != event_name) return {};
  return std::string(parts[parts.size() - 3]);
}

EventSchema schema_of_file(const std::string& path) {
  const std::string origin = path == "-" ? "standard input" : path;
  EventSchema schema = parse_format(read_format_text(path, origin), {}, origin);
  schema.system = system_of(path, schema.name);
  return schema;
}

std::vector<EventSchema> schemas_of_files(const std::vector<std::string>& paths) {
  std::vector<EventSchema> schemas;
  schemas.reserve(paths.size());
  for (const auto& path : paths) schemas.push_back(schema_of_file(path));
  return schemas;
}

std::vector<EventSchema> schemas_of_events(const CommandLine& line) {
  Tracefs files(locate_tracefs(line.tracefs()).path);
  std::vector<EventSchema> schemas;
  for (const auto& name : find_formats(files, line.all("event"))) {
    schemas.push_back(read_schema(files, name));
  }
  return schemas;
}

}  // namespace

int cmd_format(const Invocation& invocation) {
  CommandLine line({"format EVENT... | --file FILE [--json | --c]", help_text,
                    "ftracectl format sched:sched_process_exec\n"
                    "  ftracectl format --json 'syscalls:sys_enter_exec*'\n"
                    "  ftracectl format --file recorded/sched/sched_switch/format"});
  line.options()("file", po::value<std::vector<std::string>>()->value_name("FILE"),
                 "read a format file, of any machine, or - for standard input; may be repeated");
  line.options()("json", "print JSON, one object a line");
  line.options()("c", "print a C struct");
  line.positional("event");
  if (!line.parse(invocation)) return exit_status::ok;
  if (line.has("event") == line.has("file")) line.fail("name events, or give --file FILE");
  if (line.has("json") && line.has("c")) line.fail("--json cannot be combined with --c");

  const auto schemas = line.has("file") ? schemas_of_files(line.all("file")) : schemas_of_events(line);
  for (const auto& schema : schemas) {
    const bool first = &schema == &schemas.front();
    if (!first && !line.has("json")) invocation.out << "\n";
    if (line.has("json"))
      print_schema_json(schema, invocation.out);
    else if (line.has("c"))
      print_schema_struct(schema, invocation.out);
    else
      print_schema_table(schema, invocation.out);
  }
  return exit_status::ok;
}

}  // namespace ftracectl::cli

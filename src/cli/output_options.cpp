#include "cli/output_options.hpp"

#include "base/text.hpp"
#include "cli/values.hpp"
#include "output/open_output.hpp"

namespace ftracectl::cli {

namespace {

namespace po = boost::program_options;

/// What needs a file: the first of these options that was given.
void require_file(const CommandLine& line) {
  if (!names_standard_output(line.text("output"))) return;
  for (const char* option : {"append", "rotate", "owner", "mode"}) {
    if (line.has(option)) line.fail(std::string("--") + option + " needs --output FILE");
  }
}

}  // namespace

void add_output_options(CommandLine& line) {
  auto options = line.options();
  options("output,o", po::value<std::string>()->value_name("FILE"),
          "write the records to FILE instead of standard output; a new FILE has mode 0600");
  options("append", "add to FILE and keep what it holds; without this, it is emptied");
  options("rotate", po::value<std::string>()->value_name("SIZE|TIME"),
          "begin a new FILE when this one is so large (64M) or so old (1h, 1d), or either (64M,1d); the full "
          "one is renamed to FILE.DATE-NUMBER");
  options("keep", po::value<std::string>()->value_name("N"),
          "with --rotate: keep N full files and remove older ones; without it, all are kept");
  options("compress", "with --rotate: compress full files with zstd");
  options("owner", po::value<std::string>()->value_name("USER[:GROUP]"), "give new files to USER");
  options("mode", po::value<std::string>()->value_name("MODE"), "the mode of new files: 0640");
}

LogFile::Rules output_rules(const CommandLine& line) {
  require_file(line);
  LogFile::Rules rules;
  rules.path = line.text("output");
  const bool is_kept = line.has("append") || line.has("rotate") || line.has("service");
  rules.existing = is_kept ? Existing::is_kept : Existing::is_emptied;
  if (line.has("rotate")) rules.rotation = parse_rotation("rotate", line.text("rotate"));
  for (const char* option : {"keep", "compress"}) {
    if (line.has(option) && !line.has("rotate")) line.fail(std::string("--") + option + " needs --rotate");
  }
  if (line.has("keep")) {
    rules.rotation.keep = parse_number<std::uint64_t>(line.text("keep"));
    if (!rules.rotation.keep) line.fail("--keep " + line.text("keep") + ": give a number of files");
  }
  if (line.has("compress")) rules.rotation.compression = Rotation::Compression::zstd;
  if (line.has("owner")) parse_owner(line.text("owner"), rules.rights);
  if (line.has("mode")) rules.rights.mode = parse_file_mode(line.text("mode"));
  return rules;
}

}  // namespace ftracectl::cli

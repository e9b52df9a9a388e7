#include "output/record_output.hpp"

#include <sys/stat.h>

#include <ftracectl/error.hpp>

#include "output/output_file.hpp"

namespace ftracectl {

std::unique_ptr<Output> open_record_output(const LogFile::Rules& rules) {
  const auto require_no_rotation = [&](const std::string& name) {
    if (rules.rotation.is_wanted())
      throw Error(ErrorCode::usage, "--rotate needs a regular file, which " + name + " is not");
  };
  if (names_standard_output(rules.path)) {
    require_no_rotation("standard output");
    return std::make_unique<OutputFile>(rules.path);
  }
  OpenedFile opened = open_for_output(rules.path, rules.existing, rules.rights);
  struct stat status {};
  const bool is_regular = fstat(opened.file.value(), &status) == 0 && S_ISREG(status.st_mode);
  if (is_regular) return std::make_unique<LogFile>(std::move(opened), rules);
  require_no_rotation(rules.path);
  return std::make_unique<OutputFile>(std::move(opened.file), rules.path);
}

void set_hooks(Output& output, LogFile::Hooks hooks) {
  if (auto* file = dynamic_cast<LogFile*>(&output)) file->set_hooks(std::move(hooks));
}

}  // namespace ftracectl

#include "records/wanted_execs.hpp"

#include "base/text.hpp"

namespace ftracectl {

std::function<bool(const ExecRecord&)> wanted_execs(const std::string& filename, const std::string& name,
                                                    bool only_failed) {
  if (filename.empty() && name.empty() && !only_failed) return nullptr;
  return [filename, name, only_failed](const ExecRecord& record) {
    if (only_failed && record.status != ExecRecord::Status::failed) return false;
    if (filename.empty() && name.empty()) return true;
    if (!record.filename) return false;
    const std::string_view path = *record.filename;
    const auto base = path.substr(path.rfind('/') + 1);
    return (filename.empty() || glob_match(filename, path)) && (name.empty() || glob_match(name, base));
  };
}

}  // namespace ftracectl

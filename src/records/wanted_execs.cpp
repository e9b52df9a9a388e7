#include "records/wanted_execs.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace ftracectl {

namespace {

template <typename Value>
bool contains(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool is_container(const std::string& wanted, const std::string& id) {
  constexpr std::size_t short_id = 12;
  return glob_match(wanted, id) || (wanted.size() >= short_id && id.starts_with(wanted));
}

bool is_below(const std::string& wanted, const std::string& cgroup) {
  return glob_match(wanted, cgroup) || wanted == "/" || cgroup.starts_with(wanted + "/");
}

template <typename Matches>
bool matches_any(const std::vector<std::string>& wanted, const std::optional<std::string>& value,
                 Matches matches) {
  return value &&
         std::any_of(wanted.begin(), wanted.end(), [&](const auto& one) { return matches(one, *value); });
}

}  // namespace

bool is_selected(const ExecSelection& selection, const ExecRecord& record) {
  if (!selection.uids.empty() && !(record.uid && contains(selection.uids, *record.uid))) return false;
  if (record.uid && contains(selection.not_uids, *record.uid)) return false;
  const auto matches = [](const std::string& glob, const std::string& text) {
    return glob_match(glob, text);
  };
  if (matches_any(selection.not_filenames, record.filename, matches)) return false;
  if (!selection.containers.empty() &&
      !matches_any(selection.containers, record.place.container, is_container))
    return false;
  return selection.cgroups.empty() || matches_any(selection.cgroups, record.place.cgroup, is_below);
}

std::function<bool(const ExecRecord&)> wanted_execs(const std::string& filename, const std::string& name,
                                                    bool only_failed, const ExecSelection& selection) {
  if (filename.empty() && name.empty() && !only_failed && !selection.any()) return nullptr;
  return [filename, name, only_failed, selection](const ExecRecord& record) {
    if (selection.any() && !is_selected(selection, record)) return false;
    if (only_failed && record.status != ExecRecord::Status::failed) return false;
    if (filename.empty() && name.empty()) return true;
    if (!record.filename) return false;
    const std::string_view path = *record.filename;
    const auto base = path.substr(path.rfind('/') + 1);
    return (filename.empty() || glob_match(filename, path)) && (name.empty() || glob_match(name, base));
  };
}

std::function<bool(const Record&)> wanted_records(const std::string& filename, const std::string& name,
                                                  bool only_failed, const ExecSelection& selection) {
  auto wanted = wanted_execs(filename, name, only_failed, selection);
  if (!wanted) return nullptr;
  return [wanted = std::move(wanted), only_failed](const Record& record) {
    if (const auto* exec = record_if<ExecRecord>(record)) return wanted(*exec);
    const auto* call = record_if<CallRecord>(record);
    return call == nullptr || !only_failed || call->status == CallRecord::Status::failed;
  };
}

}  // namespace ftracectl

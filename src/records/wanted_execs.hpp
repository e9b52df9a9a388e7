#pragma once

#include <ftracectl/exec_record.hpp>
#include <functional>
#include <string>
#include <vector>

#include "records/record.hpp"

namespace ftracectl {

/// Which execs of all are wanted, by what only the finished record says. What is empty selects nothing.
struct ExecSelection {
  std::vector<std::uint32_t> uids;
  std::vector<std::uint32_t> not_uids;
  std::vector<std::string> not_filenames;  ///< globs
  std::vector<std::string> containers;     ///< globs, or the first twelve digits of an id or more
  std::vector<std::string> cgroups;        ///< paths, of which those below are meant, too; or globs

  bool any() const {
    return !(uids.empty() && not_uids.empty() && not_filenames.empty() && containers.empty() &&
             cgroups.empty());
  }
  friend bool operator==(const ExecSelection&, const ExecSelection&) = default;
};

/// A record whose user, container or cgroup is not known is none that was selected by it, and none that was excluded.
bool is_selected(const ExecSelection& selection, const ExecRecord& record);

/// Tells the exec records whose file name matches `filename`, all of it, and `name`, behind its last '/'. An
/// empty glob takes all; a record without a known file name matches none. With `only_failed`, those that
/// failed. Empty where all are wanted.
std::function<bool(const ExecRecord&)> wanted_execs(const std::string& filename, const std::string& name,
                                                    bool only_failed, const ExecSelection& selection = {});

/// The same of records of all kinds: the globs and the selection are about execs, `only_failed` about all that can fail.
std::function<bool(const Record&)> wanted_records(const std::string& filename, const std::string& name,
                                                  bool only_failed, const ExecSelection& selection = {});

}  // namespace ftracectl

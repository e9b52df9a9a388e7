#pragma once

#include <ftracectl/exec_record.hpp>
#include <functional>
#include <string>

namespace ftracectl {

/// Tells the exec records whose file name matches `filename`, all of it, and `name`, behind its last '/'. An
/// empty glob takes all; a record without a known file name matches none. With `only_failed`, those that
/// failed. Empty where all are wanted.
std::function<bool(const ExecRecord&)> wanted_execs(const std::string& filename, const std::string& name,
                                                    bool only_failed);

}  // namespace ftracectl

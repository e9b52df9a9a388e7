#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

// Filters out of what users say in options, for every kernel and every event. Each gives an empty text for an
// empty selection.

/// "common_pid==1||common_pid==2". ftrace's pid is the thread's.
std::string tid_filter(const std::vector<std::int32_t>& tids);

/// `comm == "make"`, or with wildcards `comm ~ "make*"`: COMM, because some events have a field `comm` of
/// their own, which is somebody else's name. Throws Error(usage) for a name that no filter can express, with
/// both kinds of quotes in it, and for one that is too long.
std::string comm_filter(const std::string& name);
/// The opposite. Throws the same, for --exclude-comm.
std::string not_comm_filter(const std::string& name);

/// "CPU==0||CPU>=2&&CPU<=3" of "0,2-3". Throws Error(usage) for what is no list.
std::string cpu_filter(std::string_view list);

/// "(a==1||a==2) && b==3", or the one that is not empty.
std::string both_filters(const std::string& left, const std::string& right);

}  // namespace ftracectl

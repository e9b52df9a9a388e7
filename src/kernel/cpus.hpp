#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The numbers of "0-1,3", as the files below /sys/devices/system/cpu list cpus. Nothing for a text of
/// another form. A range is at most 65,536 long.
std::optional<std::vector<int>> parse_cpu_list(std::string_view text);

/// The cpus that this machine may have and that are offline now, ascending. They have folders in per_cpu, and
/// no buffer before they are online for the first time. Source: /sys/devices/system/cpu/possible and online;
/// empty where these cannot be read.
std::vector<int> read_offline_cpus();

/// "cpu 1 is", "cpus 1, 3 are"
std::string cpus_are(const std::vector<int>& cpus);

}  // namespace ftracectl

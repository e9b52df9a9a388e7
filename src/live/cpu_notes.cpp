#include "live/cpu_notes.hpp"

#include <algorithm>
#include <iterator>
#include <ostream>

#include "kernel/cpus.hpp"
#include "model/tracefs/kernel_counts.hpp"

namespace ftracectl {

namespace {

std::vector<int> without(const std::vector<int>& cpus, const std::vector<int>& others) {
  std::vector<int> rest;
  std::set_difference(cpus.begin(), cpus.end(), others.begin(), others.end(), std::back_inserter(rest));
  return rest;
}

}  // namespace

CpuNotes::CpuNotes(std::ostream& err) : err_(err), offline_(read_offline_cpus()) {
  if (offline_.empty()) return;
  err_ << "ftracectl: note: " << cpus_are(offline_) << " offline; a cpu is recorded from when it comes online"
       << std::endl;
}

void CpuNotes::at_end(Files& files, const std::string& prefix) {
  const std::vector<int> now = read_offline_cpus();
  const auto gone = without(now, offline_);
  if (!gone.empty()) {
    err_ << "ftracectl: note: " << cpus_are(gone) << " offline now, online at the start" << std::endl;
  }
  for (const int cpu : now) {
    KernelCounts counts;
    add_stats(counts, files.read(prefix + "per_cpu/cpu" + std::to_string(cpu) + "/stats"));
    if (counts.left == 0) continue;
    err_ << "ftracectl: note: " << counts.left << " events are left in the buffer of cpu " << cpu
         << ", which went offline: this kernel does not allow reading them" << std::endl;
  }
  const auto came = without(offline_, now);
  if (came.empty()) return;
  err_ << "ftracectl: note: " << cpus_are(came) << " online now, offline at the start" << std::endl;
}

}  // namespace ftracectl

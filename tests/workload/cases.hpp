#pragma once

#include <string>
#include <vector>

namespace workload {

/// Where the cases work.
struct Place {
  std::string folder;  ///< holds the files that the cases exec
  std::string marker;  ///< a trace_marker file; "" for none
  long count = 0;      ///< as given with the case: `burst=20`
};

struct Case {
  std::string name;
  std::string about;
  void (*run)(const std::string& name, const Place& place);
  bool by_default = true;  ///< runs when no case is named
};

/// All cases, in the order in which they run.
const std::vector<Case>& all_cases();

/// Makes the files in the folder that the cases use, out of this very program.
void make_files(const std::string& folder);

}  // namespace workload

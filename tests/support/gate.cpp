#include "support/gate.hpp"

#include <sys/stat.h>

#include <fstream>
#include <stdexcept>

namespace ftracectl::test {

Gate::Gate() : path_(folder_.path() + "/gate") {
  if (mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("cannot make " + path_);
}

void Gate::open() const { std::ofstream(path_) << "\n"; }

}  // namespace ftracectl::test

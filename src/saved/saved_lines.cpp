#include "saved/saved_lines.hpp"

#include <cerrno>
#include <ftracectl/error.hpp>

namespace ftracectl {

SavedLines::SavedLines(const std::string& path) : path_(path), file_(path, std::ios::binary) {
  if (!file_) throw Error(ErrorCode::failed, path + ": cannot be read: " + errno_text(errno), errno);
}

bool SavedLines::read_line() {
  if (!std::getline(file_, line_)) return false;
  ++number_;
  torn_ = file_.eof();
  return !torn_;
}

void SavedLines::fail(const std::string& what) const {
  throw Error(ErrorCode::failed, path_ + ":" + std::to_string(number_) + ": " + what);
}

}  // namespace ftracectl

#include "saved/saved_lines.hpp"

#include <ftracectl/error.hpp>

namespace ftracectl {

namespace {

/// A line has the arguments of a call at most, of which each byte takes six.
constexpr std::size_t longest_line = std::size_t{64} << 20;

}  // namespace

SavedLines::SavedLines(const InputFolder& folder, const std::string& name)
    : path_(folder.path_of(name)), source_(folder.open(name), path_) {}

bool SavedLines::read_line() {
  if (torn_) return false;
  line_.clear();
  ++number_;
  for (;;) {
    const auto end = ahead_.find('\n');
    if (end != std::string_view::npos) {
      add_to_line(ahead_.substr(0, end));
      ahead_.remove_prefix(end + 1);
      return true;
    }
    add_to_line(ahead_);
    ahead_ = source_.read();
    if (ahead_.empty()) break;
  }
  torn_ = !line_.empty();
  return false;
}

void SavedLines::add_to_line(std::string_view text) {
  if (line_.size() + text.size() > longest_line) fail("the line is too long");
  line_ += text;
}

void SavedLines::fail(const std::string& what) const {
  throw Error(ErrorCode::failed, path_ + ":" + std::to_string(number_) + ": " + what);
}

}  // namespace ftracectl

#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include "base/json_depth.hpp"
#include "saved/byte_source.hpp"
#include "saved/input_folder.hpp"

namespace ftracectl {

/// The lines of a file that a capture wrote, one at a time. A last line without its newline is what a killed
/// capture leaves: it is not given.
class SavedLines {
 public:
  /// Throws Error(failed).
  SavedLines(const InputFolder& folder, const std::string& name);

  /// Parses the next line. Nothing at the end. Throws Error(failed) with file and line for one that is not
  /// understood.
  template <typename Line>
  std::optional<Line> next(Line (*parse)(std::string_view)) {
    if (!read_line()) return std::nullopt;
    try {
      return parse(line_);
    } catch (const std::exception& error) {
      fail(json_fault(error.what()));
    }
  }
  /// Whether the end was within a line.
  bool is_torn() const { return torn_; }

 private:
  bool read_line();
  void add_to_line(std::string_view text);
  [[noreturn]] void fail(const std::string& what) const;

  std::string path_;
  ByteSource source_;
  std::string_view ahead_;  ///< what was read and is behind the line
  std::string line_;
  std::size_t number_ = 0;
  bool torn_ = false;
};

}  // namespace ftracectl

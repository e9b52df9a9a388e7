#pragma once

#include <string>
#include <string_view>

namespace ftracectl {

/// What a file seems to be, for the message where nobody here reads it.
struct FileKind {
  std::string_view name;    ///< "a trace.dat of trace-cmd"
  std::string_view advice;  ///< which command reads it; may be empty
  bool is_binary = false;   ///< it is no text: none of it can be a line of a trace
};

/// By the first bytes, up to 64 KiB; nullptr where nothing is known of such a file.
const FileKind* find_file_kind(std::string_view beginning);

/// "it seems to be a gzip file: 'gzip -dc' reads it".
std::string describe(const FileKind& kind);

}  // namespace ftracectl

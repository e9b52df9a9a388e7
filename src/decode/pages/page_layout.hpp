#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ftracectl {

/// How the binary pages of trace_pipe_raw are laid out: what events/header_page and events/header_event say.
/// Little-endian machines only.
///
///     field: u64 timestamp;   offset:0;   size:8;    signed:0;
///     field: local_t commit;  offset:8;   size:8;    signed:1;
///     field: int overwrite;   offset:8;   size:1;    signed:1;
///     field: char data;       offset:16;  size:4080; signed:0;
struct PageLayout {
  std::size_t commit_offset = 8;
  std::size_t commit_size = 8;  ///< 4 on 32-bit kernels
  std::size_t data_offset = 16;
  std::size_t page_size = 4096;  ///< of a sub-buffer, header included: what one read gives
  /// Values of an entry's type_len; smaller ones are lengths of data in words of 4 bytes, 0 a length of its
  /// own.
  unsigned padding = 29;
  unsigned time_extend = 30;
  unsigned time_stamp = 31;
  unsigned data_max = 28;
};

/// Throws Error(failed), naming the file and what is wrong in it.
PageLayout parse_page_layout(std::string_view header_page, std::string_view header_event);

}  // namespace ftracectl

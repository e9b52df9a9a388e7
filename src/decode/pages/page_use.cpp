#include "decode/pages/page_use.hpp"

#include "decode/pages/page_reader.hpp"

namespace ftracectl {

std::size_t used_part(const PageLayout& layout, std::string_view page) {
  if (page.size() < layout.data_offset) return layout.page_size;
  const PageCommit commit = read_commit(layout, page);
  const std::size_t used = layout.data_offset + commit.length + (commit.has_count ? layout.commit_size : 0);
  return used <= layout.page_size ? used : layout.page_size;
}

}  // namespace ftracectl

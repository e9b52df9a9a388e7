#include "decode/pages/page_use.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace ftracectl;

namespace {

std::string page_with(std::uint64_t commit) {
  std::string page(4096, '\0');
  std::memcpy(page.data() + 8, &commit, sizeof commit);
  return page;
}

}  // namespace

TEST_CASE("the used part of a page is its header, its data and the number of what was lost") {
  const PageLayout layout;
  CHECK(used_part(layout, page_with(0)) == 16);
  CHECK(used_part(layout, page_with(100)) == 116);
  CHECK(used_part(layout, page_with(0xffffffff80000064)) == 116);  // lost, nobody knows how many
  CHECK(used_part(layout, page_with(0xffffffffc0000064)) == 124);  // the number behind the data
  CHECK(used_part(layout, page_with(4080)) == 4096);
  CHECK(used_part(layout, page_with(5000)) == 4096);              // makes no sense: kept whole
  CHECK(used_part(layout, page_with(100).substr(0, 16)) == 116);  // the header alone
  CHECK(used_part(layout, "short") == 4096);
}

#include "records/path_search.hpp"

#include <cerrno>

namespace ftracectl {

namespace {

std::string_view last_part(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

bool search_goes_on(std::int64_t error) { return error == ENOENT || error == ENOTDIR || error == EACCES; }

bool is_next_of_search(std::string_view first, std::string_view before, std::string_view file) {
  return last_part(file) == last_part(before) && !(before == first && file == first);
}

}  // namespace ftracectl

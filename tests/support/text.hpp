#pragma once

#include <string>

namespace ftracectl::test {

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace ftracectl::test

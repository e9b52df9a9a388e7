#include <ftracectl/error.hpp>
#include <iostream>

int main() {
  std::cout << ftracectl::errno_name(2) << ": " << ftracectl::errno_text(2) << "\n";
  return ftracectl::errno_name(2) == "ENOENT" ? 0 : 1;
}

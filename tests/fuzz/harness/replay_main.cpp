// Feeds files to a fuzz target: a corpus again, or what a fuzzer found.
//
//     fuzz_replay TARGET FILE|FOLDER...
//     fuzz_replay                          the names of the targets

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/harness/target.hpp"

namespace {

std::vector<std::string> files_of(const std::string& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    for (const auto& target : ftracectl::fuzz::targets())
      std::printf("%s\n", std::string(target.name).c_str());
    return 0;
  }
  const auto* target = ftracectl::fuzz::find_target(argv[1]);
  if (target == nullptr) {
    std::fprintf(stderr, "fuzz_replay: there is no target '%s'\n", argv[1]);
    return 2;
  }
  std::size_t count = 0;
  for (int i = 2; i < argc; ++i) {
    for (const auto& path : files_of(argv[i])) {
      std::ifstream file(path, std::ios::binary);
      const std::string input{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
      // Said before it runs: what crashes has a name.
      std::printf("%s\n", path.c_str());
      std::fflush(stdout);
      target->run(input);
      ++count;
    }
  }
  if (count == 0) {
    std::fprintf(stderr, "fuzz_replay: %s has no corpus\n", argv[1]);
    return 1;
  }
  std::printf("%zu inputs\n", count);
  return 0;
}

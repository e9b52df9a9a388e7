// stacks.jsonl of a capture folder: what named user stacks, and what may name them later.

#include "saved/stack_lines.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>
#include <vector>

#include "kernel/stacks/debug_files.hpp"
#include "saved/saved_stacks.hpp"
#include "support/temporary_folder.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

const Mapping libc{0x7f0000001000, 0x7f0000003000, 0x1000, "fe:00", 5, "/lib/libc.so.6"};
const Mapping program{0x5500000000, 0x5500002000, 0, "fe:00", 6, "/bin/a\xff"};
const Mapping anonymous{0x7f0000008000, 0x7f0000009000, 0, "00:00", 0, ""};

/// Names everything it is asked for "found".
class Found : public ObjectNames {
 public:
  Place find(std::uint64_t, AddressKind) override { return {}; }
  Place find_address(std::uint64_t address, AddressKind) override { return {"found", 1, address, true}; }
  bool step(std::uint64_t, AddressKind, FetchedStack&) override { return false; }
};

std::vector<std::string> named(const std::string& lines, std::vector<std::string_view> frames,
                               std::uint64_t ts, FindObject find = nullptr) {
  const TemporaryFolder folder;
  std::ofstream(folder.path() + "/stacks.jsonl") << lines;
  SavedStacks stacks(InputFolder(folder.path()), std::move(find));
  Event event;
  event.tid = 7;
  event.time.value = ts;
  event.user_stack = std::move(frames);
  stacks.name(event, TaskTracker());
  return {event.user_stack.begin(), event.user_stack.end()};
}

std::string some_lines() {
  StackLines lines;
  lines.mapping(3, libc, "aa11");
  lines.frame(libc, "aa11", 0x7f0000001010, AddressKind::instruction, {"execve", 7, 0x1010, true});
  lines.mapping(3, program, "bb22");
  lines.frame(program, "bb22", 0x5500000100, AddressKind::returned_to, {"", 0, 0x100, true});
  lines.mapping(3, anonymous, "");
  lines.stack({7, 1000, 3});
  return lines.take();
}

}  // namespace

TEST_CASE("stack lines: what is kept names the stack again, and no other") {
  const std::vector<std::string_view> frames = {"<00007f0000001010>", "<0000005500000100>",
                                                "<00007f0000008010>", "<0000000000000002>",
                                                "<00007f0000002000>"};
  CHECK(named(some_lines(), frames, 1000) ==
        std::vector<std::string>{"execve+0x7 (/lib/libc.so.6)", "0x100 (/bin/a\xff)",
                                 "<00007f0000008010> (anonymous)", "<0000000000000002>",
                                 "<00007f0000002000> (/lib/libc.so.6)"});
  CHECK(named(some_lines(), {"<00007f0000001010>"}, 1001) == std::vector<std::string>{"<00007f0000001010>"});
}

TEST_CASE("stack lines: a stack that was left out is left out again") {
  StackLines lines;
  lines.stack({7, 1000});
  CHECK(named(lines.take(), {"<00007f0000001010>"}, 1000).empty());
}

TEST_CASE("stack lines: a name that was not found is looked for by the build id") {
  std::vector<std::string> asked;
  const auto find = [&](const std::string& path,
                        const std::string& build_id) -> std::unique_ptr<ObjectNames> {
    asked.push_back(path + " " + build_id);
    return std::make_unique<Found>();
  };
  const std::vector<std::string_view> frames = {"<00007f0000001010>", "<0000005500000100>"};
  CHECK(named(some_lines(), frames, 1000, find) ==
        std::vector<std::string>{"execve+0x7 (/lib/libc.so.6)", "found+0x1 (/bin/a\xff)"});
  CHECK(asked == std::vector<std::string>{"/bin/a\xff bb22"});
}

TEST_CASE("stack lines: none is written twice") {
  StackLines lines;
  for (int i = 0; i < 3; ++i) {
    lines.mapping(3, libc, "aa11");
    lines.frame(libc, "aa11", 0x7f0000001010, AddressKind::instruction, {"execve", 7, 0x1010, true});
  }
  const std::string text = lines.take();
  CHECK(std::count(text.begin(), text.end(), '\n') == 3);
  CHECK(lines.take().empty());
}

TEST_CASE("stack lines: what is none is refused") {
  for (const char* line :
       {"", "{}", "[]", "{\"map\":1}", "{\"map\":1,\"begin\":\"x\",\"end\":\"1\",\"offset\":0,\"object\":1}",
        "{\"object\":1}", "{\"object\":1,\"at\":2}", "{\"tid\":1}", "{\"tid\":\"a\",\"ts\":1,\"map\":1}"})
    CHECK_THROWS(parse_memory_line(line));
}

TEST_CASE("debug files: a build id out of a stranger's folder leads nowhere else") {
  const TemporaryFolder folder;
  DebugFolders folders;
  folders.debug = {folder.path()};
  folders.cache = folder.path();
  for (const char* id : {"", "..", "../../../etc", "aa/../../bb", "AABBCCDD", "zz11zz11"})
    CHECK_FALSE(open_same_object(folders, {"/proc/self/exe", id}));
  // Its own path alone is no proof.
  CHECK_FALSE(open_same_object(folders, {"/proc/self/exe", "aabbccddeeff"}));
  CHECK_FALSE(open_same_object(folders, {"/dev/zero", "aabbccddeeff"}));
}

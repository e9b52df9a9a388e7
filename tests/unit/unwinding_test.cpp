// The stack of this very test, unwound by the objects' own tables, as the probe at execve() brings one.

#include "kernel/stacks/unwinding.hpp"

#include <doctest/doctest.h>
#include <execinfo.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/user_frame.hpp"
#include "kernel/libdw/libdw_object.hpp"
#include "kernel/stacks/mapped_objects.hpp"
#include "kernel/stacks/process_maps.hpp"
#include "model/tracefs/stack_probe.hpp"

using namespace ftracectl;

namespace {

struct Fetched {
  FetchedStack stack;
  std::array<void*, 64> callers{};  ///< as the C library's own unwinder finds them
  int count = 0;
};

#if defined(__x86_64__)
/// Registers and stack of this function, as they are when it has been called.
[[gnu::noinline]] void fetch(Fetched& fetched) {
  auto& registers = fetched.stack.registers;
  std::uint64_t ip = 0, bx = 0, bp = 0, sp = 0, r12 = 0, r13 = 0, r14 = 0, r15 = 0;
  asm volatile(
      "lea 0(%%rip), %0\n\tmov %%rbx, %1\n\tmov %%rbp, %2\n\tmov %%rsp, %3\n\tmov %%r12, %4\n\tmov %%r13, "
      "%5\n\t"
      "mov %%r14, %6\n\tmov %%r15, %7"
      : "=&r"(ip), "=m"(bx), "=m"(bp), "=m"(sp), "=m"(r12), "=m"(r13), "=m"(r14), "=m"(r15));
  registers[16] = ip;
  registers[3] = bx;
  registers[6] = bp;
  registers[7] = sp;
  registers[12] = r12;
  registers[13] = r13;
  registers[14] = r14;
  registers[15] = r15;
  fetched.stack.begin = sp;
  fetched.stack.bytes.assign(reinterpret_cast<const char*>(sp), stack_probe_parts * stack_probe_part_size);
  fetched.count = backtrace(fetched.callers.data(), static_cast<int>(fetched.callers.size()));
}
#endif

[[gnu::noinline]] void called_by_middle(Fetched& fetched) {
#if defined(__x86_64__)
  fetch(fetched);
#endif
  asm volatile("" ::: "memory");
}
[[gnu::noinline]] void called_by_test(Fetched& fetched) {
  called_by_middle(fetched);
  asm volatile("" ::: "memory");
}

/// What one process has mapped.
struct Objects {
  MemoryMap map = parse_maps(read_process_maps(open_process_maps(getpid())).value_or(""));
  MappedObjects objects{object_opener({})};

  ObjectNames* find(const Mapping& mapping) {
    auto* object = objects.find(mapping, getpid());
    return object != nullptr ? object->names.get() : nullptr;
  }
  std::vector<std::uint64_t> unwound(const FetchedStack& stack) {
    return unwind(stack, map, [this](const Mapping& mapping) { return find(mapping); }).frames;
  }
  std::string name(std::uint64_t address) {
    const Mapping* mapping = map.find(address);
    REQUIRE(mapping != nullptr);
    ObjectNames* names = find(*mapping);
    REQUIRE(names != nullptr);
    const auto place = names->find(address - mapping->begin + mapping->offset, AddressKind::returned_to);
    return readable_frame(frame_of(place, address, mapping->path));
  }
};

}  // namespace

TEST_CASE("unwinding: the callers are those that the C library finds, with their names") {
  Fetched fetched;
  called_by_test(fetched);
  if (fetched.count == 0 || !has_libdw()) return;  // for x86_64, with libdw
  Objects objects;
  const auto frames = objects.unwound(fetched.stack);
  REQUIRE(frames.size() >= 4);
  for (std::size_t i = 1; i < 4; ++i) CHECK(frames[i] == reinterpret_cast<std::uint64_t>(fetched.callers[i]));
  CHECK(objects.name(frames[1]).find("called_by_middle+0x") != std::string::npos);
  CHECK(objects.name(frames[2]).find("called_by_test+0x") != std::string::npos);
}

TEST_CASE("unwinding: what was not fetched ends the stack, and any bytes are safe") {
  Fetched fetched;
  called_by_test(fetched);
  if (fetched.count == 0 || !has_libdw()) return;
  Objects objects;
  const auto all = objects.unwound(fetched.stack);
  for (const std::size_t size : {0U, 8U, 64U, 300U, 1000U}) {
    FetchedStack cut = fetched.stack;
    cut.bytes.resize(size);
    const auto frames = objects.unwound(cut);
    REQUIRE(frames.size() <= all.size());
    CHECK(std::equal(frames.begin(), frames.end(), all.begin()));
  }
  for (unsigned seed = 1; seed < 200; ++seed) {
    FetchedStack damaged = fetched.stack;
    for (std::size_t at = seed % 8; at < damaged.bytes.size(); at += 8 + seed % 64)
      damaged.bytes[at] = static_cast<char>(seed);
    CHECK(objects.unwound(damaged).size() <= 128);
  }
  for (auto& byte : fetched.stack.bytes) byte = 0;
  CHECK(objects.unwound(fetched.stack).size() <= 2);
}

TEST_CASE("unwinding: code without tables is left by its frame pointer") {
  const MemoryMap map({Mapping{0x1000, 0x2000, 0, "00:00", 0, ""}});
  FetchedStack stack;
  stack.begin = 0x7000;
  stack.bytes.assign(64, '\0');
  const auto put = [&](std::size_t at, std::uint64_t value) {
    std::memcpy(stack.bytes.data() + at, &value, sizeof value);
  };
  put(16, 0x7020);  // the caller's frame pointer
  put(24, 0x1800);  // where it goes on
  put(32, 0x7030);
  put(40, 0x9999);  // no code
  stack.registers[16] = 0x1100;
  stack.registers[7] = 0x7000;
  stack.registers[6] = 0x7010;
  const auto none = [](const Mapping&) -> ObjectNames* { return nullptr; };
  CHECK(unwind(stack, map, none).frames == std::vector<std::uint64_t>{0x1100, 0x1800});
  CHECK(unwind(stack, map, none).outside == 0x9999U);
  // One that leads back to itself has an end.
  put(16, 0x7010);
  CHECK(unwind(stack, map, none).frames.size() <= 2);
}

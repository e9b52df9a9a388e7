// The structs of `format --c` against the kernel's own description of its types: a program that is compiled
// with them sees each field of an event where the kernel put it.

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <string>

#include "base/text.hpp"
#include "support/btf_text.hpp"
#include "support/c_struct.hpp"
#include "support/live.hpp"
#include "support/process.hpp"

using namespace ftracectl::test;

namespace {

const std::string btf_file = "/sys/kernel/btf/vmlinux";
const std::string prefix = "trace_event_raw_";

std::map<std::string, std::vector<BtfMember>> kernel_structs() {
  tracing_folder();
  if (!std::filesystem::exists(btf_file)) skip("this kernel has no BTF: " + btf_file);
  const Finished dump =
      run({"sh", "-c", "PATH=$PATH:/usr/sbin bpftool btf dump file " + btf_file + " format raw"});
  if (dump.status == 127) skip("bpftool is not installed: apt-get install bpftool");
  INFO(dump.err);
  REQUIRE(dump.status == 0);
  if (run({"sh", "-c", "command -v gcc"}).status != 0) skip("there is no gcc");
  return parse_btf_structs(dump.out, prefix);
}

/// The texts of `format --c`, one an event, by its name: what follows "/* system:name, ID 303 */".
std::map<std::string, std::string> all_structs() {
  const Finished finished = run_ftracectl({"format", "--c", "*"});
  INFO(finished.err);
  REQUIRE(finished.status == 0);
  std::map<std::string, std::string> structs;
  std::string* current = nullptr;
  for (const auto line : ftracectl::split_lines(finished.out)) {
    if (line.starts_with("/* ")) current = &structs[std::string(line.substr(3, line.find(',') - 3))];
    REQUIRE(current != nullptr);
    *current += std::string(line) + "\n";
  }
  return structs;
}

/// As `format --c` calls a member of the kernel's struct; empty for those that are no field of the event:
/// `ent` holds the common ones, `__data` is where the bytes of dynamic ones begin.
std::string our_name(const std::string& name) {
  if (name == "ent" || name == "__data") return {};
  for (const std::string mark : {"__data_loc_", "__rel_loc_"}) {
    if (name.starts_with(mark)) return name.substr(mark.size()) + "_loc";
  }
  return name;
}

}  // namespace

TEST_CASE("btf: the structs of format --c have their members where the kernel's own structs have them") {
  const auto kernel = kernel_structs();
  std::string text;
  std::size_t events = 0;
  std::size_t members = 0;
  for (const auto& [event, printed] : all_structs()) {
    const std::string name = event.substr(event.find(':') + 1);
    const auto known = kernel.find(prefix + name);
    if (known == kernel.end()) continue;
    const std::string unique = "event_" + std::to_string(++events) + "_" + name;
    text += renamed_struct(printed, name, unique);
    for (const auto& member : known->second) {
      const std::string ours = our_name(member.name);
      if (ours.empty() || member.is_bitfield) continue;
      text += assert_member(unique, ours, member.offset, member.size);
      ++members;
    }
  }
  const std::string said = compile_c(text);
  CAPTURE(said.substr(0, 3000));
  CHECK(said.empty());
  MESSAGE(events << " events, " << members << " members compared");
  CHECK(events > 200);
  CHECK(members > 800);
}

#include "support/c_struct.hpp"

#include <fstream>
#include <stdexcept>

#include "support/process.hpp"
#include "support/temporary_folder.hpp"

namespace ftracectl::test {

std::string renamed_struct(std::string text, const std::string& name, const std::string& new_name) {
  const std::string opening = "struct " + name + " {";
  const auto at = text.find(opening);
  if (at == std::string::npos) throw std::runtime_error("there is no struct " + name + " in: " + text);
  return text.replace(at, opening.size(), "struct " + new_name + " {");
}

std::string member_name(const Field& field) {
  return field.storage == Field::Storage::fixed ? field.name : field.name + "_loc";
}

std::string assert_member(const std::string& struct_name, const std::string& member, std::size_t offset,
                          std::size_t size) {
  const std::string what = "\"" + struct_name + "." + member + "\"";
  std::string text = "_Static_assert(offsetof(struct " + struct_name + ", " + member +
                     ") == " + std::to_string(offset) + ", " + what + ");\n";
  if (size == 0) return text;
  return text + "_Static_assert(sizeof(((struct " + struct_name + "*)0)->" + member +
         ") == " + std::to_string(size) + ", " + what + ");\n";
}

std::string compile_c(const std::string& text) {
  const TemporaryFolder folder;
  const std::string path = folder.path() + "/structs.c";
  std::ofstream(path) << "#include <stddef.h>\n" << text;
  const Finished finished = run({"gcc", "-std=gnu17", "-Wall", "-fsyntax-only", path});
  if (finished.status == 127) throw std::runtime_error("there is no gcc");
  return finished.status == 0 ? finished.err
                              : "status " + std::to_string(finished.status) + ": " + finished.err;
}

}  // namespace ftracectl::test

#pragma once

#include <cstddef>
#include <ftracectl/schema.hpp>
#include <string>

namespace ftracectl::test {

/// The text of `format --c` for one event as a piece of a larger C file: the struct gets a name that no other
/// has.
std::string renamed_struct(std::string text, const std::string& name, const std::string& new_name);

/// The member of `format --c` that stands for a field: of dynamic ones it is where their bytes are.
std::string member_name(const Field& field);

/// A line of C that holds if the member lies there. A `size` of 0 is not looked at: such an array has none.
std::string assert_member(const std::string& struct_name, const std::string& member, std::size_t offset,
                          std::size_t size);

/// What the C compiler says of this text; empty where it has nothing to say. Throws where there is no
/// compiler.
std::string compile_c(const std::string& text);

}  // namespace ftracectl::test

#pragma once

#include <string_view>

#include "model/syscalls/argument_words.hpp"

namespace ftracectl {

/// The words for the values of this argument, or null. `argument` is the name that the kernel's sources give
/// it (SYSCALL_DEFINE), which is the one in the event's format file.
const ArgumentWords* argument_words(std::string_view syscall, std::string_view argument,
                                    Architecture architecture);

}  // namespace ftracectl

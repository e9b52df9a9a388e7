#pragma once

#include <string>
#include <string_view>

namespace ftracectl::compare {

/// Takes a string in C's notation from the front, as strace prints it ("a\"b\n\303\251"..., the dots for one
/// that was cut), and appends what it says. False where there is none, or it does not end.
bool take_c_string(std::string_view& rest, std::string& to, bool& is_cut);

}  // namespace ftracectl::compare

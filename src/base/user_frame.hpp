#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ftracectl {

// A frame of a program's own stack, as records have it:
//     serve_request+0x1f (/usr/bin/server)      a function, and how far into it
//     0x4d2f (/usr/bin/server)                  no name: the address that the object's own tables use
//     <00007f39b5a63ad7> (anonymous)            where in the process; the object is known, not what is in it
//     <00007f39b5a63ad7>                        no more than the address is known, which is how the kernel gives it

std::string function_frame(std::string_view function, std::uint64_t offset, std::string_view object);
std::string object_frame(std::uint64_t address_in_object, std::string_view object);
std::string address_frame(std::uint64_t address, std::string_view object);
std::string address_frame(std::uint64_t address);

/// Of a frame as the kernel gives it; nothing for any other.
std::optional<std::uint64_t> address_of_frame(std::string_view frame);

/// The frame with its function's name as it stands in a C++ program, without parameters, where it is a mangled one: what
/// a person reads.
std::string readable_frame(std::string_view frame);

}  // namespace ftracectl

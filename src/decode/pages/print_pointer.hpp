#pragma once

#include <string>
#include <string_view>

namespace ftracectl {

// What the kernel's %p forms print of bytes in an entry, by the rules of lib/vsprintf.c.

/// %pM %pMR %pMF %pm %pI4 %pi4 %pI6 %pi6 %pI6c %pIS... %pU...: false, with nothing appended, for a form that is another,
/// and for fewer bytes than it takes.
bool append_pointed(std::string_view suffix, std::string_view bytes, std::string& to);

/// %*ph %*phC %*phD %*phN: up to 64 of the bytes.
void append_hex_bytes(std::string_view suffix, std::string_view bytes, std::string& to);

/// %*pb: bits in groups of 32, the highest first.
void append_bitmap(std::string_view bytes, std::string& to);

/// "0a", by the kernel's small letters.
void append_hex_byte(unsigned char byte, std::string& to);

}  // namespace ftracectl

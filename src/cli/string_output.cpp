#include "cli/string_output.hpp"

#include "base/printable.hpp"
#include "output/json_text.hpp"

namespace ftracectl::cli {

namespace {

/// Makes room behind the string's end, has it written to, and takes back what was not needed.
template <typename Write>
void append_with_room(std::string& to, std::size_t room, Write write) {
  const std::size_t size = to.size();
  to.resize(size + room);
  const char* end = write(to.data() + size);
  to.resize(static_cast<std::size_t>(end - to.data()));
}

}  // namespace

bool append_json_string(std::string& to, std::string_view text) {
  bool is_utf8 = true;
  append_with_room(to, json_string_room(text.size()), [&](char* at) {
    const JsonString written = write_json_string(at, text);
    is_utf8 = written.is_utf8;
    return written.end;
  });
  return is_utf8;
}

void append_json_hex(std::string& to, std::string_view text) {
  append_with_room(to, json_hex_room(text.size()), [&](char* at) { return write_json_hex(at, text); });
}

void append_number(std::string& to, std::int64_t number) {
  append_with_room(to, json_number_room, [&](char* at) { return write_number(at, number); });
}

void append_number(std::string& to, std::uint64_t number) {
  append_with_room(to, json_number_room, [&](char* at) { return write_number(at, number); });
}

void append_printable(std::string& to, std::string_view text) { to += printable(text); }

}  // namespace ftracectl::cli

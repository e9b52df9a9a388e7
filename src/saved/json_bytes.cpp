#include "saved/json_bytes.hpp"

#include <stdexcept>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "output/json_text.hpp"

namespace ftracectl {

namespace {

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string hex_of(std::string_view bytes) {
  std::string quoted(json_hex_room(bytes.size()), '\0');
  write_json_hex(quoted.data(), bytes);
  return quoted.substr(1, quoted.size() - 2);
}

std::string bytes_of_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    const auto byte = parse_number<unsigned char>(hex.substr(at, 2), 16);
    if (!byte || hex.size() - at < 2) throw std::invalid_argument("not pairs of hex digits");
    bytes += static_cast<char>(*byte);
  }
  return bytes;
}

}  // namespace

nlohmann::ordered_json json_of_bytes(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  return nlohmann::ordered_json::object({{"hex", hex_of(bytes)}});
}

std::string bytes_of_json(const nlohmann::ordered_json& value) {
  return value.is_object() ? bytes_of_hex(value.at("hex").get<std::string>()) : value.get<std::string>();
}

}  // namespace ftracectl

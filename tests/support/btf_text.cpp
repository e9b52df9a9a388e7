#include "support/btf_text.hpp"

#include <optional>
#include <stdexcept>
#include <string_view>

#include "base/text.hpp"

namespace ftracectl::test {

namespace {

struct Type {
  std::string_view kind;
  std::optional<std::size_t> size;
  std::size_t type_id = 0;
  std::size_t elements = 0;
};

using Types = std::map<std::size_t, Type>;

/// The number behind " KEY=".
std::optional<std::size_t> number_of(std::string_view line, const std::string& key) {
  const auto at = line.rfind(" " + key + "=");
  if (at == std::string_view::npos) return std::nullopt;
  const auto text = line.substr(at + key.size() + 2);
  return parse_number<std::size_t>(text.substr(0, text.find(' ')));
}

/// What stands between quotes.
std::string_view name_of(std::string_view line) {
  const auto first = line.find('\'');
  return first == std::string_view::npos ? std::string_view()
                                         : line.substr(first + 1, line.find('\'', first + 1) - first - 1);
}

/// "[10235] STRUCT …"
void add_type(Types& types, std::string_view line) {
  const auto close = line.find(']');
  const auto id = parse_number<std::size_t>(line.substr(1, close - 1));
  if (!id) throw std::runtime_error("btf: no number in " + std::string(line));
  const auto rest = line.substr(close + 2);
  types[*id] = {rest.substr(0, rest.find(' ')), number_of(line, "size"),
                number_of(line, "type_id").value_or(0), number_of(line, "nr_elems").value_or(0)};
}

std::size_t size_of(const Types& types, std::size_t id) {
  const auto found = types.find(id);
  if (found == types.end()) throw std::runtime_error("btf: there is no type " + std::to_string(id));
  const Type& type = found->second;
  if (type.size) return *type.size;
  if (type.kind == "PTR") return sizeof(void*);
  if (type.kind == "ARRAY") return type.elements * size_of(types, type.type_id);
  return size_of(types, type.type_id);  // another name for it
}

}  // namespace

std::map<std::string, std::vector<BtfMember>> parse_btf_structs(const std::string& text,
                                                                const std::string& prefix) {
  Types types;
  struct Wanted {
    std::string_view line;
    std::vector<BtfMember>* of;
  };
  std::vector<Wanted> wanted;
  std::map<std::string, std::vector<BtfMember>> structs;
  std::vector<BtfMember>* current = nullptr;
  for (const auto line : split_lines(text)) {
    if (line.starts_with('[')) {
      add_type(types, line);
      const bool is_wanted = line.find(" STRUCT '" + prefix) != std::string_view::npos;
      current = is_wanted ? &structs[std::string(name_of(line))] : nullptr;
    } else if (current != nullptr && line.starts_with('\t')) {
      wanted.push_back({line, current});
    }
  }
  for (const auto& [line, of] : wanted) {
    const auto bits = number_of(line, "bits_offset").value_or(0);
    of->push_back({std::string(name_of(line)), bits / 8,
                   size_of(types, number_of(line, "type_id").value_or(0)),
                   number_of(line, "bitfield_size").has_value()});
  }
  return structs;
}

}  // namespace ftracectl::test

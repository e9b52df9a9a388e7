#include "saved/stack_lines.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "base/text.hpp"
#include "saved/json_bytes.hpp"

namespace ftracectl {

namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::uint64_t number) {
  std::array<char, 24> text;
  std::snprintf(text.data(), text.size(), "%" PRIx64, number);
  return text.data();
}

std::uint64_t hex_of(const Json& json) {
  const auto number = parse_number<std::uint64_t>(json.get<std::string>(), 16);
  if (!number) throw std::invalid_argument("an address that is not a number");
  return *number;
}

std::uint64_t hex_at(const Json& json, const char* key) { return hex_of(json.at(key)); }

Json json_of(const ObjectLine& line) {
  Json json = {{"object", line.object}, {"path", json_of_bytes(line.path)}};
  if (!line.build_id.empty()) json["build_id"] = line.build_id;
  if (!line.is_file) json["inode"] = 0;
  return json;
}

Json json_of(const MappingLine& line) {
  return {{"map", line.map},
          {"begin", hex(line.begin)},
          {"end", hex(line.end)},
          {"offset", line.offset},
          {"object", line.object}};
}

Json json_of(const StackLine& line) {
  Json json = {{"tid", line.tid}, {"ts", line.ts}};
  if (line.map != 0) json["map"] = line.map;
  for (const auto frame : line.frames) json["frames"].push_back(hex(frame));
  return json;
}

StackLine parse_stack(const Json& json) {
  StackLine line{json.at("tid"), json.at("ts"), json.value("map", std::uint64_t{0})};
  if (!json.contains("frames")) return line;
  for (const auto& frame : json.at("frames")) line.frames.push_back(hex_of(frame));
  return line;
}

Json json_of(const FrameLine& line) {
  Json json = {{"object", line.object}, {"at", line.at}};
  if (line.kind == AddressKind::returned_to) json["returned_to"] = true;
  json["address"] = hex(line.place.address);
  if (line.place.function.empty()) return json;
  json["function"] = json_of_bytes(line.place.function);
  json["into"] = line.place.offset;
  return json;
}

FrameLine parse_frame(const Json& json) {
  FrameLine line;
  line.object = json.at("object");
  line.at = json.at("at");
  if (json.value("returned_to", false)) line.kind = AddressKind::returned_to;
  line.place.is_known = true;
  line.place.address = hex_at(json, "address");
  if (!json.contains("function")) return line;
  line.place.function = bytes_of_json(json.at("function"));
  line.place.offset = json.at("into");
  return line;
}

}  // namespace

std::string memory_line(const MemoryLine& line) {
  return std::visit([](const auto& kind) { return json_of(kind).dump(); }, line);
}

MemoryLine parse_memory_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  if (json.contains("tid")) return parse_stack(json);
  if (json.contains("map"))
    return MappingLine{json.at("map"), hex_at(json, "begin"), hex_at(json, "end"), json.at("offset"),
                       json.at("object")};
  if (json.contains("at")) return parse_frame(json);
  return ObjectLine{json.at("object"), bytes_of_json(json.at("path")), json.value("build_id", ""),
                    !json.contains("inode")};
}

void StackLines::put(const MemoryLine& line) { lines_ += memory_line(line) + "\n"; }

std::uint64_t StackLines::object_of(const Mapping& mapping, const std::string& build_id) {
  const auto [found, is_new] = objects_.try_emplace({mapping.path, build_id}, objects_.size() + 1);
  if (is_new) put(ObjectLine{found->second, mapping.path, build_id, mapping.has_file()});
  return found->second;
}

void StackLines::mapping(std::uint64_t map, const Mapping& mapping, const std::string& build_id) {
  if (!mappings_.emplace(map, mapping.begin).second) return;
  put(MappingLine{map, mapping.begin, mapping.end, mapping.offset, object_of(mapping, build_id)});
}

void StackLines::frame(const Mapping& mapping, const std::string& build_id, std::uint64_t address,
                       AddressKind kind, const ObjectNames::Place& place) {
  if (!place.is_known) return;
  const std::uint64_t object = object_of(mapping, build_id);
  const std::uint64_t at = address - mapping.begin + mapping.offset;
  if (frames_.emplace(object, at, kind).second) put(FrameLine{object, at, kind, place});
}

}  // namespace ftracectl

#include "saved/machine_lines.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "base/text.hpp"
#include "saved/json_bytes.hpp"

namespace ftracectl {

namespace {

using Json = nlohmann::ordered_json;

Json disturbance_json(const Disturbance& disturbance) {
  return {{"noticed_ns", disturbance.noticed_ns},
          {"file", json_of_bytes(disturbance.file)},
          {"what", json_of_bytes(disturbance.what)}};
}

Disturbance disturbance_of(const Json& json) {
  return {json.at("noticed_ns"), bytes_of_json(json.at("file")), bytes_of_json(json.at("what"))};
}

template <typename Number>
void put(Json& json, const char* key, const std::optional<Number>& number) {
  if (number) json[key] = *number;
}

template <typename Number>
std::optional<Number> number_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  return found->get<Number>();
}

void put_texts(Json& json, const char* key, const std::optional<std::vector<std::string>>& texts) {
  if (!texts) return;
  Json& array = json[key] = Json::array();
  for (const auto& text : *texts) array.push_back(json_of_bytes(text));
}

std::optional<std::vector<std::string>> texts_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  std::vector<std::string> texts;
  for (const auto& text : *found) texts.push_back(bytes_of_json(text));
  return texts;
}

constexpr std::array place_parts = {&ExecRecord::Place::cwd, &ExecRecord::Place::cgroup,
                                    &ExecRecord::Place::container};

void put_text(Json& json, const char* key, const std::optional<std::string>& text) {
  if (text) json[key] = json_of_bytes(*text);
}

std::optional<std::string> text_at(const Json& json, const char* key) {
  const auto found = json.find(key);
  if (found == json.end()) return std::nullopt;
  return bytes_of_json(*found);
}

std::string moment_name(MachineMoment moment) { return moment == MachineMoment::exec ? "exec" : "record"; }

MachineMoment moment_named(const std::string& name) {
  if (name != "exec" && name != "record") throw std::invalid_argument("there is no moment '" + name + "'");
  return name == "exec" ? MachineMoment::exec : MachineMoment::record;
}

}  // namespace

std::string task_line(std::int32_t tid, const Task& task) {
  Json json = {{"tid", tid}, {"pid", task.pid}};
  put(json, "ppid", task.ppid);
  if (task.comm) json["comm"] = json_of_bytes(*task.comm);
  if (task.uid) {
    json["uid"] = task.uid->uid;
    json["uid_since"] = task.uid->since;
  }
  return json.dump();
}

TaskLine parse_task_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  TaskLine parsed{json.at("tid"), {}};
  parsed.task.pid = json.at("pid");
  parsed.task.ppid = number_at<std::int32_t>(json, "ppid");
  if (json.contains("comm")) parsed.task.comm = bytes_of_json(json["comm"]);
  if (json.contains("uid")) parsed.task.uid = KnownUid{json["uid"], json.at("uid_since")};
  return parsed;
}

ValueLine value_difference(MachineMoment moment, const ExecRecord& before, const ExecRecord& after) {
  ValueLine values;
  values.moment = moment;
  values.tid = after.tid;
  values.ts = after.time.value;
  if (after.pid_known && (!before.pid_known || before.pid != after.pid)) values.pid = after.pid;
  if (after.ppid != before.ppid) values.ppid = after.ppid;
  if (after.uid != before.uid) values.uid = after.uid;
  if (after.uid_read_ns != before.uid_read_ns) values.uid_read_ns = after.uid_read_ns;
  if (after.argv != before.argv) values.argv = after.argv;
  if (after.argv_from != before.argv_from) values.argv_from = after.argv_from;
  if (after.truncated != before.truncated) values.truncated = after.truncated;
  for (const auto part : place_parts) {
    if (after.place.*part != before.place.*part) values.place.*part = after.place.*part;
  }
  return values;
}

void apply_values(const ValueLine& values, ExecRecord& record) {
  if (values.pid) record.pid = *values.pid;
  record.pid_known = record.pid_known || values.pid.has_value();
  if (values.ppid) record.ppid = values.ppid;
  if (values.uid) record.uid = values.uid;
  if (values.uid_read_ns) record.uid_read_ns = values.uid_read_ns;
  if (values.argv) record.argv = values.argv;
  if (values.argv_from != ValueSource::none) record.argv_from = values.argv_from;
  if (values.truncated) record.truncated = *values.truncated;
  for (const auto part : place_parts) {
    if (values.place.*part) record.place.*part = values.place.*part;
  }
}

std::string value_line(const ValueLine& values) {
  Json json = {{"at", moment_name(values.moment)}, {"tid", values.tid}, {"ts", values.ts}};
  put(json, "pid", values.pid);
  put(json, "ppid", values.ppid);
  put(json, "uid", values.uid);
  put(json, "uid_read", values.uid_read_ns);
  put_texts(json, "argv", values.argv);
  if (values.argv_from != ValueSource::none) json["argv_from"] = value_source_name(values.argv_from);
  put_texts(json, "truncated", values.truncated);
  put_text(json, "cwd", values.place.cwd);
  put_text(json, "cgroup", values.place.cgroup);
  put_text(json, "container", values.place.container);
  return json.dump();
}

ValueLine parse_value_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  ValueLine values;
  values.moment = moment_named(json.at("at"));
  values.tid = json.at("tid");
  values.ts = json.at("ts");
  values.pid = number_at<std::int32_t>(json, "pid");
  values.ppid = number_at<std::int32_t>(json, "ppid");
  values.uid = number_at<std::uint32_t>(json, "uid");
  values.uid_read_ns = number_at<std::uint64_t>(json, "uid_read");
  values.argv = texts_at(json, "argv");
  values.argv_from = value_source_named(json.value("argv_from", ""));
  values.truncated = texts_at(json, "truncated");
  values.place = {text_at(json, "cwd"), text_at(json, "cgroup"), text_at(json, "container")};
  return values;
}

std::string pause_line(const PauseLine& pause) {
  if (pause.disturbance)
    return Json{{"at", pause.at}, {"disturbed", disturbance_json(*pause.disturbance)}}.dump();
  return Json{{"at", pause.at}, {"idle", pause.idle}}.dump();
}

PauseLine parse_pause_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  if (json.contains("disturbed")) return {json.at("at"), false, disturbance_of(json.at("disturbed"))};
  return {json.at("at"), json.at("idle")};
}

std::string read_line(const ReadLine& read) {
  switch (read.kind) {
    case ReadLine::Kind::round_ends:
      return Json({{"round_ends", true}}).dump();
    case ReadLine::Kind::settled:
      return Json({{"settled", true}}).dump();
    case ReadLine::Kind::disturbed:
      return Json({{"disturbed", disturbance_json(read.disturbance)}}).dump();
    case ReadLine::Kind::read:
      break;
  }
  return Json({{"cpu", read.cpu}, {"bytes", read.bytes}, {"drained", read.drained}}).dump();
}

ReadLine parse_read_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  if (json.contains("round_ends")) return {ReadLine::Kind::round_ends};
  if (json.contains("settled")) return {ReadLine::Kind::settled};
  if (json.contains("disturbed"))
    return {ReadLine::Kind::disturbed, -1, 0, false, disturbance_of(json.at("disturbed"))};
  return {ReadLine::Kind::read, json.at("cpu"), json.at("bytes"), json.at("drained")};
}

std::string name_line(const NameLine& name) {
  return Json({{"tid", name.tid}, {"comm", json_of_bytes(name.comm)}}).dump();
}

NameLine parse_name_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  return {json.at("tid"), bytes_of_json(json.at("comm"))};
}

std::string symbol_line(const SymbolLine& symbol) {
  std::array<char, 24> address;
  std::snprintf(address.data(), address.size(), "%llx", static_cast<unsigned long long>(symbol.address));
  return Json({{"address", address.data()},
               {"name", symbol.name},
               {"offset", symbol.offset},
               {"size", symbol.size}})
      .dump();
}

SymbolLine parse_symbol_line(std::string_view line) {
  const Json json = parse_json<Json>(line);
  const auto address = parse_number<std::uint64_t>(json.at("address").get<std::string>(), 16);
  if (!address) throw std::invalid_argument("an address that is not a number");
  return {*address, json.at("name"), json.at("offset"), json.at("size")};
}

}  // namespace ftracectl

#include "saved/capture_manifest.hpp"

#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "base/printable.hpp"
#include "records/exec_recorder.hpp"
#include "records/exit_recorder.hpp"
#include "records/recorders.hpp"
#include "saved/json_bytes.hpp"

namespace ftracectl {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* folder_kind = "ftracectl capture folder";

/// Words of a command line are any bytes.
Json json_of_words(const std::vector<std::string>& words) {
  Json array = Json::array();
  for (const auto& word : words) array.push_back(json_of_bytes(word));
  return array;
}

std::vector<std::string> words_of_json(const Json& array) {
  std::vector<std::string> words;
  for (const auto& word : array) words.push_back(bytes_of_json(word));
  return words;
}

/// {"enter": true, "for_users": ["sys_exit_setuid"]}; true where there are none.
Json json_of_settings(const RecorderSettings& settings) {
  if (settings.empty()) return true;
  Json object = Json::object();
  for (const auto& [name, value] : settings.all())
    std::visit([&object, &key = name](const auto& known) { object[key] = known; }, value);
  return object;
}

RecorderSettings settings_of_json(const Json& json) {
  RecorderSettings settings;
  if (!json.is_object()) return settings;
  for (const auto& [name, value] : json.items()) {
    if (value.is_boolean()) settings.set(name, value.get<bool>());
    if (value.is_number_integer()) settings.set(name, value.get<std::int64_t>());
    if (value.is_array()) settings.set(name, value.get<std::vector<std::string>>());
  }
  return settings;
}

/// Until version 5 the key "exec" was always there, of whatever the capture made records.
bool makes_records(const RecorderKind& kind, const RecorderSettings& settings) {
  return &kind != &exec_kind || settings.flag("enter") || settings.flag("exec") || settings.flag("exit");
}

/// A folder names its recorders since version 5: what this program does not have, it cannot make.
void refuse_unknown_recorders(const Json& json) {
  for (const auto& name : json.value("recorders", std::vector<std::string>())) {
    if (find_recorder_kind(name) == nullptr)
      throw std::invalid_argument("its records of the kind '" + printable(name) +
                                  "' are unknown to this ftracectl");
  }
}

std::vector<ChosenRecorder> recorders_of_json(const Json& json) {
  refuse_unknown_recorders(json);
  std::vector<ChosenRecorder> recorders;
  for (const RecorderKind* kind : recorder_kinds()) {
    const std::string key(kind->key);
    if (kind == &exec_kind || kind == &exit_kind) json.at(key);  // they are in every folder
    if (!json.contains(key) || json[key] == false) continue;
    RecorderSettings settings = settings_of_json(json[key]);
    if (makes_records(*kind, settings)) recorders.push_back({kind, std::move(settings)});
  }
  return recorders;
}

const RecorderSettings* settings_in(const CaptureManifest& manifest, const RecorderKind& kind) {
  for (const auto& recorder : manifest.recorders) {
    if (recorder.kind == &kind) return &recorder.settings;
  }
  return nullptr;
}

/// Older programs read no folder without "exec" and "lifetime".
void put_recorders(Json& json, const CaptureManifest& manifest) {
  json["lifetime"] = false;
  json["exec"] = json_of_settings(settings_of(ExecSources()));
  json["recorders"] = Json::array();
  for (const auto& recorder : manifest.recorders) {
    json["recorders"].push_back(recorder.kind->name);
    json[std::string(recorder.kind->key)] = json_of_settings(recorder.settings);
  }
}

/// ["cwd", "cgroup"]
Json json_of_place_keys(const ExecRecord::PlaceKeys& keys) {
  Json array = Json::array();
  if (keys.cwd) array.push_back("cwd");
  if (keys.cgroup) array.push_back("cgroup");
  if (keys.container) array.push_back("container");
  return array;
}

Json json_of_selection(const ExecSelection& selection) {
  return {{"uids", selection.uids},
          {"not_uids", selection.not_uids},
          {"not_filenames", json_of_words(selection.not_filenames)},
          {"containers", json_of_words(selection.containers)},
          {"cgroups", json_of_words(selection.cgroups)}};
}

ExecSelection selection_of_json(const Json& json) {
  ExecSelection selection;
  selection.uids = json.at("uids").get<std::vector<std::uint32_t>>();
  selection.not_uids = json.at("not_uids").get<std::vector<std::uint32_t>>();
  selection.not_filenames = words_of_json(json.at("not_filenames"));
  selection.containers = words_of_json(json.at("containers"));
  selection.cgroups = words_of_json(json.at("cgroups"));
  return selection;
}

ExecRecord::PlaceKeys place_keys_of_json(const Json& array) {
  ExecRecord::PlaceKeys keys;
  for (const auto& word : array) {
    keys.cwd = keys.cwd || word == "cwd";
    keys.cgroup = keys.cgroup || word == "cgroup";
    keys.container = keys.container || word == "container";
  }
  return keys;
}

/// Null where it is not known yet.
template <typename Value>
Json known(const Value& value, bool is_known) {
  return is_known ? Json(value) : Json();
}

Json json_of_wall(const WallOffset& wall) {
  return {{"offset_ns", wall.offset_ns}, {"bound_ns", wall.bound_ns}};
}

WallOffset wall_of_json(const Json& json) { return {json.at("offset_ns"), json.at("bound_ns")}; }

Json json_of_step(const ClockStep& step) {
  return {{"noticed_ns", step.noticed_ns}, {"step_ns", step.step_ns}, {"wall", json_of_wall(step.wall)}};
}

void take_start(CaptureManifest& manifest, const Json& json) {
  Start& start = manifest.start.emplace();
  start.host = bytes_of_json(json.at("host"));
  start.boot_id = json.at("boot_id");
  if (!json.at("started_ns").is_null()) start.started_ns = json.at("started_ns").get<std::uint64_t>();
  if (!json.at("wall").is_null()) start.wall = wall_of_json(json.at("wall"));
  start.command_line = bytes_of_json(json.at("command_line"));
  start.selects = words_of_json(json.at("selects"));
}

Json json_of_start(const Start& start) {
  Json json = {{"host", json_of_bytes(start.host)}, {"boot_id", start.boot_id}};
  json["started_ns"] = start.started_ns ? Json(*start.started_ns) : Json();
  json["wall"] = start.wall ? json_of_wall(*start.wall) : Json();
  json["command_line"] = json_of_bytes(start.command_line);
  json["selects"] = json_of_words(start.selects);
  return json;
}

CaptureManifest manifest_of_json(const Json& json) {
  CaptureManifest manifest;
  manifest.program_version = json.at("ftracectl");
  manifest.finished = json.at("finished");
  manifest.kernel = json.at("kernel");
  manifest.machine = json.at("machine");
  manifest.cpus = json.at("cpus");
  manifest.clock = json.at("clock");
  manifest.options = json.at("options").get<std::map<std::string, bool>>();
  manifest.arguments = words_of_json(json.at("arguments"));
  manifest.command = words_of_json(json.at("command"));
  manifest.events = json.at("events").get<std::vector<std::string>>();
  manifest.recorders = recorders_of_json(json);
  manifest.expect_stacks = json.at("expect_stacks");
  if (json.contains("with")) manifest.place = place_keys_of_json(json["with"]);
  manifest.filename = bytes_of_json(json.at("filename"));
  manifest.name = bytes_of_json(json.at("name"));
  manifest.only_failed = json.at("failed");
  if (json.contains("selection")) manifest.selection = selection_of_json(json["selection"]);
  if (json.contains("start")) take_start(manifest, json["start"]);
  for (const auto& step : json.value("clock_steps", Json::array()))
    manifest.clock_steps.push_back(
        {step.at("noticed_ns"), step.at("step_ns"), wall_of_json(step.at("wall"))});
  manifest.started = json.at("started");
  if (!json.at("ended").is_null()) manifest.ended = json.at("ended");
  if (!json.at("seconds").is_null()) manifest.seconds = json.at("seconds").get<double>();
  manifest.page_size = json.value("page_size", std::size_t{0});
  manifest.pages_are_cut = json.value("pages", "whole") == "used part";
  manifest.disturbed = json.value("disturbed", std::uint64_t{0});
  manifest.builtin_entries = json.value("builtin_entries", std::vector<std::string>());
  return manifest;
}

/// Users that are followed are told by the events alone, which older programs do not look at. Nor do they know
/// the line of a disturbance, nor recorders but those of execs and ends.
int version_of(const CaptureManifest& manifest) {
  const RecorderSettings* exec = settings_in(manifest, exec_kind);
  const std::size_t known = (exec != nullptr ? 1 : 0) + (settings_in(manifest, exit_kind) != nullptr ? 1 : 0);
  if (known < manifest.recorders.size()) return capture_folder_version;
  if (manifest.pages_are_cut || manifest.disturbed > 0) return cut_page_folder_version;
  if (exec != nullptr && exec->flag("follows_uids")) return uid_folder_version;
  return manifest.page_size > 0 ? whole_page_folder_version : text_folder_version;
}

void check_version(const Json& json, const std::string& origin) {
  if (!json.is_object() || json.value("kind", "") != folder_kind) {
    throw Error(ErrorCode::failed, origin + ": not the manifest of a capture folder");
  }
  const int version = json.at("version");
  if (version > capture_folder_version) {
    throw Error(ErrorCode::failed, origin + ": capture folder of version " + std::to_string(version) +
                                       ", written by ftracectl " + json.value("ftracectl", "") +
                                       "; this one knows version " + std::to_string(capture_folder_version));
  }
}

}  // namespace

std::string manifest_text(const CaptureManifest& manifest) {
  Json json;
  json["kind"] = folder_kind;
  json["version"] = version_of(manifest);
  json["ftracectl"] = manifest.program_version;
  json["finished"] = manifest.finished;
  json["kernel"] = manifest.kernel;
  json["machine"] = manifest.machine;
  json["cpus"] = manifest.cpus;
  json["started"] = manifest.started;
  if (manifest.start) json["start"] = json_of_start(*manifest.start);
  if (!manifest.clock_steps.empty()) {
    Json steps = Json::array();
    for (const auto& step : manifest.clock_steps) steps.push_back(json_of_step(step));
    json["clock_steps"] = steps;
  }
  json["ended"] = known(manifest.ended, !manifest.ended.empty());
  json["seconds"] = known(manifest.seconds.value_or(0), manifest.seconds.has_value());
  json["arguments"] = json_of_words(manifest.arguments);
  json["command"] = json_of_words(manifest.command);
  json["filename"] = json_of_bytes(manifest.filename);
  json["name"] = json_of_bytes(manifest.name);
  json["failed"] = manifest.only_failed;
  if (manifest.selection.any()) json["selection"] = json_of_selection(manifest.selection);
  json["with"] = json_of_place_keys(manifest.place);
  json["events"] = manifest.events;
  put_recorders(json, manifest);
  json["expect_stacks"] = manifest.expect_stacks;
  json["clock"] = manifest.clock;
  json["options"] = manifest.options;
  if (manifest.page_size > 0) {
    json["page_size"] = manifest.page_size;
    json["pages"] = manifest.pages_are_cut ? "used part" : "whole";
    json["builtin_entries"] = manifest.builtin_entries;
  }
  if (manifest.disturbed > 0) json["disturbed"] = manifest.disturbed;
  return json.dump(2) + "\n";
}

std::optional<Start> start_of(const CaptureManifest& manifest) {
  auto start = manifest.start;
  if (!start) return start;
  start->kernel = manifest.kernel;
  start->version = manifest.program_version;
  start->clock = manifest.clock;
  start->events = manifest.events;
  return start;
}

CaptureManifest parse_manifest(std::string_view text, const std::string& origin) {
  try {
    const Json json = parse_json<Json>(text);
    check_version(json, origin);
    return manifest_of_json(json);
  } catch (const std::invalid_argument& error) {
    throw Error(ErrorCode::failed, origin + ": " + error.what());
  } catch (const Json::exception& error) {
    throw Error(ErrorCode::failed, origin + ": " + json_fault(error.what()));
  }
}

}  // namespace ftracectl

#include "saved/capture_manifest.hpp"

#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>

#include "base/json_depth.hpp"
#include "saved/json_bytes.hpp"

namespace ftracectl {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kind = "ftracectl capture folder";

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

Json json_of_exec(const ExecSources& exec) {
  return {{"enter", exec.enter},
          {"exec", exec.exec},
          {"exit", exec.exit},
          {"enter_selects", exec.enter_selects},
          {"tasks_are_silent", exec.tasks_are_silent},
          {"follows_uids", exec.follows_uids}};
}

/// What C types and constants mean is the traced machine's.
Json json_of_calls(const CallSources& calls) {
  return {{"enter_selects", calls.enter_selects},
          {"failed", calls.only_failed},
          {"command_tid", calls.command_tid},
          {"for_users", calls.for_users},
          {"architecture", static_cast<int>(calls.architecture)}};
}

CallSources calls_of_json(const Json& json) {
  CallSources calls;
  calls.enter_selects = json.at("enter_selects");
  calls.only_failed = json.at("failed");
  calls.command_tid = json.at("command_tid");
  calls.for_users = json.at("for_users").get<std::vector<std::string>>();
  const int architecture = json.at("architecture");
  const bool is_known = architecture == static_cast<int>(Architecture::x86_64) ||
                        architecture == static_cast<int>(Architecture::arm64);
  calls.architecture = is_known ? static_cast<Architecture>(architecture) : Architecture::unknown;
  return calls;
}

ExecSources exec_of_json(const Json& json) {
  ExecSources exec;
  exec.enter = json.at("enter");
  exec.exec = json.at("exec");
  exec.exit = json.at("exit");
  exec.enter_selects = json.at("enter_selects");
  exec.tasks_are_silent = json.at("tasks_are_silent");
  exec.follows_uids = json.value("follows_uids", false);
  return exec;
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
  manifest.exec = exec_of_json(json.at("exec"));
  if (json.contains("calls")) manifest.calls = calls_of_json(json["calls"]);
  manifest.expect_stacks = json.at("expect_stacks");
  manifest.lifetime = json.at("lifetime");
  if (json.contains("with")) manifest.place = place_keys_of_json(json["with"]);
  manifest.filename = bytes_of_json(json.at("filename"));
  manifest.name = bytes_of_json(json.at("name"));
  manifest.only_failed = json.at("failed");
  if (json.contains("selection")) manifest.selection = selection_of_json(json["selection"]);
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
/// the line of a disturbance.
int version_of(const CaptureManifest& manifest) {
  if (manifest.calls) return capture_folder_version;
  if (manifest.pages_are_cut || manifest.disturbed > 0) return cut_page_folder_version;
  if (manifest.exec.follows_uids) return uid_folder_version;
  return manifest.page_size > 0 ? whole_page_folder_version : text_folder_version;
}

void check_version(const Json& json, const std::string& origin) {
  if (!json.is_object() || json.value("kind", "") != kind) {
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
  json["kind"] = kind;
  json["version"] = version_of(manifest);
  json["ftracectl"] = manifest.program_version;
  json["finished"] = manifest.finished;
  json["kernel"] = manifest.kernel;
  json["machine"] = manifest.machine;
  json["cpus"] = manifest.cpus;
  json["started"] = manifest.started;
  json["ended"] = known(manifest.ended, !manifest.ended.empty());
  json["seconds"] = known(manifest.seconds.value_or(0), manifest.seconds.has_value());
  json["arguments"] = json_of_words(manifest.arguments);
  json["command"] = json_of_words(manifest.command);
  json["filename"] = json_of_bytes(manifest.filename);
  json["name"] = json_of_bytes(manifest.name);
  json["failed"] = manifest.only_failed;
  if (manifest.selection.any()) json["selection"] = json_of_selection(manifest.selection);
  json["lifetime"] = manifest.lifetime;
  json["with"] = json_of_place_keys(manifest.place);
  json["events"] = manifest.events;
  json["exec"] = json_of_exec(manifest.exec);
  if (manifest.calls) json["calls"] = json_of_calls(*manifest.calls);
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

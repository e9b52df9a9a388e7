#include "cli/buffer_rows.hpp"
#include "cli/doctor_report.hpp"

namespace ftracectl::cli {

namespace {

using nlohmann::ordered_json;

ordered_json environment_json(const Environment& environment) {
  ordered_json json;
  json["kernel"] = environment.kernel;
  json["uid"] = environment.uid;
  json["cap_sys_admin"] = environment.has_sys_admin;
  json["lockdown"] = nullptr;
  if (environment.lockdown) json["lockdown"] = *environment.lockdown;
  json["initial_pid_namespace"] = environment.initial_pid_namespace;
  json["initial_user_namespace"] = environment.initial_user_namespace;
  json["offline_cpus"] = environment.offline_cpus;
  json["container_signs"] = environment.container_signs;
  return json;
}

ordered_json mount_json(const DoctorReport& report) {
  if (!report.mount) return nullptr;
  ordered_json json{{"path", report.mount->path}, {"found_by", report.found_by}};
  if (report.mount->kind == TracefsMount::Kind::private_mount) json["path"] = nullptr;
  if (!report.access) return json;
  const auto& access = *report.access;
  json["owner"] = access.owner;
  json["group"] = access.group;
  json["mode"] = octal_mode(access.mode);
  json["group_reads"] = access.group_reads();
  json["group_writes"] = access.group_writes();
  json["others_read"] = access.others_read();
  json["others_write"] = access.others_write();
  return json;
}

}  // namespace

ordered_json report_json(const DoctorReport& report) {
  ordered_json json;
  json["tracing_possible"] = report.is_tracing_possible();
  json["tracefs"] = mount_json(report);
  json["environment"] = environment_json(report.environment);
  json["events"] = report.event_count;
  json["features"] = ordered_json::array();
  for (const auto& feature : report.features) {
    json["features"].push_back({{"group", feature.group},
                                {"name", feature.name},
                                {"present", feature.present},
                                {"known_by", feature.known_by}});
  }
  json["buffers"] = ordered_json::array();
  for (const auto& buffer : report.buffers) json["buffers"].push_back(overview_json(buffer));
  json["user_stacks"] = {{"names", report.user_stacks.has_names}, {"whole", report.user_stacks.is_whole}};
  json["probes"] = report.probes;
  json["problems"] = ordered_json::array();
  for (const auto& problem : report.problems) {
    json["problems"].push_back(
        {{"what", problem.what}, {"remedy", problem.remedy}, {"prevents_all", problem.prevents_all}});
  }
  return json;
}

}  // namespace ftracectl::cli

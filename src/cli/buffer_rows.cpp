#include "cli/buffer_rows.hpp"

#include "base/text.hpp"

namespace ftracectl::cli {

namespace {

std::string size_text(const BufferOverview& buffer) {
  const std::string total = size_text_of_kb(buffer.total_kb);
  return buffer.size_kb ? size_text_of_kb(*buffer.size_kb) + " a cpu, " + total + " in all"
                        : "different, " + total + " in all";
}

}  // namespace

std::vector<std::vector<std::string>> buffer_rows(const std::vector<BufferOverview>& buffers) {
  std::vector<std::vector<std::string>> rows{
      {"BUFFER", "TRACING", "EVENTS ON", "CLOCK", "SIZE", "TRACER", "READ BY"}};
  for (const auto& buffer : buffers) {
    std::string readers = buffer.readers.empty() ? "nobody" : process_list(buffer.readers);
    if (buffer.left_behind) readers += "; left by a killed ftracectl";
    rows.push_back({buffer.instance.empty() ? "(top level)" : buffer.instance,
                    buffer.tracing_on ? "on" : "off", std::to_string(buffer.events_on), buffer.clock,
                    size_text(buffer), buffer.current_tracer, readers});
  }
  return rows;
}

nlohmann::ordered_json overview_json(const BufferOverview& buffer) {
  nlohmann::ordered_json json;
  json["instance"] = nullptr;
  if (!buffer.instance.empty()) json["instance"] = buffer.instance;
  json["tracing_on"] = buffer.tracing_on;
  json["events_on"] = buffer.events_on;
  json["clock"] = buffer.clock;
  json["buffer_size_kb"] = nullptr;
  if (buffer.size_kb) json["buffer_size_kb"] = *buffer.size_kb;
  json["buffer_total_size_kb"] = buffer.total_kb;
  json["current_tracer"] = buffer.current_tracer;
  json["readers"] = nlohmann::ordered_json::array();
  for (const auto& reader : buffer.readers) {
    json["readers"].push_back({{"pid", reader.pid}, {"program", reader.program}, {"file", reader.file}});
  }
  json["left_behind"] = buffer.left_behind;
  return json;
}

}  // namespace ftracectl::cli

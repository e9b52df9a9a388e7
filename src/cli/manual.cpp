#include "cli/manual.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/fold.hpp"

namespace ftracectl::cli {

namespace {

using nlohmann::ordered_json;

/// What is left of 80 columns in an example.
constexpr std::size_t example_columns = 66;

/// Text in which nothing is markup.
std::string plain(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool begins = at == 0 && std::string_view("#-.[|];!\t").find(c) != std::string_view::npos;
    if (begins || std::string_view("*_\\`").find(c) != std::string_view::npos) out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string bold(std::string_view text) { return "*" + plain(text) + "*"; }

std::string header(const std::string& name, int section, std::string_view summary) {
  return name + "(" + std::to_string(section) + ") \"\" \"ftracectl\"\n\n# NAME\n\n" + name + " - " +
         plain(summary) + "\n\n";
}

/// "  lost         the side that lacks it": a word and what it means, or else a line as it stands.
std::string indented_line(std::string_view line) {
  line = trim(line);
  const auto gap = line.find("  ");
  if (gap == std::string_view::npos) return plain(line) + "\n\n";
  return bold(line.substr(0, gap)) + "\n\t" + plain(trim(line.substr(gap))) + "\n\n";
}

/// As fold_text() reads it: lines at the margin are one paragraph.
std::string paragraphs(std::string_view text) {
  std::string out;
  std::string paragraph;
  const auto finish = [&] {
    if (!paragraph.empty()) out += plain(paragraph) + "\n\n";
    paragraph.clear();
  };
  for (const auto line : split_lines(text)) {
    if (!line.empty() && line.front() != ' ') {
      paragraph += (paragraph.empty() ? "" : " ") + std::string(line);
      continue;
    }
    finish();
    if (!trim(line).empty()) out += indented_line(line);
  }
  finish();
  return out;
}

std::string option_text(const OptionDescription& option) {
  std::string out = option.letter.empty() ? "" : bold("-" + option.letter) + ", ";
  out += bold("--" + option.name);
  if (!option.value.empty()) out += " _" + plain(option.value) + "_";
  if (option.is_repeatable) out += " ...";
  return out + "\n\t" + plain(option.text) + "\n\n";
}

std::string example_text(const std::string& example) {
  if (example.empty()) return "";
  return "# EXAMPLES\n\n```\n" + fold_example(example, example_columns) + "```\n\n";
}

std::string see_also(const std::string& more) {
  return std::string(manual_more) + "\n\n# SEE ALSO\n\n" + more +
         "*ftracectl-records*(5), *ftracectl-capture-folder*(5)\n";
}

/// The definition that "$ref": "#/$defs/NAME" names, or nothing.
const ordered_json* definition(const ordered_json& schema, const ordered_json& reference) {
  const auto path = reference.value("$ref", std::string());
  constexpr std::string_view defs = "#/$defs/";
  if (!path.starts_with(defs)) return nullptr;
  const auto found = schema["$defs"].find(path.substr(defs.size()));
  return found == schema["$defs"].end() ? nullptr : &*found;
}

std::string types_of(const ordered_json& type) {
  if (type.is_string()) return type.get<std::string>();
  std::vector<std::string> names;
  for (const auto& one : type) names.push_back(one.get<std::string>());
  return join(names, " or ");
}

std::string values_of(const ordered_json& values) {
  std::vector<std::string> words;
  for (const auto& value : values)
    words.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  return join(words, ", ");
}

std::string text_of(const ordered_json& schema, const ordered_json& key) {
  if (!key.is_object()) return "";
  std::vector<std::string> parts;
  const auto* referred = definition(schema, key);
  for (const auto* source : {&key, referred}) {
    if (source == nullptr) continue;
    if (source->contains("type")) parts.push_back(types_of((*source)["type"]));
    if (source->contains("enum")) parts.push_back("one of " + values_of((*source)["enum"]));
    if (source->contains("description")) parts.push_back((*source)["description"].get<std::string>());
  }
  return join(parts, "; ");
}

/// The keys of a record, those of the parts that it is made of included.
void add_keys(std::string& out, const ordered_json& schema, const ordered_json& record) {
  if (record.contains("properties")) {
    for (const auto& [key, value] : record["properties"].items()) {
      if (key == "type" || (value.is_object() && value.empty()) || value == false) continue;
      const auto text = text_of(schema, value);
      out += bold(key) + "\n\t" + (text.empty() ? "any value" : plain(text)) + "\n\n";
    }
  }
  if (!record.contains("allOf")) return;
  for (const auto& part : record["allOf"]) {
    if (const auto* referred = definition(schema, part)) add_keys(out, schema, *referred);
  }
}

}  // namespace

std::string manual_overview(std::span<const Command> all) {
  std::string out = header("ftracectl", 1, "control the kernel's ftrace, and make records of what it prints");
  out += "# SYNOPSIS\n\n*ftracectl* _COMMAND_ [_OPTIONS_]\n\n# DESCRIPTION\n\n";
  out +=
      "Shows which programs a Linux machine runs, controls the kernel's ftrace through tracefs without BPF, "
      "and "
      "undoes its changes even if it is killed. Each command has a page of its own; *ftracectl* _COMMAND_ "
      "*--help* shows it in short.\n\n# COMMANDS\n\n";
  std::string pages;
  for (const auto& command : all) {
    const std::string page = "*ftracectl-" + std::string(command.name) + "*(1)";
    out += page + "\n\t" + plain(command.summary) + "\n\n";
    pages += page + ", ";
  }
  return out + see_also(pages);
}

std::string manual_page(const Description& description) {
  std::string out = header("ftracectl-" + description.name, 1, description.summary);
  out += "# SYNOPSIS\n\n*ftracectl* " + plain(description.usage) + "\n\n# DESCRIPTION\n\n";
  out += paragraphs(description.text) + "# OPTIONS\n\n";
  for (const auto& option : description.options) out += option_text(option);
  return out + example_text(description.example) + see_also("*ftracectl*(1), ");
}

std::string manual_of_records(std::string_view text) {
  const auto schema = ordered_json::parse(text);
  std::string out = header("ftracectl-records", 5, "the records that ftracectl prints as JSON Lines");
  out +=
      "# DESCRIPTION\n\nWith *--format jsonl*, *capture*, *stream* and *decode* print one JSON object a "
      "line. Its "
      "key *type* says what it is. " +
      plain(schema.value("description", "")) +
      "\n\n*ftracectl schema* prints the JSON Schema of all this.\n\n";
  for (const auto& type : schema["properties"]["type"]["enum"]) {
    const auto name = type.get<std::string>();
    const auto found = schema["$defs"].find(name);
    if (found == schema["$defs"].end()) continue;
    std::string title = name;
    std::transform(title.begin(), title.end(), title.begin(),
                   [](unsigned char c) { return std::toupper(c); });
    out += "# " + title + "\n\n";
    if (found->contains("description")) out += plain((*found)["description"].get<std::string>()) + "\n\n";
    add_keys(out, schema, *found);
  }
  return out + std::string(manual_more) +
         "\n\n# SEE ALSO\n\n*ftracectl*(1), *ftracectl-capture*(1), *ftracectl-capture-folder*(5)\n";
}

}  // namespace ftracectl::cli

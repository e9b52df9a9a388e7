#include "decode/pages/ftrace_text.hpp"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <optional>
#include <string>

#include "decode/pages/field_bytes.hpp"

namespace ftracectl {

namespace {

std::string_view without_newline(std::string_view text) {
  if (text.ends_with('\n')) text.remove_suffix(1);
  return text;
}

std::optional<std::string_view> field_bytes(const EventSchema& schema, const char* name,
                                            std::string_view payload) {
  const Field* field = schema.find(name);
  return field != nullptr ? bytes_of(*field, payload) : std::nullopt;
}

std::optional<std::uint64_t> field_number(const EventSchema& schema, const char* name,
                                          std::string_view payload) {
  const auto bytes = field_bytes(schema, name, payload);
  return bytes ? std::optional(number_of(*bytes, false)) : std::nullopt;
}

void be_a_text(Event& event, std::string_view name, const ByteBuffer& made) {
  event.schema = nullptr;
  event.fields.clear();
  event.decoded = false;
  event.name = name;
  event.message = made.view();
}

/// "tracing_mark_write: TEXT"; the kernel's own callers by their function.
bool read_print(const EventSchema& schema, std::string_view payload, const FtraceTexts& texts,
                ByteBuffer& made, Event& event) {
  const auto bytes = field_bytes(schema, "buf", payload);
  if (!bytes) return false;
  const auto caller = field_number(schema, "ip", payload).value_or(0);
  const auto function = texts.symbols ? texts.symbols(caller).name : std::string_view();
  const auto name = function.empty() ? std::string_view("tracing_mark_write") : function;
  made.clear();
  made += name;
  made += ": ";
  made += without_newline(text_of(*bytes));
  be_a_text(event, name, made);
  return true;
}

/// "# ID buf: 01 02 ...": trace_marker_raw.
bool read_raw_data(const EventSchema& schema, std::string_view payload, ByteBuffer& made, Event& event) {
  const auto bytes = field_bytes(schema, "buf", payload);
  if (!bytes) return false;
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(),
                "# %" PRIx64 " buf:", field_number(schema, "id", payload).value_or(0));
  made.clear();
  made += std::string_view(text.data());
  for (const char c : *bytes) {
    std::snprintf(text.data(), text.size(), " %02x", static_cast<unsigned>(static_cast<unsigned char>(c)));
    made += std::string_view(text.data());
  }
  be_a_text(event, {}, made);
  return true;
}

/// "FUNCTION: TEXT": trace_printk(), whose format is known by its address.
bool read_printk(const EventSchema& schema, std::string_view payload, const FtraceTexts& texts,
                 ByteBuffer& made, Event& event) {
  const bool has_arguments = schema.name == "bprint";
  const Field* format = schema.find(has_arguments ? "fmt" : "str");
  const Field* buffer = schema.find("buf");
  const auto caller = field_number(schema, "ip", payload);
  const auto address = format != nullptr ? bytes_of(*format, payload) : std::nullopt;
  if (!caller || !address) return false;
  const auto text = texts.formats.find(number_of(*address, false));
  if (text == texts.formats.end()) return false;
  std::string printed;
  if (!has_arguments) {
    printed = text->second;
  } else {
    if (buffer == nullptr || buffer->offset > payload.size()) return false;
    const auto arguments = payload.substr(buffer->offset);
    if (!print_bprintf(text->second, arguments, format->size, texts.symbols, printed)) return false;
  }
  const auto function = texts.symbols ? texts.symbols(*caller).name : std::string_view();
  made.clear();
  if (function.empty()) {
    std::array<char, 24> number;
    const int length = std::snprintf(number.data(), number.size(), "0x%" PRIx64, *caller);
    made.append({number.data(), static_cast<std::size_t>(length)});
  } else {
    made += function;
  }
  made += ": ";
  made += without_newline(printed);
  be_a_text(event, function, made);
  return true;
}

}  // namespace

bool read_ftrace_text(const EventSchema& schema, std::string_view payload, const FtraceTexts& texts,
                      ByteBuffer& made, Event& event) {
  if (schema.system != "ftrace") return false;
  if (schema.name == "print") return read_print(schema, payload, texts, made, event);
  if (schema.name == "raw_data") return read_raw_data(schema, payload, made, event);
  if (schema.name == "bprint" || schema.name == "bputs")
    return read_printk(schema, payload, texts, made, event);
  return false;
}

}  // namespace ftracectl

// What the probes fetched beyond what they were to fetch is in nothing that is kept or printed.

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "decode/pages/page_reader.hpp"
#include "records/exec_recorder.hpp"
#include "records/fetched_exec.hpp"
#include "records/record_stream.hpp"
#include "records/scrub_pages.hpp"
#include "records/scrub_text.hpp"
#include "records/sink.hpp"
#include "support/known_events.hpp"
#include "support/probe_text.hpp"
#include "support/raw_pages.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

constexpr std::uint16_t uprobe_id = 3001;
constexpr std::uint16_t eprobe_id = 3002;
const std::string secret = "SECRET=xyz";

Field field_of(const std::string& declaration, std::size_t offset, std::size_t size) {
  Field field = parse_declaration(declaration);
  field.offset = offset;
  field.size = size;
  return field;
}

EventSchema probe_schema(const std::string& name, std::uint16_t id) {
  EventSchema schema;
  schema.system = "ftracectl_7";
  schema.name = name;
  schema.id = id;
  schema.common = {field_of("unsigned short common_type", 0, 2), field_of("unsigned char common_flags", 2, 1),
                   field_of("unsigned char common_preempt_count", 3, 1), field_of("int common_pid", 4, 4)};
  return schema;
}

void add_field(EventSchema& schema, const std::string& declaration, std::size_t size) {
  const std::size_t offset =
      schema.fields.empty() ? 8 : schema.fields.back().offset + schema.fields.back().size;
  schema.fields.push_back(field_of(declaration, offset, size));
}

EventSchema uprobe_schema() {
  EventSchema schema = probe_schema("execve", uprobe_id);
  for (const char* name : {"unsigned long __probe_ip", "u64 file", "u64 argv"}) add_field(schema, name, 8);
  for (const char* name : {"u64 n0[]", "u64 n1[]"}) add_field(schema, name, 64);
  for (int i = 0; i < 16; ++i) {
    add_field(schema, "u64 p" + std::to_string(i), 8);
    add_field(schema, "u64 a" + std::to_string(i) + "[]", 64);
  }
  return schema;
}

EventSchema eprobe_schema() {
  EventSchema schema = probe_schema(eprobe_name, eprobe_id);
  for (const char* name : {"u64 file", "u64 argv"}) add_field(schema, name, 8);
  for (int i = 0; i < 16; ++i) add_field(schema, "u64 p" + std::to_string(i), 8);
  add_field(schema, "__data_loc char[] n", 4);
  add_field(schema, "u64 zn", 8);
  for (int i = 0; i < 16; ++i) {
    add_field(schema, "__data_loc char[] s" + std::to_string(i), 4);
    add_field(schema, "u64 z" + std::to_string(i), 8);
  }
  return schema;
}

EventTable table() {
  EventTable events = exec_event_table();
  events.add(uprobe_schema());
  events.add(eprobe_schema());
  return events;
}

void put(std::string& payload, const EventSchema& schema, const std::string& field,
         const std::string& bytes) {
  payload.replace(schema.find(field)->offset, bytes.size(), bytes);
}

std::string number(std::uint64_t value, std::size_t size = 8) {
  std::string bytes(size, '\0');
  std::memcpy(bytes.data(), &value, size);
  return bytes;
}

std::string block(const std::string& text) {
  std::string bytes = text + std::string(1, '\0');
  while (bytes.size() < 64) bytes += secret;
  return bytes.substr(0, 64);
}

/// An entry whose every byte that is nothing to be told is the secret.
std::string uprobe_payload(const std::string& filename, const std::vector<std::string>& argv) {
  const EventSchema schema = uprobe_schema();
  std::string payload = payload_of(uprobe_id, 7);
  while (payload.size() < schema.fields.back().offset + 64 + 12) payload += secret;
  put(payload, schema, "__probe_ip", number(0x7ffa37e03ad0));
  put(payload, schema, "file", number(0x4e7220));
  put(payload, schema, "argv", number(0x7ffd0));
  put(payload, schema, "n0", block(filename));
  put(payload, schema, "n1", block(filename.size() < 64 ? secret : ""));
  for (std::size_t i = 0; i < 16; ++i) {
    const std::string index = std::to_string(i);
    put(payload, schema, "p" + index, number(i == argv.size() ? 0 : 0x55bc0000 + i));
    put(payload, schema, "a" + index, block(i < argv.size() ? argv[i] : secret));
  }
  return payload;
}

std::string eprobe_payload(const std::string& filename, const std::vector<std::string>& argv) {
  const EventSchema schema = eprobe_schema();
  std::string payload = payload_of(eprobe_id, 7);
  payload.resize(schema.fields.back().offset + 8);
  payload += secret;  // of an entry that was there before
  put(payload, schema, "file", number(0x4e7220));
  put(payload, schema, "argv", number(0x7ffd0));
  const auto place = [&](const std::string& text) {
    const auto at = payload.size();
    payload += text + std::string(1, '\0') + secret;
    return number((text.size() + 1 + secret.size()) << 16U | at, 4);
  };
  const auto put_string = [&](const std::string& field, const std::string& text) {
    const auto location = place(text);
    put(payload, schema, field, location);
  };
  put_string("n", filename);
  for (std::size_t i = 0; i < 16; ++i) {
    const std::string index = std::to_string(i);
    put(payload, schema, "p" + index, number(i == argv.size() ? 0 : 0x55bc0000 + i));
    if (i != argv.size()) put_string("s" + index, i < argv.size() ? argv[i] : secret);
  }
  return payload;
}

std::string page_of(const std::string& payload) { return PageWriter(1000).event(5, payload).page(); }

/// The records of text or of pages, and all that a folder would keep.
struct Run {
  std::string records;
  std::string kept;
};

Run run(const std::string& bytes, std::size_t step, bool is_raw) {
  const EventTable events = table();
  const auto sink = find_output_format("jsonl").make("mono");
  Run result;
  RecordStream::Options options;
  options.recorders = {exec_recorder({true, true, true, false, true})};
  options.on_bytes = [&](std::string_view kept, int, bool) { result.kept += kept; };
  if (is_raw) options.raw.emplace();
  RecordStream stream(events, *sink, std::move(options));
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    stream.feed(std::string_view(bytes).substr(at, step), is_raw ? 0 : -1);
  }
  stream.finish();
  result.records = std::string(sink->buffer().view());
  return result;
}

bool has_secret(const std::string& text) {
  // "SECRET=x" as a word, and pieces of it that are long enough to be no accident.
  return text.find("SECRET") != std::string::npos || text.find("=xyz") != std::string::npos ||
         text.find("3d544552434553") != std::string::npos || text.find("455243") != std::string::npos;
}

const std::string header = "              sh-7       [001] .....     0.000100: ";
const std::string enter = header + "sys_execve(filename: 0x4e7220, argv: 0x7ffd0, envp: 0x4c00f0)\n";
const std::string end = header + "sys_execve -> 0xfffffffffffffffe\n";

}  // namespace

TEST_CASE("scrub: a uprobe's text tells the same and nothing behind the ends") {
  for (const auto& call : std::vector<ProbedCall>{
           {.filename = "/bin/true", .argv = {"true", "", "two words"}},
           {.filename = "", .argv = {}},
           {.filename = std::string(127, 'f'), .argv = {std::string(63, 'x'), std::string(64, 'y'), ""}},
           {.filename = std::string(64, 'f'), .argv = std::vector<std::string>(16, "a")}}) {
    const std::string text = probe_text(call);
    const auto scrubbed = scrub_uprobe_text(text);
    REQUIRE(scrubbed);
    CHECK(has_secret(text));
    CHECK_FALSE(has_secret(*scrubbed));
    CHECK(scrub_uprobe_text(*scrubbed) == scrubbed);
    const auto before = parse_fetched_exec(text);
    const auto after = parse_fetched_exec(*scrubbed);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(after->filename.text == before->filename.text);
    CHECK(after->filename.is_cut == before->filename.is_cut);
    CHECK(after->filename.is_missing == before->filename.is_missing);
    CHECK(after->has_more == before->has_more);
    REQUIRE(after->arguments.size() == before->arguments.size());
    for (std::size_t i = 0; i < after->arguments.size(); ++i) {
      CHECK(after->arguments[i].text == before->arguments[i].text);
      CHECK(after->arguments[i].is_cut == before->arguments[i].is_cut);
      CHECK(after->arguments[i].is_missing == before->arguments[i].is_missing);
    }
  }
}

TEST_CASE("scrub: an eprobe's text tells the same and nothing behind the null") {
  for (const auto& call :
       std::vector<EprobedCall>{{.filename = "/bin/true", .argv = {"true", "a\nb", ""}, .behind = secret},
                                {.filename = std::nullopt, .argv = {}, .behind = secret},
                                {.filename = "x", .argv = {"a", std::nullopt, "c"}, .behind = secret},
                                {.filename = "x",
                                .argv = {std::nullopt, std::nullopt},
                                .pointers = {0x52434553, 0x5a5a455243},
                                .behind = secret}}) {
    const std::string text = eprobe_text(call);
    const auto scrubbed = scrub_eprobe_text(text, eprobe_nonce);
    REQUIRE(scrubbed);
    CHECK(has_secret(text));
    CHECK_FALSE(has_secret(*scrubbed));
    CHECK(scrub_eprobe_text(*scrubbed, eprobe_nonce) == scrubbed);
    const auto before = parse_eprobe_exec(text, eprobe_nonce);
    const auto after = parse_eprobe_exec(*scrubbed, eprobe_nonce);
    REQUIRE(before);
    REQUIRE(after);
    CHECK(after->arguments_are_known == before->arguments_are_known);
    CHECK(after->has_more == before->has_more);
    CHECK(after->filename.is_missing == before->filename.is_missing);
    REQUIRE(after->arguments.size() == before->arguments.size());
    for (std::size_t i = 0; i < after->arguments.size(); ++i) {
      CHECK(after->arguments[i].text == before->arguments[i].text);
    }
  }
}

TEST_CASE("scrub: text in pieces, and torn anywhere, keeps and prints no secret") {
  const std::string uprobe = probe_text({.filename = "/bin/true", .argv = {"true", "long argument"}});
  const std::string eprobe =
      eprobe_text({.filename = "/bin/true", .argv = {"true", "l\nx"}, .behind = "A\n" + secret + "\nB"});
  const std::string whole = header + uprobe + "\n" + enter + header + eprobe + "\n" + end;
  const Run at_once = run(whole, whole.size(), false);
  CHECK_FALSE(has_secret(at_once.kept + at_once.records));
  const auto execs = of_type(parse_json_lines(at_once.records), "exec");
  REQUIRE(execs.size() == 1);
  CHECK(execs.front()["argv"] == nlohmann::json({"true", "long argument"}));
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    const Run pieces = run(whole, step, false);
    CHECK(pieces.kept == at_once.kept);
    CHECK(pieces.records == at_once.records);
  }
  for (std::size_t size = 0; size <= whole.size(); size += 3) {
    const Run torn = run(whole.substr(0, size), 4096, false);
    CHECK_FALSE(has_secret(torn.kept + torn.records));
    const Run again = run(torn.kept, 4096, false);
    CHECK(again.kept == torn.kept);
    CHECK(again.records == torn.records);
  }
  // A line that was torn, and others behind it.
  for (std::size_t size = header.size() + 20; size < eprobe.size(); size += 5) {
    const Run torn = run(header + eprobe.substr(0, size) + "\n" + enter + end, 4096, false);
    CHECK_FALSE(has_secret(torn.kept + torn.records));
    CHECK(run(torn.kept, 4096, false).records == torn.records);
    CHECK(of_type(parse_json_lines(torn.records), "exec").size() <= 1);
  }
}

TEST_CASE("scrub: pieces of a probe's text are not printed, known or not") {
  const std::string uprobe =
      probe_text({.filename = "/bin/true", .argv = {"true"}, .behind = std::string(1, '\0') + secret});
  for (std::size_t from = 0; from < uprobe.size(); ++from) {
    const auto scrubbed = scrub_piece(std::string_view(uprobe).substr(from));
    CHECK_FALSE(has_secret(scrubbed.value_or(uprobe.substr(from))));
  }
  const std::string eprobe = eprobe_text({.filename = "/bin/true", .argv = {"true"}, .behind = secret});
  for (std::size_t from = 0; from < eprobe.size() - 30; ++from) {
    const auto scrubbed = scrub_piece(std::string_view(eprobe).substr(from));
    CHECK_FALSE(has_secret(scrubbed.value_or(eprobe.substr(from))));
  }
  CHECK_FALSE(scrub_piece("odd: regs={0x1,0x2} flags=0x3,0x4"));
  CHECK_FALSE(scrub_piece("filename=/bin/true pid=7 old_pid=7"));
}

TEST_CASE("scrub: what imitates a probe's text loses nothing but words behind a zero") {
  const std::string name = "/tmp/x execve: (0x1) file=0x1 argv=0x2 n0={0x2f, 0x41} end";
  const std::string line = header + "sched_process_exec: filename=" + name + " pid=7 old_pid=7\n";
  CHECK(run(line, 4096, false).kept.ends_with(" end pid=7 old_pid=7\n"));
  const std::string forged =
      "execve_0123456789abcdef: (syscalls.sys_enter_execve) file=0x1 argv=0x2 p0=0x3\n";
  const std::string text = header + "sched_process_exec: filename=" + forged + enter + end;
  CHECK(run(text, 4096, false).kept == text);
}

TEST_CASE("scrub: pages hold nothing behind the ends, and the records stay") {
  const EventTable events = table();
  for (const auto& payload :
       {uprobe_payload("/bin/true", {"true", "", "long argument"}),
        eprobe_payload("/bin/true", {"true", "", "long argument"}), uprobe_payload("", {}),
        eprobe_payload("", {}), uprobe_payload(std::string(64, 'n'), std::vector<std::string>(16, "a")),
        eprobe_payload("n", std::vector<std::string>(16, "a"))}) {
    const std::string page = page_of(payload);
    CHECK(has_secret(page));
    PageScrubber scrubber(events, PageLayout());
    const std::string scrubbed(scrubber.scrub(page));
    CHECK_FALSE(has_secret(scrubbed));
    REQUIRE(scrubbed.size() == page.size());
    CHECK(scrubber.scrub(scrubbed) == scrubbed);
  }
  PageWriter writer(1000);
  writer.discarded(uprobe_payload("/bin/true", {"true"})).event(5, eprobe_payload("/bin/true", {"true"}));
  const Run discarded = run(writer.page(), 4096, true);
  CHECK_FALSE(has_secret(discarded.kept));
  CHECK(of_type(parse_json_lines(discarded.records), "malformed").empty());
  CHECK(run(discarded.kept, 4096, true).records == discarded.records);
  PageReader reader(PageLayout(), discarded.kept);
  CHECK(reader.advance());  // what stands behind it is found
}

TEST_CASE("scrub: torn and hostile pages are read within their bytes and keep no secret") {
  const EventTable events = table();
  PageScrubber scrubber(events, PageLayout());
  for (const auto& payload :
       {uprobe_payload("/bin/true", {"true", "b"}), eprobe_payload("/bin/true", {"true", "b"})}) {
    const std::string page = page_of(payload);
    for (std::size_t size = 0; size < page.size(); ++size) {
      const std::string torn = page.substr(0, size);
      const std::string scrubbed(scrubber.scrub(torn));
      CHECK(scrubbed.size() == torn.size());
      if (has_secret(scrubbed)) REQUIRE(size == 0);
    }
    // Entries that end within their fields.
    for (std::size_t size = 8; size < payload.size(); size += 4) {
      if (has_secret(std::string(scrubber.scrub(page_of(payload.substr(0, size)))))) REQUIRE(size == 0);
    }
    std::mt19937 random(7);
    for (int i = 0; i < 20000; ++i) {
      std::string damaged = page;
      for (int n = 0; n < 4; ++n) damaged[random() % 1500] = static_cast<char>(random());
      CHECK(scrubber.scrub(damaged).size() == damaged.size());
    }
  }
}

// A kind of records that the program does not have, made from outside: all that it takes is in this file.

#include <doctest/doctest.h>

#include <algorithm>
#include <ftracectl/error.hpp>
#include <string>
#include <vector>

#include "decode/pages/page_layout.hpp"
#include "live/recorder_events.hpp"
#include "records/call_recorder.hpp"
#include "records/call_tracker.hpp"
#include "records/exec_recorder.hpp"
#include "records/record_stream.hpp"
#include "records/selection.hpp"
#include "support/facts.hpp"
#include "support/formats.hpp"
#include "support/raw_pages.hpp"
#include "support/records.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace made_up {

/// A request to a block device: from block_rq_issue to block_rq_complete, which an interrupt brings, in whatever task
/// runs then.
struct BlockRequest {
  Timestamp time;
  std::int32_t cpu = -1;
  std::int32_t tid = -1;  ///< who issued it
  std::int64_t dev = 0;
  std::int64_t sector = 0;
  std::uint32_t bytes = 0;
  std::string rwbs;  ///< "R", "WS"
  std::optional<std::int64_t> failure;
  std::optional<std::uint64_t> duration_ns;
};

template <typename Put>
void visit_fields(const BlockRequest& request, Put& put) {
  put.kind(field<"block_request">);
  put(field<"ts_ns">, request.time);
  put(field<"cpu">, std::int64_t{request.cpu});
  put.twice(field<"pid">, request.tid, field<"tid">, request.tid);
  put(field<"dev">, request.dev);
  put(field<"sector">, request.sector);
  put(field<"bytes">, request.bytes);
  put(field<"rwbs">, std::string_view(request.rwbs));
  put(field<"failure">, request.failure);
  put(field<"duration_ns">, request.duration_ns);
}

class BlockRecorder final : public Recorder {
 public:
  explicit BlockRecorder(RecordOut& out) : out_(out) {}

  bool add(const Event& event) override {
    const bool begins = event.name == "block_rq_issue";
    if (!begins && event.name != "block_rq_complete") return false;
    const KeyOfFields<2> key = {event.number("dev").value_or(0), event.number("sector").value_or(0)};
    requests_.end(key, [&](BlockRequest& request) {
      if (!begins) {
        request.failure = event.number("error");
        request.duration_ns = event.time.value - request.time.value;
      }
      emit(request);
    });
    if (!begins) return true;
    if (requests_.is_full()) lost();
    requests_.begin(key) = {event.time,
                            event.cpu,
                            event.tid,
                            key[0],
                            key[1],
                            static_cast<std::uint32_t>(event.number("bytes").value_or(0)),
                            std::string(event.string("rwbs").value_or("")),
                            std::nullopt,
                            std::nullopt};
    return true;
  }
  void lost() override {
    requests_.end_all([this](const BlockRequest& request) { emit(request); });
  }
  void finish() override { lost(); }

 private:
  void emit(const BlockRequest& request) { out_.put_other(request); }

  RecordOut& out_;
  CallTracker<KeyOfFields<2>, BlockRequest> requests_;
};

const RecorderKind block_kind = {
    .name = "block_request",
    .key = "block_request",
    .summary = "requests to block devices",
    .events =
        [](const RecorderWish& /*wish*/) {
          return std::vector<EventUse>{
              {{"block:block_rq_issue"}, EventUse::Need::required, EventUse::Filter::users},
              {{"block:block_rq_complete"}, EventUse::Need::required}};
        },
    .make = [](const RecorderSettings& /*settings*/, const RecorderParts& parts)
        -> std::unique_ptr<Recorder> { return std::make_unique<BlockRecorder>(parts.out); },
};

}  // namespace made_up

namespace {

using made_up::block_kind;
using made_up::BlockRequest;

const EventTable& events() { return fixture_events("7.3"); }

void put_number(std::string& payload, const EventSchema& schema, const char* name, std::uint64_t number) {
  const Field* field = schema.find(name);
  REQUIRE(field != nullptr);
  for (std::size_t i = 0; i < field->size; ++i)
    payload[field->offset - 8 + i] = static_cast<char>(number >> (8 * i));
}

/// An event of a request to device 8:0, as the kernel lays it out.
std::string payload(const std::string& name, std::int32_t tid, std::uint64_t sector) {
  const EventSchema& schema = events().find(name)->schema;
  std::size_t size = 0;
  for (const auto& field : schema.fields) size = std::max(size, field.offset + field.size);
  std::string rest(size - 8, '\0');
  put_number(rest, schema, "dev", 8U << 20U);
  put_number(rest, schema, "sector", sector);
  if (schema.find("bytes") != nullptr) put_number(rest, schema, "bytes", 4096);
  rest[schema.find("rwbs")->offset - 8] = 'R';
  return payload_of(static_cast<std::uint16_t>(schema.id), tid, rest);
}

std::string some_requests() {
  PageWriter page(1000);
  page.event(0, payload("block_rq_issue", 7, 64));
  page.event(100, payload("block_rq_issue", 8, 128));
  page.event(300, payload("block_rq_complete", 0, 128));
  page.event(500, payload("block_rq_complete", 0, 64));
  page.event(100, payload("block_rq_issue", 7, 64));
  return page.page();
}

void run(Sink& sink) {
  RecordStream::Options options;
  options.recorders = {{&block_kind}, exec_recorder_for_unknown()};
  options.raw.emplace();
  RecordStream stream(events(), sink, std::move(options));
  stream.feed(some_requests(), 0, true);
  stream.end_of_round();
  stream.finish();
  CHECK(stream.counts().records == 3);
}

}  // namespace

TEST_CASE("outside recorder: a stream gives records of a kind that it does not know, in every format") {
  const auto json = find_output_format("jsonl").make("mono");
  run(*json);
  const auto records = parse_json_lines(std::string(json->buffer().view()));
  REQUIRE(records.size() == 3);
  CHECK(
      records[0].dump() ==
      R"({"bytes":4096,"cpu":0,"dev":8388608,"duration_ns":300,"failure":0,"pid":8,"rwbs":"R","sector":128,)"
      R"("tid":8,"ts_ns":1100,"type":"block_request"})");
  CHECK(records[1]["sector"] == 64);
  CHECK(records[1]["tid"] == 7);
  CHECK(records[1]["duration_ns"] == 900);
  CHECK(records[2]["duration_ns"].is_null());
  const auto text = find_output_format("text").make("mono");
  run(*text);
  CHECK(std::string(text->buffer().view())
            .starts_with("      0.000001       8 block_request dev=8388608 "
                         "sector=128 bytes=4096 rwbs=R failure=0 "
                         "duration_ns=300\n"));
}

TEST_CASE("outside recorder: a sink of the caller's own gets the record itself") {
  struct Requests : Sink {
    std::vector<BlockRequest> all;
    void record(const Record& record) override {
      const auto* other = record_if<OtherRecord>(record);
      const auto* request = other != nullptr ? other_record_if<BlockRequest>(*other) : nullptr;
      if (request != nullptr) all.push_back(*request);
    }
  } requests;
  run(requests);
  REQUIRE(requests.all.size() == 3);
  CHECK(requests.all[1].duration_ns == 900);
}

TEST_CASE("outside recorder: a selection of tasks knows whose the record is") {
  const auto json = find_output_format("jsonl").make("mono");
  SelectingSink of_seven({.pids = {7}}, *json);
  run(of_seven);
  const auto records = parse_json_lines(std::string(json->buffer().view()));
  REQUIRE(records.size() == 2);
  CHECK(records[0]["tid"] == 7);
}

namespace {

/// A recorded kernel, of which it is known which events it has.
class KernelOfEvents : public KernelFacts {
 public:
  explicit KernelOfEvents(const std::string& kernel)
      : KernelFacts(kernel), events_(read("available_events")) {}
  bool exists(const std::string& path) override {
    if (!path.starts_with("events/") || !path.ends_with("/enable")) return KernelFacts::exists(path);
    std::string event = path.substr(7, path.size() - 7 - std::string("/enable").size());
    if (event.find('/') != event.npos) event[event.find('/')] = ':';
    return events_.find(event + "\n") != events_.npos;
  }

 private:
  std::string events_;
};

}  // namespace

TEST_CASE("outside recorder: its row says what a capture switches on, and where the user's filter goes") {
  KernelOfEvents kernel("7.3");
  const auto events = find_recorder_events(kernel, block_kind, {});
  CHECK(names_of(events) == std::vector<std::string>{"block:block_rq_issue", "block:block_rq_complete"});
  CHECK(takers_of_filter(events) == std::vector<std::string>{"block:block_rq_issue"});
  RecorderKind other = block_kind;
  other.events = [](const RecorderWish& /*wish*/) {
    return std::vector<EventUse>{{{"block:no_such_event"}, EventUse::Need::required}};
  };
  CHECK_THROWS_WITH_AS(
      find_recorder_events(kernel, other, {}),
      "this kernel has no event block:no_such_event, which block_request records need; name events to "
      "capture others",
      Error);
}

TEST_CASE("recorders: with the kernel's names of system calls, and each event once") {
  KernelOfEvents kernel("7.3");
  const auto events = find_recorder_events(kernel, call_kind, {{"stat", "openat", "setuid"}});
  const auto names = names_of(events);
  CHECK(names[0] == "syscalls:sys_enter_newstat");
  CHECK(std::count(names.begin(), names.end(), "syscalls:sys_exit_setuid") == 1);
  CHECK(takers_of_filter(events) == std::vector<std::string>{"syscalls:sys_enter_newstat",
                                                             "syscalls:sys_enter_openat",
                                                             "syscalls:sys_enter_setuid"});
  const auto settings = call_kind.settle({}, events);
  const auto for_users = settings.words("for_users");
  CHECK(std::find(for_users.begin(), for_users.end(), "sys_exit_setuid") == for_users.end());
  CHECK(std::find(for_users.begin(), for_users.end(), "sys_exit_setreuid") != for_users.end());
  CHECK_THROWS_AS(find_recorder_events(kernel, call_kind, {{"nosuchcall"}}), Error);
}

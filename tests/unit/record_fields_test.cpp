// The one list of each record's fields, and what is made of it.

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "records/record_fields.hpp"
#include "support/record_schema.hpp"

using namespace ftracectl;
using nlohmann::json;

namespace {

/// The keys of a record, as its list has them.
struct Keys {
  std::string kind_name;
  std::set<std::string> always;
  std::set<std::string> at_times;

  template <FieldName word>
  void kind(FieldTag<word>) {
    kind_name = word.view();
    always.insert("type");
  }
  template <FieldName first, FieldName second>
  void twice(FieldTag<first>, std::int64_t, FieldTag<second>, std::int64_t) {
    always.emplace(first.view());
    always.emplace(second.view());
  }
  template <FieldName key, typename Value>
  void operator()(FieldTag<key>, const Value&) {
    always.emplace(key.view());
  }
  /// With --time wall, the wall clock's stands beside it.
  template <FieldName key>
  void operator()(FieldTag<key>, const Timestamp&) {
    always.emplace(key.view());
    at_times.emplace("time");
  }
  template <FieldName key, typename Value>
  void asked(bool, FieldTag<key>, const Value&) {
    at_times.emplace(key.view());
  }
  template <FieldName key, typename Value>
  void optional(FieldTag<key>, const Value&) {
    at_times.emplace(key.view());
  }
};

template <typename... Kinds>
struct All {};

template <typename... Kinds>
void check_all(All<Kinds...>) {
  std::ifstream file(test::record_schema_path());
  const json schema = json::parse(file)["$defs"];
  const auto check = [&](const auto& record) {
    Keys keys;
    visit_fields(record, keys);
    INFO(keys.kind_name);
    const json& kind = schema.at(keys.kind_name);
    CHECK(kind["required"].get<std::set<std::string>>() == keys.always);
    const json& properties = kind["properties"];
    for (const auto& key : keys.always) CHECK_MESSAGE(properties.contains(key), key);
    for (const auto& key : keys.at_times) CHECK_MESSAGE(properties.contains(key), key);
  };
  (check(Kinds{}), ...);
}

}  // namespace

TEST_CASE("record fields: the schema requires the keys that each list has, and knows the others") {
  check_all(ListedKinds<All>{});
}

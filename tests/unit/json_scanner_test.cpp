#include <doctest/doctest.h>

#include "base/json_scanner.hpp"

using namespace ftracectl;

namespace {

/// What a line gives: "key=text;" for each member, or the fault.
std::string read(std::string_view line) {
  JsonScanner json;
  std::string seen;
  const bool good = json.read(line, [&](std::string_view key, const JsonValue& value) {
    seen.append(key).append("=").append(value.text).append(";");
  });
  return good ? seen : json.fault();
}

}  // namespace

TEST_CASE("json: a line of JSON gives its members, nested ones as they stand there") {
  CHECK(read(R"({})").empty());
  CHECK(read(R"( {"a": 1, "b" :"two", "c":[1, "x]"], "d":{"e":[{}]},"f":null,"g":true,"h":-1.5e3} )") ==
        R"(a=1;b=two;c=[1, "x]"];d={"e":[{}]};f=null;g=true;h=-1.5e3;)");
}

TEST_CASE("json: escapes in JSON strings, those of bpftrace too") {
  CHECK(read(R"({"a":"\"\\\/\n\té☃\u00e9\ud83d\ude00"})") == "a=\"\\/\n\té☃é😀;");
  CHECK(read(R"({"a":"bad\uffffffe9utf"})") == "a=bad\xe9utf;");
  CHECK(read(R"({"a":"\uffff"})") == "a=\xef\xbf\xbf;");
}

TEST_CASE("json: what is no JSON object is refused, with the column") {
  CHECK(read("") == "unexpected end at column 1");
  CHECK(read("[1]") == "no object at column 1");
  CHECK(read(R"({"a":1)") == "unexpected end at column 7");
  CHECK(read(R"({"a":"x)") == "unexpected end at column 8");
  CHECK(read(R"({"a" 1})") == "a colon is missing at column 6");
  CHECK(read(R"({"a":1 "b":2})") == "a comma or brace is missing at column 8");
  CHECK(read(R"({"a":x})") == "no value at column 6");
  CHECK(read(R"({"a":1} x)") == "something follows the object at column 9");
  CHECK(read(R"({"a":"\q"})") == "an unknown escape at column 9");
  CHECK(read("{\"a\":\"\x01\"}") == "a control character in a string at column 7");
  CHECK(read("{\"a\":" + std::string(100, '[') + std::string(100, ']') + "}") ==
        "nested too deeply at column 71");
}

TEST_CASE("json: arrays and numbers of JSON") {
  JsonScanner json;
  std::string seen;
  json.elements(R"(["a","b\n",3])", [&](const JsonValue& value) { seen.append(value.text).append("|"); });
  CHECK(seen == "a|b\n|3|");
  JsonValue value;
  value.kind = JsonValue::Kind::string;
  value.text = "17";
  CHECK(value.integer() == 17);
  value.text = "17x";
  CHECK_FALSE(value.integer());
}

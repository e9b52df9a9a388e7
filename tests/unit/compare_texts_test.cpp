// What two texts, or two lists of arguments, say of each other.
#include <doctest/doctest.h>

#include "compare/match/joined_agreement.hpp"
#include "compare/match/text_agreement.hpp"

using namespace ftracectl;
using namespace ftracectl::compare;

namespace {

std::string verdict_of(const SeenText& left, const SeenText& right) {
  const Verdict verdict = compare_texts(left, right);
  if (verdict.state == Verdict::State::agrees) return "agree";
  const std::string reason(reason_name(verdict.reason));
  return verdict.detail == Detail::none ? reason : reason + ", " + std::string(detail_text(verdict.detail));
}

std::string verdict_of(const std::string& left, const std::string& right) {
  return verdict_of({left, false, false, 4000}, {right, false, false, 4000});
}

std::string joined_verdict(const std::vector<SeenText>& list, const JoinedText& joined) {
  const Verdict verdict = compare_joined({list, false}, joined);
  return verdict.state == Verdict::State::agrees ? "agree" : std::string(reason_name(verdict.reason));
}

}  // namespace

TEST_CASE("compare: a beginning that fills a buffer of any size is a cut") {
  const std::string whole = "/" + std::string(5000, 'x');
  for (const std::size_t size : {63U, 127U, 255U, 511U, 1023U, 4095U}) {
    CAPTURE(size);
    CHECK(verdict_of(whole.substr(0, size), whole) == "truncated");
    CHECK(verdict_of(whole, whole.substr(0, size)) == "truncated");
    CHECK(verdict_of(whole.substr(0, size + 1), whole) == "unexplained");
    CHECK(verdict_of(whole.substr(0, size - 2) + "y", whole) == "unexplained");
  }
  // A small buffer is one where nothing of that side is longer.
  CHECK(verdict_of("/usr/bin/python", "/usr/bin/python3") == "unexplained");
  CHECK(verdict_of({"/usr/bin/python", false, false, 15}, {"/usr/bin/python3", false, false, 16}) ==
        "truncated");
  CHECK(verdict_of({"/us", true, false, 90}, {"/usr", false, false, 90}) == "truncated");  // by its own word
  CHECK(verdict_of("/usr/bi...", "/usr/bin/python3") == "truncated");
  CHECK(verdict_of("/usr/bi..", "/usr/bin/python3") == "truncated");
  CHECK(verdict_of("/usr/bo...", "/usr/bin/python3") == "unexplained");
}

TEST_CASE("compare: bytes that another program writes its own way") {
  CHECK(verdict_of("/srv/\xc3\xa4", "/srv/\xc3\x83\xc2\xa4") == "by-design, bytes as Latin-1 code points");
  CHECK(verdict_of("/srv/\xe4", "/srv/\xc3\xa4") == "by-design, bytes as Latin-1 code points");
  CHECK(verdict_of("/srv/\xe4x", "/srv/\xef\xbf\xbdx") == "by-design, marks for bytes that are not UTF-8");
  CHECK(verdict_of("/srv/\xe4x", "/srv/?x") == "by-design, marks for bytes that are not UTF-8");
  CHECK(verdict_of("/srv/\x01x", "/srv/.x") == "by-design, dots for bytes that cannot be printed");
  CHECK(verdict_of("/srv/ax", "/srv/?x") == "unexplained");
  const std::string name = "/" + std::string(60, 'x') + "\xc3\xa4" + std::string(60, 'y');
  std::string latin1 =
      "/" + std::string(60, 'x') + "\xc3\x83\xc2\xa4";  // 63 bytes, each written as a code point
  CHECK(verdict_of(name, latin1) == "truncated, bytes as Latin-1 code points");
}

TEST_CASE("compare: joined arguments may be cut each, and may begin with a newline") {
  const std::string longer(300, 'x');
  const auto seen = [](std::string_view text) { return SeenText{text, false, false, 4000}; };
  CHECK(joined_verdict({seen("a"), seen("\nb c"), seen("d")}, {"a \nb c d", false, 0, false, false}) ==
        "agree");
  CHECK(joined_verdict({seen("a"), seen("\nb")}, {"a \\nb", false, 0, false, true}) == "agree");
  CHECK(joined_verdict({seen("a"), seen(longer), seen("b")},
                       {"a " + longer.substr(0, 127) + " b", false, 0, false, false}) == "truncated");
  CHECK(joined_verdict({seen("a"), seen(longer), seen("b")},
                       {"a " + longer.substr(0, 20) + "... b", false, 0, false, false}) == "truncated");
  CHECK(joined_verdict({seen("a"), seen(longer), seen("b")},
                       {"a " + longer.substr(0, 100) + " b", false, 0, false, false}) == "unexplained");
  CHECK(joined_verdict({seen("a"), {"/bin", true, false, 4000}, seen("b")},
                       {"a /bin/true b", false, 0, false, false}) == "truncated");
}

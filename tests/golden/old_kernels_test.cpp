// Text as kernels before 5.10 print it, made by the rules of their sources (see fixtures/README.md).

#include <doctest/doctest.h>

#include <fstream>
#include <ftracectl/text_decoder.hpp>
#include <iterator>

#include "support/formats.hpp"

using namespace ftracectl;

TEST_CASE("old kernels: every line of 4.19 and 5.4 is an event, with the thread group and without") {
  for (const std::string kernel : {"4.19", "5.4"}) {
    for (const std::string name : {"exec", "opt.record-tgid"}) {
      CAPTURE(kernel);
      CAPTURE(name);
      std::ifstream file(test::fixtures_folder() + "/kernels/" + kernel + "/text/" + name + ".trace",
                         std::ios::binary);
      TextDecoder decoder(test::fixture_events("5.10"));
      decoder.feed(std::string(std::istreambuf_iterator<char>(file), {}));
      decoder.finish();
      std::size_t events = 0;
      std::uint64_t lost = 0;
      std::vector<std::string> comms;
      while (const Entry* entry = decoder.next()) {
        if (entry->kind == Entry::Kind::lost) {
          lost += entry->lost.count.value_or(0);
          continue;
        }
        REQUIRE(entry->kind == Entry::Kind::event);
        CHECK(entry->event.decoded);
        comms.emplace_back(entry->event.comm);
        ++events;
      }
      REQUIRE(events == 8);
      CHECK(comms[5] == "a-7 [000] d..1");
      CHECK(lost == (name == "exec" ? 9 : 0));
    }
  }
}

#include "model/tracefs/hist_removal.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ftracectl;

namespace {

bool is_tried(const std::string& listed, const std::string& written) {
  const auto texts = hist_removals(parse_trigger(listed));
  return std::find(texts.begin(), texts.end(), written) != texts.end();
}

}  // namespace

TEST_CASE("hist removal: a sort key is written without the modifier that the kernel lists") {
  CHECK(is_tried("hist:keys=lat.log2:vals=hitcount:sort=lat.log2:size=2048 [active]",
                 "!hist:keys=lat.log2:vals=hitcount:sort=lat:size=2048"));
  CHECK(
      is_tried("hist:keys=a.buckets=10,b.hex:vals=hitcount:sort=a.buckets=10.descending,b.hex:size=2048 "
               "if a > 3 [paused]",
               "!hist:keys=a.buckets=10,b.hex:vals=hitcount:sort=a.descending,b:size=2048 if a > 3"));
  CHECK(
      is_tried("hist:keys=common_timestamp.usecs:vals=hitcount:sort=common_timestamp.usecs:size=2048:"
               "clock=global [active]",
               "!hist:keys=common_timestamp.usecs:vals=hitcount:sort=common_timestamp"));
}

TEST_CASE("hist removal: what the kernel lists is tried first, as it stands") {
  const auto texts = hist_removals(
      parse_trigger("hist:keys=pid:vals=hitcount:ts0=common_timestamp:sort=hitcount:size=256 [active]"));
  CHECK(texts.front() == "!hist:keys=pid:vals=hitcount:ts0=common_timestamp:sort=hitcount:size=256");
}

TEST_CASE("hist removal: 'hist' means each, keys mean those with these keys, a whole text means itself") {
  const auto listed = parse_triggers(
      "hist:keys=pid:vals=hitcount:sort=hitcount:size=2048 [active]\n"
      "hist:keys=pid:vals=lat:sort=hitcount:size=2048 [active]\n"
      "stacktrace:unlimited\n"
      "hist:keys=prio:vals=hitcount:sort=hitcount:size=2048 [active]\n");
  CHECK(hist_triggers_meant(listed, "hist").size() == 3);
  CHECK(hist_triggers_meant(listed, "hist:keys=pid").size() == 2);
  CHECK(hist_triggers_meant(listed, "hist:keys=pid:vals=lat:sort=hitcount:size=2048").size() == 1);
  CHECK(hist_triggers_meant(listed, "hist:keys=nosuch").empty());
}

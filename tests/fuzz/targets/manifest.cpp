// A capture folder's manifest.json.

#include "fuzz/harness/target.hpp"
#include "saved/capture_manifest.hpp"

using namespace ftracectl;

FUZZ_TARGET("manifest") {
  fuzz::may_refuse([&] {
    const CaptureManifest manifest = parse_manifest(input, "DIR/manifest.json");
    if (manifest_text(parse_manifest(manifest_text(manifest), "again")) != manifest_text(manifest)) {
      fuzz::fail("a manifest that is written otherwise");
    }
  });
}

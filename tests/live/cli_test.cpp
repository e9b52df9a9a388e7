#include <doctest/doctest.h>

#include "support/process.hpp"

using namespace ftracectl::test;

TEST_CASE("cli: unknown commands and options exit with 2 and say where help is") {
  const auto unknown = run_ftracectl({"nonsense"});
  CHECK(unknown.status == 2);
  CHECK(unknown.err.find("unknown command 'nonsense'") != std::string::npos);
  CHECK(unknown.out.empty());
  CHECK(run_ftracectl({}).status == 2);
  CHECK(run_ftracectl({"--help"}).status == 0);
  CHECK(run_ftracectl({"--version"}).out.starts_with("ftracectl "));
}

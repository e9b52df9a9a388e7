#include <doctest/doctest.h>

#include <fstream>
#include <ftracectl/error.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/command.hpp"
#include "support/record_schema.hpp"

using namespace ftracectl;

TEST_CASE("schema prints the schema of records, byte for byte") {
  std::ostringstream out;
  std::ostringstream err;
  CHECK(cli::run({"schema"}, out, err) == exit_status::ok);
  CHECK(err.str().empty());
  std::ostringstream file;
  file << std::ifstream(test::record_schema_path(), std::ios::binary).rdbuf();
  CHECK(out.str() == file.str());
  CHECK(nlohmann::json::parse(out.str())["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(cli::run({"schema", "more"}, out, err) == exit_status::usage);
}

#include "base/user_frame.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace ftracectl;

TEST_CASE("user frame: each form says what is known") {
  CHECK(function_frame("main", 0x1f, "/usr/bin/make") == "main+0x1f (/usr/bin/make)");
  CHECK(object_frame(0x4d2f, "/usr/bin/make") == "0x4d2f (/usr/bin/make)");
  CHECK(address_frame(0x7f39b5a63ad7, "anonymous") == "<00007f39b5a63ad7> (anonymous)");
  CHECK(address_frame(0x7f39b5a63ad7) == "<00007f39b5a63ad7>");
}

TEST_CASE("user frame: the kernel's form is read, and no other") {
  CHECK(address_of_frame("<00007f39b5a63ad7>") == 0x7f39b5a63ad7U);
  CHECK(address_of_frame("<ffffffffffffffff>") == ~std::uint64_t{0});
  for (const char* other : {"", "<>", "<", ">", "<12", "12>", "<main>", "<00007f39b5a63ad7> (anonymous)",
                            "main+0x1f (/usr/bin/make)", "<11112222333344445>"})
    CHECK_FALSE(address_of_frame(other));
}

TEST_CASE("user frame: a C++ name is shown as it is written") {
  CHECK(readable_frame("_ZN6server5serveEi+0x1f (/usr/bin/server)") ==
        "server::serve+0x1f (/usr/bin/server)");
  CHECK(readable_frame("_ZNK12_GLOBAL__N_16Server5serveESt8functionIFvvEE+0x1 (/x)") ==
        "(anonymous namespace)::Server::serve+0x1 (/x)");
  CHECK(readable_frame("_ZN12_GLOBAL__N_15tableE+0x1 (/x)") == "(anonymous namespace)::table+0x1 (/x)");
  for (const char* same :
       {"main+0x1f (/usr/bin/make)", "_Zfoo+0x1 (/x)", "_Z", "_ZN6server5serveEi", "0x12 (/x)", ""})
    CHECK(readable_frame(same) == same);
  const std::string long_name = "_Z" + std::string(4000, '9') + "+0x1 (/x)";
  CHECK(readable_frame(long_name) == long_name);
}

// A print format of an event whose fields are of all kinds, and what it makes of an entry and of a line.

#include "model/print/print_format.hpp"
#include "decode/pages/print_value.hpp"
#include "fuzz/harness/target.hpp"
#include "model/print/c_expression.hpp"

using namespace ftracectl;

namespace {

const EventSchema& schema_of_all_kinds() {
  static const EventSchema schema = parse_format(
      "name: x\nID: 7\nformat:\n\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
      "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"
      "\tfield:int i;\toffset:8;\tsize:4;\tsigned:1;\n\tfield:u64 u;\toffset:16;\tsize:8;\tsigned:0;\n"
      "\tfield:char c[16];\toffset:24;\tsize:16;\tsigned:0;\n\tfield:void * "
      "p;\toffset:40;\tsize:8;\tsigned:0;\n"
      "\tfield:__data_loc char[] s;\toffset:48;\tsize:4;\tsigned:0;\n\tfield:u8 "
      "b[4];\toffset:52;\tsize:4;\tsigned:0;\n"
      "\tfield:__rel_loc u32[] r;\toffset:56;\tsize:4;\tsigned:0;\n\tfield:dev_t "
      "dev;\toffset:60;\tsize:4;\tsigned:0;\n\n"
      "print fmt: \"\"\n",
      "s", "x");
  return schema;
}

}  // namespace

FUZZ_TARGET("print_format") {
  EventSchema schema = schema_of_all_kinds();
  schema.print_fmt = input;
  compile_print_format(schema);
  try {
    const CPrintCall call = parse_print_call(input);
    for (const char byte : {'\0', '\xff', '\x30'}) {
      const std::string entry(80, byte);
      for (const auto& argument : call.arguments) {
        ByteBuffer to;
        append_printed(argument, schema, entry, to);
        number_printed(argument, schema, entry);
      }
    }
  } catch (const CSyntaxError&) {
  }
}

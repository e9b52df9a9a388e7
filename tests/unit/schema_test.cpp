#include <doctest/doctest.h>

#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>
#include <stdexcept>

using namespace ftracectl;

namespace {

constexpr std::string_view exec_format =
    "name: sched_process_exec\n"
    "ID: 307\n"
    "format:\n"
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
    "\n"
    "\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;\n"
    "\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
    "\n"
    "print fmt: \"filename=%s pid=%d\", __get_str(filename), REC->pid\n";

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

/// The message of the error that a broken file gives.
std::string fault(const std::string& text) {
  try {
    parse_format(text, "sched", "f");
  } catch (const Error& error) {
    CHECK(error.code() == ErrorCode::failed);
    return error.what();
  }
  return "";
}

std::string trimmed(std::string text) {
  while (text.ends_with(' ') || text.ends_with('\n')) text.pop_back();
  return text;
}

std::string fault_with(std::string_view what, std::string_view by) {
  return fault(replaced(std::string(exec_format), what, by));
}

}  // namespace

TEST_CASE("a format file is parsed, common and own fields apart") {
  const auto schema = parse_format(exec_format, "sched", "f");
  CHECK(schema.full_name() == "sched:sched_process_exec");
  CHECK(schema.id == 307);
  REQUIRE(schema.common.size() == 2);
  REQUIRE(schema.fields.size() == 2);
  CHECK(schema.common[1].name == "common_pid");
  CHECK(schema.common[1].is_signed);
  const Field& filename = schema.fields[0];
  CHECK(filename.storage == Field::Storage::data_loc);
  CHECK(filename.type == "char");
  CHECK(filename.is_string());
  CHECK(filename.offset == 8);
  CHECK(filename.size == 4);
  CHECK(schema.print_fmt == "\"filename=%s pid=%d\", __get_str(filename), REC->pid");
  REQUIRE(schema.find("pid") != nullptr);
  CHECK(schema.find("pid")->offset == 12);
  CHECK(schema.find("common_pid")->offset == 4);
  CHECK(schema.find("nosuch") == nullptr);
}

TEST_CASE("the print format goes on over newlines, and the last newline is the file's") {
  const auto text = replaced(std::string(exec_format), "pid=%d\"", "pid=%d\n\"");
  CHECK(parse_format(text, "", "f").print_fmt == "\"filename=%s pid=%d\n\", __get_str(filename), REC->pid");
  CHECK(parse_format(text.substr(0, text.size() - 1), "", "f").print_fmt ==
        parse_format(text, "", "f").print_fmt);
}

TEST_CASE("a fault is told with its place, the line and a caret") {
  CHECK(fault_with("offset:12", "offset:1x") ==
        "f:8:26: a number expected\n"
        "   field:pid_t pid; offset:1x; size:4; signed:1;\n"
        "                           ^");
  CHECK(fault_with("signed:1;\n\n\tfield:__", "signed:2;\n\n\tfield:__")
            .starts_with("f:5:49: a number up to 1"));
  CHECK(fault_with("\tsize:4;\tsigned:1;\n\nprint", "\tsigned:1;\n\nprint")
            .starts_with("f:8:30: 'size:' expected"));
  CHECK(fault_with("offset:12;", "offset:99999999999999999999;").starts_with("f:8:26: a number expected"));
  CHECK(fault_with("offset:12;", "offset:4294967295;").starts_with("f:8:26: a number up to 16777216"));
  CHECK(fault_with("offset:12;", "offset:-12;").starts_with("f:8:26: a number expected"));
}

TEST_CASE("missing and repeated lines are faults") {
  CHECK(fault("").starts_with("f:1:1: the file ends too early"));
  CHECK(fault_with("name: sched_process_exec\n", "").starts_with("f:1:1: 'name: ' expected"));
  CHECK(fault_with("name: sched_process_exec", "name: ").starts_with("f:1:7: an event's name expected"));
  CHECK(fault_with("name: sched_process_exec", "name: a b").starts_with("f:1:8: "));
  CHECK(fault_with("ID: 307\n", "").starts_with("f:2:1: 'ID: ' expected"));
  CHECK(fault_with("ID: 307\n", "ID: 307\nID: 307\n").starts_with("f:3:1: 'format:' expected"));
  CHECK(fault_with("ID: 307", "ID: -1").starts_with("f:2:5: an event's number expected"));
  CHECK(fault_with("ID: 307", "ID: 4294967296").starts_with("f:2:5: "));
  CHECK(fault_with("print fmt: ", "print: ").starts_with("f:10:1: 'print fmt:' expected"));
  CHECK(fault(std::string(exec_format) + std::string(exec_format))
            .starts_with("f:11:1: the print format is the last"));
}

TEST_CASE("the shown line cannot drive a terminal, and is cut") {
  const auto message = fault("name: \x1b[31mred\n" + std::string(100000, 'x') + "\n");
  CHECK(message.find('\x1b') == std::string::npos);
  CHECK(message.size() < 400);
}

TEST_CASE("what a format file has is bounded: time grows with the file and no faster") {
  const auto with_fields = [](std::size_t count) {
    std::string fields;
    for (std::size_t i = 0; i < count; ++i) {
      fields += "\tfield:int f" + std::to_string(i) + ";\toffset:8;\tsize:4;\tsigned:1;\n";
    }
    return replaced(std::string(exec_format), "\tfield:pid_t pid;", fields + "\tfield:pid_t pid;");
  };
  CHECK(fault(with_fields(4000)).empty());
  CHECK(fault(with_fields(100'000)).starts_with("f:4101:1: an event has at most 4096 fields"));
  CHECK(fault_with("pid_t pid", std::string(100'000, 'x') + " pid")
            .starts_with("f:8:8: a field's declaration has at most 4096 bytes"));
}

TEST_CASE("a file cut anywhere throws or parses") {
  for (std::size_t length = 0; length < exec_format.size(); ++length) {
    const auto cut = exec_format.substr(0, length);
    // Behind that, a line that is missing is one that some kernel did not print.
    const bool is_fault = !fault(std::string(cut)).empty();
    if (length < exec_format.find("format:") + 7) CHECK_MESSAGE(is_fault, length);
  }
}

TEST_CASE("a format file that has travelled is read: CR LF, blanks for tabs, lines indented") {
  const auto whole = parse_format(exec_format, "sched", "f");
  std::string crlf;
  std::string blanks;
  std::string indented;
  for (const char c : exec_format) {
    if (c == '\n') crlf += '\r';
    crlf += c;
    blanks += c == '\t' ? std::string("        ") : std::string(1, c);
    indented += c;
    if (c == '\n') indented += "    ";
  }
  for (const auto& text : {crlf, blanks, indented, blanks.substr(0, blanks.size() - 1)}) {
    const auto schema = parse_format(text, "sched", "f");
    CHECK(schema.name == whole.name);
    CHECK(schema.id == whole.id);
    CHECK(schema.common.size() == 2);
    REQUIRE(schema.fields.size() == 2);
    CHECK(schema.fields[1].offset == 12);
    CHECK(schema.fields[1].is_signed);
    CHECK(trimmed(schema.print_fmt) == whole.print_fmt);
  }
}

TEST_CASE("a format file of an odd kernel is read, and what is doubtful in it is one field") {
  const auto twice = parse_format(replaced(std::string(exec_format), "pid_t pid", "pid_t filename"), "", "f");
  REQUIRE(twice.fields.size() == 2);
  CHECK(twice.fields[1].name == "filename");
  CHECK(twice.find("filename") == &twice.fields[0]);

  const auto no_print = parse_format(exec_format.substr(0, exec_format.find("\nprint")), "", "f");
  CHECK(no_print.fields.size() == 2);
  CHECK(no_print.print_fmt.empty());

  const auto hypervisor = parse_format(
      "name: hyp_enter\nID: 1001\nformat:\n"
      "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n\nprint fmt: \" \",\n",
      "", "f");
  CHECK(hypervisor.common.size() == 1);
  CHECK(hypervisor.fields.empty());

  const auto old = parse_format(
      replaced(std::string(exec_format), "size:4;\tsigned:1;\n\nprint", "size:4;\n\nprint"), "", "f");
  CHECK(old.fields[1].is_signed);  // by its type
  const auto special =
      parse_format(replaced(std::string(exec_format), "field:pid_t", "field special:pid_t"), "", "f");
  CHECK(special.fields[1].name == "pid");
  const auto later = parse_format(
      replaced(std::string(exec_format), "signed:1;\n\nprint", "signed:1;\tkind:x;\n\nprint"), "", "f");
  CHECK(later.fields[1].size == 4);

  const auto wide = parse_format(replaced(std::string(exec_format), "size:4;\tsigned:0;\n\tfield:pid_t",
                                          "size:8;\tsigned:0;\n\tfield:pid_t"),
                                 "", "f");
  CHECK(wide.fields[0].storage == Field::Storage::unknown);
  for (const std::string_view odd : {"int (*callback)(void)", "pid_t pid[2][2]", "@%", "pid_t pid[2]x"}) {
    CAPTURE(odd);
    const auto schema = parse_format(replaced(std::string(exec_format), "pid_t pid", odd), "", "f");
    REQUIRE(schema.fields.size() == 2);
    CHECK_FALSE(schema.fields[1].name.empty());
  }
}

TEST_CASE("an element's size is that of size, length and type together, or not known") {
  const auto field = [](std::string_view declaration, std::size_t size) {
    Field made = parse_declaration(declaration);
    made.size = size;
    return made;
  };
  CHECK(field("nid_t nid[3]", 12).element_size() == 4);
  CHECK(field("nid_t nid[3]", 4).element_size() == 0);
  CHECK(field("int x[4]", 4).element_size() == 0);
  CHECK(field("unsigned long args[6]", 48).element_size() == 8);
  CHECK(field("unsigned long args[6]", 24).element_size() == 4);
  CHECK(field("struct thing x[2]", 24).element_size() == 12);
  CHECK(field("__data_loc u16[] x", 4).element_size() == 2);
}

TEST_CASE("declarations") {
  struct Row {
    std::string_view text, name, type;
    bool is_array;
    std::size_t length;
    Field::Storage storage;
  };
  constexpr auto fixed = Field::Storage::fixed;
  constexpr auto data_loc = Field::Storage::data_loc;
  for (const Row& row : {
           Row{"int common_pid", "common_pid", "int", false, 0, fixed},
           Row{"unsigned long long asked", "asked", "unsigned long long", false, 0, fixed},
           Row{"const char *const * argv", "argv", "const char *const *", false, 0, fixed},
           Row{"const void* ip", "ip", "const void*", false, 0, fixed},
           Row{"void __seg_gs * ptr", "ptr", "void __seg_gs *", false, 0, fixed},
           Row{"u8 fsid[16]", "fsid", "u8", true, 16, fixed},
           Row{"char buf[]", "buf", "char", true, 0, fixed},
           Row{"__u8 saddr[sizeof(struct sockaddr_in6)]", "saddr", "__u8", true, 0, fixed},
           Row{"__data_loc char[] name", "name", "char", true, 0, data_loc},
           Row{"__data_loc unsigned int[] lengths", "lengths", "unsigned int", true, 0, data_loc},
           Row{"__data_loc cpumask_t cpumask", "cpumask", "cpumask_t", true, 0, data_loc},
           Row{"__rel_loc char[] x", "x", "char", true, 0, Field::Storage::rel_loc},
       }) {
    CAPTURE(row.text);
    const Field field = parse_declaration(row.text);
    CHECK(field.name == row.name);
    CHECK(field.type == row.type);
    CHECK(field.is_array == row.is_array);
    CHECK(field.array_length == row.length);
    CHECK(field.storage == row.storage);
  }
  CHECK(parse_declaration("const void* ip").is_pointer());
  CHECK(parse_declaration("char comm[16]").is_string());
  CHECK_FALSE(parse_declaration("u8 comm[16]").is_string());
  CHECK_FALSE(parse_declaration("char c").is_string());
}

TEST_CASE("what is no declaration is refused") {
  for (const std::string_view text :
       {"", " ", "pid", "int *", "int 5x", "u8 x[16", "u8 x[16]y", "u8 [16]", "[16]", "__data_loc",
        "__data_loc char[]", "__data_loc [] x", "__data_loc char[] x y", "u8 x[99999999999999999999]"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_declaration(text), std::invalid_argument);
  }
}

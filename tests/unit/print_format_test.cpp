#include "model/print/print_format.hpp"

#include <doctest/doctest.h>

#include "support/formats.hpp"

using namespace ftracectl;
using test::fixture_schema;

namespace {

using Kind = PrintPiece::Kind;

Field field(const std::string& declaration, std::size_t size, bool is_signed = false) {
  Field result = parse_declaration(declaration);
  result.size = size;
  result.is_signed = is_signed;
  return result;
}

/// An event with fields of all sorts, for print formats of the test's own.
std::optional<PrintFormat> compiled(const std::string& print_fmt) {
  EventSchema schema;
  schema.fields = {field("int i", 4, true),
                   field("unsigned int u", 4),
                   field("u8 b", 1),
                   field("unsigned long l", 8),
                   field("u64 q", 8),
                   field("dev_t dev", 4),
                   field("void * p", 8),
                   field("char comm[16]", 16),
                   field("__data_loc char[] name", 4),
                   field("__rel_loc char[] rel", 4),
                   field("const char * text", 8),
                   field("unsigned long args[6]", 48),
                   field("__u8 saddr[4]", 4)};
  schema.print_fmt = print_fmt;
  return compile_print_format(schema);
}

std::string kind_name(const PrintPiece& piece) {
  switch (piece.kind) {
    case Kind::literal:
      return "'" + piece.text + "'";
    case Kind::signed_:
      return "signed";
    case Kind::unsigned_:
      return "unsigned";
    case Kind::hex:
      return "hex";
    case Kind::octal:
      return "octal";
    case Kind::pointer:
      return "pointer";
    case Kind::character:
      return "character";
    case Kind::string:
      return "string";
    case Kind::word:
      return "word";
    case Kind::symbol:
      return "symbol";
  }
  return "";
}

/// "'comm=' string:comm ' pid=' signed:pid"; "nothing" for a format that does not compile.
std::string shown(const std::optional<PrintFormat>& format) {
  if (!format) return "nothing";
  std::string text;
  for (const auto& piece : format->pieces) {
    if (!text.empty()) text += ' ';
    text += kind_name(piece);
    if (piece.kind != Kind::literal) text += ":" + piece.field;
    if (piece.repeats) text += "(again)";
  }
  return text;
}

std::string shown_of(const std::string& kernel, const std::string& system, const std::string& name) {
  return shown(compile_print_format(fixture_schema(kernel, system, name)));
}

}  // namespace

TEST_CASE("the events of an exec compile on every kernel") {
  for (const auto& kernel : test::fixture_kernels()) {
    CAPTURE(kernel);
    CHECK(shown_of(kernel, "sched", "sched_process_exec") ==
          "'filename=' string:filename ' pid=' signed:pid ' old_pid=' signed:old_pid");
    CHECK(
        shown_of(kernel, "sched", "sched_process_fork") ==
        "'comm=' string:parent_comm ' pid=' signed:parent_pid ' child_comm=' string:child_comm ' child_pid=' "
        "signed:child_pid");
    CHECK(shown_of(kernel, "task", "task_newtask") ==
          "'pid=' signed:pid ' comm=' string:comm ' clone_flags=' hex:clone_flags ' oom_score_adj=' "
          "signed:oom_score_adj");
    CHECK(shown_of(kernel, "sched", "sched_switch") ==
          "'prev_comm=' string:prev_comm ' prev_pid=' signed:prev_pid ' prev_prio=' signed:prev_prio "
          "' prev_state=' word:prev_state ' ==> next_comm=' string:next_comm ' next_pid=' signed:next_pid "
          "' next_prio=' signed:next_prio");
  }
  const std::string exit = "'comm=' string:comm ' pid=' signed:pid ' prio=' signed:prio";
  CHECK(shown_of("6.12", "sched", "sched_process_exit") == exit);
  CHECK(shown_of("6.18", "sched", "sched_process_exit") == exit + " ' group_dead=' word:group_dead");
  CHECK(shown_of("7.3", "sched", "sched_process_exit") == exit + " ' group_dead=' word:group_dead");
  for (const std::string kernel : {"6.12", "6.18", "7.3"}) {
    CHECK(shown_of(kernel, "sched", "sched_prepare_exec") ==
          "'interp=' string:interp ' filename=' string:filename ' pid=' signed:pid ' comm=' string:comm");
  }
}

TEST_CASE("a string's greatest length is known from an array and from nothing else") {
  const auto exit = compile_print_format(fixture_schema("7.3", "sched", "sched_process_exit"));
  REQUIRE(exit);
  CHECK(exit->pieces[1].max_length == 15);
  CHECK(exit->has_free_text);
  const auto exec = compile_print_format(fixture_schema("7.3", "sched", "sched_process_exec"));
  REQUIRE(exec);
  CHECK(exec->pieces[1].max_length == 0);
  CHECK_FALSE(compiled("\"%d\", REC->i")->has_free_text);
}

TEST_CASE("format strings are joined and unescaped") {
  CHECK(shown(compiled(R"("a\t\x41\101" "\"%d\"", REC->i)")) == "'a\tAA\"' signed:i '\"'");
  CHECK(shown(compiled("\"raw\nnewline %d\", REC->i")) == "'raw\nnewline ' signed:i");
  CHECK(shown(compiled("\"100%% %d%%\", REC->i")) == "'100% ' signed:i '%'");
  CHECK(shown(compiled("\"\"")).empty());
}

TEST_CASE("conversions with casts that cut nothing") {
  CHECK(shown(compiled("\"%lx\", ((unsigned long)(REC->p))")) == "hex:p");
  CHECK(shown(compiled("\"%llu\", (unsigned long long)REC->u")) == "unsigned:u");
  CHECK(shown(compiled("\"%p\", (void *)REC->l")) == "pointer:l");
  CHECK(shown(compiled("\"%hhu %hu %Lu\", REC->b, (unsigned short)REC->b, REC->q")) ==
        "unsigned:b ' ' unsigned:b(again) ' ' unsigned:q");
  CHECK(shown(compiled("\"%o %c\", REC->u, REC->b")) == "octal:u ' ' character:b");
  CHECK(shown(compiled("\"%s|%s|%s|%s\", REC->comm, __get_str(name), __get_rel_str(rel), REC->text")) ==
        "string:comm '|' string:name '|' string:rel '|' string:text");
  CHECK(shown(compiled("\"%lx %lx\", REC->args[0], REC->args[5]")) == "hex:args[0] ' ' hex:args[5]");
  CHECK(shown(compiled("\"%ps %pS\", (void *)REC->l, REC->p")) == "symbol:l ' ' symbol:p");
  CHECK(shown(compiled("\"%pI4 %d\", REC->saddr, REC->i")) == "word:saddr ' ' signed:i");
  CHECK(shown(compiled("\"%s=%d\", \"name\", REC->i")) == "'name=' signed:i");
}

TEST_CASE("what is cut, computed or of the kernel's own does not compile") {
  for (const std::string print_fmt : {"\"%d\", (int)REC->l",
                                      "\"%hu\", REC->u",
                                      "\"%d\", REC->q",
                                      "\"%u\", (unsigned short)REC->u",
                                      "\"%d\", REC->i + 1",
                                      "\"%d\", !!REC->i",
                                      "\"%d\", REC->i ? REC->i : 0",
                                      "\"%d\", -REC->i",
                                      "\"%d\", 5",
                                      "\"%d\", f(REC->i)",
                                      "\"%d\", *(int *)REC->p",
                                      "\"%d\", REC->nosuch",
                                      "\"%d\", REC->args",
                                      "\"%lx\", REC->args[6]",
                                      "\"%lx\", REC->args[REC->i]",
                                      "\"%d\", REC->ent.pid",
                                      "\"%*d\", 5, REC->i",
                                      "\"%.3d\", REC->i",
                                      "\"%+d\", REC->i",
                                      "\"%.*s\", REC->i, REC->comm",
                                      "\"%20s\", REC->comm",
                                      "\"%s\", REC->saddr",
                                      "\"%s\", REC->i",
                                      "\"%s\", REC->p",
                                      "\"%n\", REC->p",
                                      "\"%ph\", REC->p",
                                      "\"%pV\", REC->p",
                                      "\"%20p\", REC->p",
                                      "\"%lx\", (unknown_t)REC->b",
                                      "\"%s\", f(REC->i)",
                                      "\"%s\", __get_str(nosuch)",
                                      "\"%s\", __print_hex(REC->saddr, 4)"}) {
    CAPTURE(print_fmt);
    CHECK_FALSE(compiled(print_fmt));
  }
}

TEST_CASE("broken print formats do not compile") {
  for (const std::string print_fmt :
       {"", "x", "\"%d", "\"%d\"", "\"%d\",", "\"\", REC->i", "\"%d\", REC->", "\"%d\", (REC->i",
        "\"%\", REC->i", "\"%d\", REC->i)", "\"%d\" REC->i", "\"\\q\"", "\"\\", "\"%9999999999d\", REC->i",
        "\"%d\", '", "\"%d\", 0x"}) {
    CAPTURE(print_fmt);
    CHECK_FALSE(compiled(print_fmt));
  }
  CHECK_FALSE(compiled("\"%d\", " + std::string(100000, '(')));
  CHECK_FALSE(compiled("\"%d\", " + std::string(100000, '!') + "REC->i"));
  std::string chain = "\"%d\", REC->i";
  std::string indices = "\"%d\", REC->i";
  for (int i = 0; i < 100000; ++i) {
    chain += " | 1";
    indices += "[1]";
  }
  CHECK_FALSE(compiled(chain));
  CHECK_FALSE(compiled(indices));
}

TEST_CASE("words are taken where all that can be printed is a word") {
  CHECK(shown(compiled("\"%s\", __print_symbolic(REC->i, { 0, \"A\" }, { 1, \"B\" })")) == "word:i");
  CHECK(shown(compiled("\"%s\", __print_flags(REC->l & 3, \"|\", { 1, \"A\" }, { -1, ((void *)0) })")) ==
        "word:l");
  CHECK(shown(compiled("\"%s\", REC->b ? \"true\" : \"false\"")) == "word:b");
  CHECK(shown(compiled("\"%c\", REC->b ? 'Y' : 'N'")) == "character:b");
  CHECK_FALSE(compiled("\"%s\", __print_symbolic(REC->i, { 0, \"A B\" })"));
  CHECK_FALSE(compiled("\"%s\", __print_flags(REC->i, \" | \", { 1, \"A\" })"));
  CHECK_FALSE(compiled("\"%s\", REC->b ? \"a\\n\" : \"b\""));
  CHECK_FALSE(compiled("\"%s\", REC->b == REC->i ? \"a\" : \"b\""));
  CHECK_FALSE(compiled("\"%s\", 1 ? \"a\" : \"b\""));
  CHECK_FALSE(compiled("\"%s\", REC->b ? __get_str(name) : \"b\""));
}

TEST_CASE("a field that is printed again is told once, by what tells it whole") {
  CHECK(shown(compiled("\"%s (%d)\", __print_symbolic(REC->i, { 0, \"A\" }), REC->i")) ==
        "word:i(again) ' (' signed:i ')'");
  CHECK(
      shown(compiled("\"%s %s\", __print_flags(REC->l, \"|\", { 1, \"A\" }), REC->l & 4 ? \"y\" : \"n\"")) ==
      "word:l ' ' word:l(again)");
  CHECK(shown(compiled("\"%p %lx %lu\", (void *)REC->l, REC->l, REC->l & 1")) ==
        "pointer:l(again) ' ' hex:l ' ' unsigned:l(again)");
  CHECK_FALSE(compiled("\"%p %lu\", (void *)REC->l, REC->l & 1"));
  CHECK_FALSE(compiled("\"%s %s\", REC->i & 1 ? \"y\" : \"n\", REC->i & 2 ? \"y\" : \"n\""));
}

TEST_CASE("parts of a field that make the whole compile") {
  const std::string major = "((unsigned int) ((REC->dev) >> 20))";
  const std::string minor = "((unsigned int) ((REC->dev) & ((1U << 20) - 1)))";
  const auto format = compiled("\"dev %d,%d\", " + major + ", " + minor);
  CHECK(shown(format) == "'dev ' unsigned:dev ',' unsigned:dev");
  CHECK(format->pieces[1].low_bit == 20);
  CHECK(format->pieces[1].bits == 12);
  CHECK(format->pieces[3].low_bit == 0);
  CHECK(format->pieces[3].bits == 20);
  CHECK(shown(compiled("\"%x:%x\", ((REC->u)&(0xFFFF0000U)) >> 16, ((REC->u)&(0x0000FFFFU))")) ==
        "hex:u ':' hex:u");
  CHECK_FALSE(compiled("\"%d\", " + major));
  CHECK_FALSE(compiled("\"%d,%d\", " + major + ", " + major));
  CHECK_FALSE(compiled("\"%x:%x\", REC->i >> 16, REC->i & 0xffff"));
  CHECK_FALSE(compiled("\"%x:%x\", REC->u >> 16, REC->u & 0xff0f"));
  CHECK_FALSE(compiled("\"%llx\", REC->q >> 0"));
}

TEST_CASE("pieces without a border between them do not compile") {
  for (const std::string print_fmt :
       {"\"%d%d\", REC->i, REC->u", "\"%s%d\", REC->comm, REC->i", "\"%s%s\", REC->comm, __get_str(name)",
        "\"%x%s\", REC->u, REC->comm", "\"%d0\", REC->i", "\"%xf\", REC->u", "\"%psx\", REC->p",
        "\"%ps.\", REC->p", "\"%ps [%d]\", REC->p, REC->i"}) {
    CAPTURE(print_fmt);
    CHECK_FALSE(compiled(print_fmt));
  }
  CHECK(compiled("\"%df\", REC->i"));
  CHECK(compiled("\"%xg\", REC->u"));
  CHECK(compiled("\"%p%s\", REC->p, REC->comm"));
}

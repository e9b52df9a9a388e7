#include "decode/text/print_match.hpp"

#include <doctest/doctest.h>

#include <chrono>

#include "support/formats.hpp"

using namespace ftracectl;
using test::fixture_schema;

namespace {

std::string shown(const Value& value) {
  if (const auto* text = std::get_if<std::string_view>(&value)) return "'" + std::string(*text) + "'";
  if (const auto* number = std::get_if<std::int64_t>(&value)) return std::to_string(*number);
  if (const auto* number = std::get_if<std::uint64_t>(&value)) return std::to_string(*number) + "u";
  if (const auto* address = std::get_if<Address>(&value)) return "@" + std::to_string(address->value);
  return "?";
}

/// "pid=5 comm='x' flags=3u", or "no match".
std::string read_back(const PrintFormat& format, std::string_view message) {
  std::vector<FieldValue> values;
  if (!match_print_format(format, message, values)) {
    CHECK(values.empty());
    return "no match";
  }
  std::string text;
  for (const auto& value : values) {
    if (!text.empty()) text += ' ';
    text += std::string(value.name) + "=" + shown(value.value);
  }
  return text;
}

PrintFormat format_of(const std::string& kernel, const std::string& system, const std::string& name) {
  const auto format = compile_print_format(fixture_schema(kernel, system, name));
  REQUIRE(format);
  return *format;
}

PrintPiece literal(const std::string& text) {
  PrintPiece piece;
  piece.text = text;
  return piece;
}

PrintPiece piece(PrintPiece::Kind kind, const std::string& field = "x") {
  PrintPiece result;
  result.kind = kind;
  result.field = field;
  return result;
}

PrintPiece wide(PrintPiece::Kind kind, std::size_t width, PrintPiece::Padding padding) {
  PrintPiece result = piece(kind);
  result.width = width;
  result.padding = padding;
  return result;
}

std::string read_one(const PrintPiece& one, std::string_view message) {
  return read_back({{one}, false}, message);
}

using Kind = PrintPiece::Kind;
using Padding = PrintPiece::Padding;

}  // namespace

TEST_CASE("messages as kernels printed them") {
  struct Row {
    const char *kernel, *system, *name, *message, *expected;
  };
  for (const Row& row : {
           Row{"5.10", "sched", "sched_process_exec", "filename=/t/ok pid=632 old_pid=632",
               "filename='/t/ok' pid=632 old_pid=632"},
           Row{"6.12", "sched", "sched_process_fork", "comm=sh pid=153 child_comm=sh child_pid=738",
               "parent_comm='sh' parent_pid=153 child_comm='sh' child_pid=738"},
           Row{"6.12", "sched", "sched_process_exit", "comm=ok pid=739 prio=120",
               "comm='ok' pid=739 prio=120"},
           Row{"7.3", "sched", "sched_process_exit", "comm=ok pid=698 prio=120 group_dead=true",
               "comm='ok' pid=698 prio=120 group_dead=? group_dead_text='true'"},
           Row{"5.10", "task", "task_rename", "pid=789 oldcomm=sh newcomm=exe oom_score_adj=0",
               "pid=789 oldcomm='sh' newcomm='exe' oom_score_adj=0"},
           Row{"7.3", "task", "task_newtask", "pid=865 comm=sh clone_flags=1200000 oom_score_adj=0",
               "pid=865 comm='sh' clone_flags=18874368u oom_score_adj=0"},
           Row{"7.3", "sched", "sched_switch",
               "prev_comm=a-b 12 prev_pid=819 prev_prio=120 prev_state=R+ ==> next_comm=rcu_preempt "
               "next_pid=15 "
               "next_prio=120",
               "prev_comm='a-b 12' prev_pid=819 prev_prio=120 prev_state=? prev_state_text='R+' "
               "next_comm='rcu_preempt' "
               "next_pid=15 "
               "next_prio=120"},
           Row{"7.3", "sched", "sched_switch",
               "prev_comm=x-7 [001] prev_pid=820 prev_prio=120 prev_state=Z ==> next_comm=swapper/1 "
               "next_pid=0 "
               "next_prio=120",
               "prev_comm='x-7 [001]' prev_pid=820 prev_prio=120 prev_state=? prev_state_text='Z' "
               "next_comm='swapper/1' "
               "next_pid=0 "
               "next_prio=120"},
           Row{"5.10", "sched", "sched_wakeup", "comm=rcu_sched pid=12 prio=120 target_cpu=000",
               "comm='rcu_sched' pid=12 prio=120 target_cpu=0"},
           Row{"6.12", "signal", "signal_generate", "sig=17 errno=0 code=1 comm=wl pid=897 grp=1 res=1",
               "sig=17 errno=0 code=1 comm='wl' pid=897 group=1 result=1"},
           Row{"5.10", "signal", "signal_deliver", "sig=17 errno=0 code=1 sa_handler=525892 sa_flags=4000000",
               "sig=17 errno=0 code=1 sa_handler=5396626u sa_flags=67108864u"},
           Row{"6.12", "irq", "softirq_raise", "vec=7 [action=SCHED]", "vec=7u vec_text='SCHED'"},
           Row{"7.3", "timer", "tick_stop", "success=1 dependency=NONE",
               "success=1 dependency=0u dependency_text='NONE'"},
           Row{"5.10", "timer", "hrtimer_start",
               "hrtimer=ffff88802ee26ec0 function=tick_sched_timer expires=14900000000 "
               "softexpires=14900000000 "
               "mode=ABS|PINNED|HARD",
               "hrtimer=@18446612682856623808 function=? function_text='tick_sched_timer' "
               "expires=14900000000u "
               "softexpires=14900000000u mode=? mode_text='ABS|PINNED|HARD'"},
           Row{"7.3", "timer", "timer_expire_entry",
               "timer=0000000054821fa7 function=process_timeout now=4294898696 baseclk=4294898696",
               "timer=@1417813927 function=? function_text='process_timeout' now=4294898696u "
               "baseclk=4294898696u"},
           Row{"6.12", "exceptions", "page_fault_user", "address=0x7fff20d1f378 ip=0x460c48 error_code=0x7",
               "address=@140733744018296 address_text='0x7fff20d1f378' ip=@4590664 ip_text='0x460c48' "
               "error_code=7u"},
           Row{"7.3", "exceptions", "page_fault_kernel", "address=0xa099690 ip=__put_user_4 error_code=0x3",
               "address=@168400528 address_text='0xa099690' ip=? ip_text='__put_user_4' error_code=3u"},
           Row{"7.3", "raw_syscalls", "sys_enter", "NR 72 (1, 406, a, 1b6, a09aee0, a09bcd0)",
               "id=72 args[0]=1u args[1]=1030u args[2]=10u args[3]=438u args[4]=168406752u "
               "args[5]=168410320u"},
           Row{"5.10", "raw_syscalls", "sys_exit", "NR 257 = -2", "id=257 ret=-2"},
           Row{"6.12", "workqueue", "workqueue_activate_work",
               "work struct 00000000bed65fe7 function=delayed_vfree_work ",
               "work=@3201720295 function=? function_text='delayed_vfree_work'"},
           Row{"7.3", "workqueue", "workqueue_queue_work",
               "work struct=00000000fabffc0b function=delayed_vfree_work workqueue=events req_cpu=8192 cpu=0",
               "work=@4206885899 function=? function_text='delayed_vfree_work' workqueue='events' "
               "req_cpu=8192 cpu=0"},
           Row{"5.10", "printk", "console", "[   13.183140] multi line two",
               "msg='[   13.183140] multi line two'"},
       }) {
    CAPTURE(row.kernel);
    CAPTURE(row.name);
    CHECK(read_back(format_of(row.kernel, row.system, row.name), row.message) == row.expected);
  }
}

TEST_CASE("free text may hold newlines and what looks like the rest") {
  const auto exec = format_of("7.3", "sched", "sched_process_exec");
  CHECK(read_back(exec, "filename=/t/nl\nname pid=5 old_pid=5") == "filename='/t/nl\nname' pid=5 old_pid=5");
  CHECK(read_back(exec, "filename= pid=5 old_pid=6") == "filename='' pid=5 old_pid=6");
  CHECK(read_back(exec, "filename=/x pid=1 old_pid=1 pid=2 old_pid=3") ==
        "filename='/x pid=1 old_pid=1' pid=2 old_pid=3");
  CHECK(
      read_back(
          exec,
          "filename=/x pid=1 old_pid=1\n ok-2 [000] 1.0: sched_process_exec: filename=/y pid=2 old_pid=3") ==
      "filename='/x pid=1 old_pid=1\n ok-2 [000] 1.0: sched_process_exec: filename=/y' pid=2 old_pid=3");
  CHECK(read_back(exec, "filename=/x pid= pid=2 old_pid=3 old_pid=4") == "no match");
}

TEST_CASE("the whole message must fit") {
  const auto exec = format_of("7.3", "sched", "sched_process_exec");
  for (const std::string_view message :
       {"", "filename=", "filename=/x", "filename=/x pid=", "filename=/x pid=5 old_pid=",
        "filename=/x pid=5 old_pid=5 ", "filename=/x pid=5 old_pid=5\n", "filename=/x pid=05 old_pid=5",
        "filename=/x pid=-0 old_pid=5", "filename=/x pid=+5 old_pid=5", " filename=/x pid=5 old_pid=5",
        "filename=/x pid=99999999999999999999 old_pid=5"}) {
    CAPTURE(message);
    CHECK(read_back(exec, message) == "no match");
  }
}

TEST_CASE("a known length of the text limits the choice") {
  const auto exit = format_of("6.12", "sched", "sched_process_exit");
  CHECK(read_back(exit, "comm=fifteen letters pid=1 prio=2") == "comm='fifteen letters' pid=1 prio=2");
  CHECK(read_back(exit, "comm=sixteen letters! pid=1 prio=2") == "no match");
  CHECK(read_back(exit, "comm=a pid=1 prio=3 pid=1 prio=2") == "comm='a pid=1 prio=3' pid=1 prio=2");
}

TEST_CASE("of several readings the first text is the longest") {
  const PrintFormat two{{piece(Kind::string, "a"), literal(" "), piece(Kind::string, "b")}, true};
  CHECK(read_back(two, "1 2 3") == "a='1 2' b='3'");
  const PrintFormat three{{piece(Kind::string, "a"), literal(":"), piece(Kind::string, "b"), literal(":"),
                           piece(Kind::signed_, "c")},
                          true};
  CHECK(read_back(three, "1:2:3:4") == "a='1:2' b='3' c=4");
  PrintPiece short_text = piece(Kind::string, "a");
  short_text.max_length = 2;
  const PrintFormat limited{
      {short_text, literal(":"), piece(Kind::string, "b"), literal(":"), piece(Kind::signed_, "c")}, true};
  CHECK(read_back(limited, "1:2:3:4") == "a='1' b='2:3' c=4");
  CHECK(read_back(limited, "123:4:5") == "no match");
}

TEST_CASE("words end at a blank") {
  const PrintFormat format{{piece(Kind::word, "w"), literal(" end")}, false};
  CHECK(read_back(format, "A|0x4 end") == "w='A|0x4'");
  CHECK(read_back(format, " end") == "w=''");
  CHECK(read_back(format, "A B end") == "no match");
  CHECK(read_back(format, "A\n end") == "no match");
  const PrintFormat bracket{{literal("["), piece(Kind::word, "w"), literal("]")}, false};
  CHECK(read_back(bracket, "[a]b]") == "w='a]b'");
  CHECK(read_back({{piece(Kind::word, "w")}, false}, "A") == "w='A'");
  CHECK(read_back({{piece(Kind::word, "w")}, false}, "A ") == "no match");
}

TEST_CASE("numbers of all conversions") {
  CHECK(read_one(piece(Kind::signed_), "-9223372036854775808") == "x=-9223372036854775808");
  CHECK(read_one(piece(Kind::signed_), "9223372036854775808") == "no match");
  CHECK(read_one(piece(Kind::signed_), "-") == "no match");
  CHECK(read_one(piece(Kind::unsigned_), "18446744073709551615") == "x=18446744073709551615u");
  CHECK(read_one(piece(Kind::unsigned_), "-1") == "no match");
  CHECK(read_one(piece(Kind::hex), "fffffffffffffffe") == "x=18446744073709551614u");
  CHECK(read_one(piece(Kind::hex), "0x1") == "no match");
  CHECK(read_one(piece(Kind::octal), "755") == "x=493u");
  CHECK(read_one(piece(Kind::octal), "758") == "no match");
  PrintPiece prefixed = piece(Kind::hex);
  prefixed.prefixed = true;
  CHECK(read_one(prefixed, "0x1f") == "x=31u");
  CHECK(read_one(prefixed, "0x0") == "x=0u");
  CHECK(read_one(prefixed, "1f") == "no match");
  CHECK(read_one(prefixed, "0x") == "no match");
  prefixed.kind = Kind::octal;
  CHECK(read_one(prefixed, "0755") == "x=493u");
  CHECK(read_one(prefixed, "0") == "x=0u");
}

TEST_CASE("padding is as wide as the format says") {
  const auto before = wide(Kind::signed_, 3, Padding::blanks_before);
  CHECK(read_one(before, "  5") == "x=5");
  CHECK(read_one(before, " -5") == "x=-5");
  CHECK(read_one(before, "12345") == "x=12345");
  CHECK(read_one(before, " 5") == "no match");
  CHECK(read_one(before, "   5") == "no match");
  const auto behind = wide(Kind::signed_, 3, Padding::blanks_behind);
  CHECK(read_one(behind, "5  ") == "x=5");
  CHECK(read_one(behind, "5 ") == "no match");
  CHECK(read_one(behind, "5   ") == "no match");
  const auto zeros = wide(Kind::signed_, 3, Padding::zeros);
  CHECK(read_one(zeros, "005") == "x=5");
  CHECK(read_one(zeros, "-05") == "x=-5");
  CHECK(read_one(zeros, "1234") == "x=1234");
  CHECK(read_one(zeros, "0005") == "no match");
  CHECK(read_one(zeros, "05") == "no match");
  CHECK(read_one(zeros, "  5") == "no match");
  CHECK(read_one(wide(Kind::word, 8, Padding::blanks_behind), "DMA32   ") == "x='DMA32'");
  CHECK(read_one(wide(Kind::word, 8, Padding::blanks_behind), "DMA32  ") == "no match");
  CHECK(read_one(wide(Kind::word, 3, Padding::blanks_before), "  R") == "x='R'");
}

TEST_CASE("pointers, also untold ones") {
  CHECK(read_one(piece(Kind::pointer), "ffff888000000001") == "x=@18446612682070032385");
  CHECK(read_one(piece(Kind::pointer), "c0000001") == "x=@3221225473");
  CHECK(read_one(piece(Kind::pointer), "(null)") == "x=@0");
  CHECK(read_one(piece(Kind::pointer), "(____ptrval____)") == "x=?");
  CHECK(read_one(piece(Kind::pointer), "ffff8880000001") == "no match");
  CHECK(read_one(piece(Kind::pointer), "0xffff888000000001") == "no match");
}

TEST_CASE("symbols with offset and module") {
  for (const std::string text : {"do_exit", "do_exit+0x12/0x80", "nf_hook_slow [nf_tables]",
                                 "x.isra.0+0x1/0x2 [m]", "0xffffffff81000000", "0x0", "_RNvC$x"}) {
    CHECK(read_one(piece(Kind::symbol), text) == "x='" + text + "'");
  }
  for (const std::string text :
       {"", "do_exit ", "do_exit+", "do_exit+0x12", "do_exit [", "do_exit []", "0x", "a b"}) {
    CHECK(read_one(piece(Kind::symbol), text) == "no match");
  }
}

TEST_CASE("characters, also odd ones") {
  const PrintFormat format{{piece(Kind::character, "c"), literal("]")}, false};
  CHECK(read_back(format, "]]") == "c=']'");
  CHECK(read_back(format, "\n]") == "c='\n'");
  CHECK(read_back(format, "]") == "no match");
}

TEST_CASE("parts of a device number make one value, whatever was tried before") {
  const auto format = format_of("7.3", "block", "block_rq_remap");
  CHECK(
      read_back(format, "8,1 R 2048 + 8 <- (259,65537) 100 1")
          .starts_with("dev=8388609u rwbs='R' sector=2048u nr_sector=8u old_dev=271646721u old_sector=100u"));
  CHECK(read_back(format, "4096,1 R 2048 + 8 <- (259,65537) 100 1") == "no match");
  PrintPiece high = piece(Kind::unsigned_, "d");
  high.low_bit = 4;
  high.bits = 4;
  PrintPiece low = high;
  low.low_bit = 0;
  const PrintFormat parts{{piece(Kind::string, "s"), literal(" "), high, literal(","), low, literal(";")},
                          true};
  CHECK(read_back(parts, "a 1,2; 15,16;") == "no match");
  CHECK(read_back(parts, "a 1,2; 15,15;") == "s='a 1,2;' d=255u");
  CHECK(read_back(parts, "a 1,2;") == "s='a' d=18u");
}

TEST_CASE("a newline at the format's end may have been taken for the line's") {
  const PrintFormat format{{literal("a "), piece(Kind::signed_), literal("\n")}, false};
  CHECK(read_back(format, "a 5") == "x=5");
  CHECK(read_back(format, "a 5\n") == "x=5");
}

TEST_CASE("an empty format matches the empty message") {
  CHECK(read_back({}, "").empty());
  CHECK(read_back({}, "x") == "no match");
}

TEST_CASE("hostile text takes no time") {
  PrintFormat format;
  for (int i = 0; i < 16; ++i) {
    format.pieces.push_back(piece(i % 2 == 0 ? Kind::string : Kind::word, "f" + std::to_string(i)));
    format.pieces.push_back(literal(i % 3 == 0 ? " " : "a"));
  }
  format.pieces.push_back(piece(Kind::signed_, "n"));
  std::string text;
  while (text.size() < 8192) text += "a a";
  const auto start = std::chrono::steady_clock::now();
  CHECK(read_back(format, text + "x") == "no match");
  CHECK(read_back(format, text + " 5a").starts_with("no match"));
  const auto exec = format_of("7.3", "sched", "sched_prepare_exec");
  std::string names = "interp=";
  while (names.size() < 8192) names += " filename= pid=1 comm=";
  CHECK(read_back(exec, names) != "");
  CHECK(read_back(exec, names + "\1 pid=x") != "");
  // A tenth of a second would be far too long already; the bound is wide for slow, instrumented builds.
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("nothing is allocated once the values have grown") {
  const auto exec = format_of("7.3", "sched", "sched_process_exec");
  std::vector<FieldValue> values;
  REQUIRE(match_print_format(exec, "filename=/x pid=1 old_pid=1", values));
  const auto* data = values.data();
  const auto capacity = values.capacity();
  REQUIRE(match_print_format(exec, "filename=/x pid=1 old_pid=1 pid=2 old_pid=3", values));
  CHECK(values.data() == data);
  CHECK(values.capacity() == capacity);
}

// How fast text and pages are decoded, and that memory does not grow with it.
//
//     decoder_bench speed [MILLIONS]     lines and events a second of the decoders alone, by kind of event
//     decoder_bench memory [MILLIONS]    lines through the whole pipeline of `stream` into /dev/null; fails
//                                        when the process ever had 64 MiB

#include <fcntl.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ftracectl/text_decoder.hpp>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "decode/pages/field_bytes.hpp"
#include "decode/pages/page_decoder.hpp"
#include "output/output_file.hpp"
#include "records/exec_recorder.hpp"
#include "records/record_stream.hpp"
#include "support/exec_truth.hpp"
#include "support/formats.hpp"
#include "support/raw_pages.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

using Clock = std::chrono::steady_clock;

/// As the pump gives them.
constexpr std::size_t chunk_size = std::size_t{256} * 1024;
constexpr long most_rss_kb = 64L * 1024;

/// Lines of one kind, repeated.
struct Kind {
  const char* name;
  const char* kernel;
  std::vector<const char*> events;  ///< "SYSTEM/NAME"
  std::string text;                 ///< of one event, or a few
};

std::vector<Kind> kinds() {
  return {
      {"sys_enter_execve, 5.10",
       "5.10",
       {"syscalls/sys_enter_execve"},
       "              wl-210     [000] ....     4.817570: sys_execve(filename: 1ff9c30, argv: 1ffaf50, envp: "
       "1ffaf68)\n"},
      {"sys_enter_execve, 6.18",
       "6.18",
       {"syscalls/sys_enter_execve"},
       "              wl-2786    [000] .....  2404.888711: sys_execve(filename: 0x55e88e9ae988, argv: "
       "0x55e88e9ae9a0, "
       "envp: 0x55e88e9ae9c8)\n"},
      {"sys_enter_execve, 7.3",
       "7.3",
       {"syscalls/sys_enter_execve"},
       "              wl-243     [001] .....     5.053518: sys_execve(filename: 0x4912a9 "
       "\"/nonexistent/prog\", argv: "
       "0x7fff234d6e10, envp: 0x4c00f0)\n"},
      {"sched_process_exec",
       "6.18",
       {"sched/sched_process_exec"},
       "              ok-242     [001] .....     5.028154: sched_process_exec: filename=/t/ok pid=242 "
       "old_pid=242\n"},
      {"sched_switch",
       "6.18",
       {"sched/sched_switch"},
       "            bash-2112    [000] d..2. 13895.703390: sched_switch: prev_comm=bash prev_pid=2112 "
       "prev_prio=120 "
       "prev_state=S ==> next_comm=swapper/0 next_pid=0 next_prio=120\n"},
      {"sys_enter_execve with a stack",
       "6.12",
       {"syscalls/sys_enter_execve"},
       "              wl-281     [001] ...1.     6.379470: sys_execve(filename: 3777dc30, argv: 3777dc60, "
       "envp: 3777dc90)\n"
       "              wl-281     [001] ...2.     6.379472: <stack trace>\n"
       " => trace_event_buffer_commit\n => syscall_trace_enter\n => do_syscall_64\n => "
       "entry_SYSCALL_64_after_hwframe\n"},
  };
}

EventTable table_of(const Kind& kind) {
  EventTable table;
  for (const std::string event : kind.events) {
    const auto slash = event.find('/');
    table.add(fixture_schema(kind.kernel, event.substr(0, slash), event.substr(slash + 1)));
  }
  return table;
}

std::size_t count_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::string repeated(const std::string& text, std::size_t size) {
  std::string chunk;
  while (chunk.size() + text.size() <= size) chunk += text;
  return chunk;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// What a decoder made of what it was fed.
struct Decoded {
  std::size_t entries = 0;
  std::size_t undecoded = 0;
  double seconds = 0;
};

/// Feeds the same bytes again and again.
Decoded decode_often(Decoder& decoder, std::string_view bytes, int cpu, std::size_t times) {
  Decoded decoded;
  const auto begin = Clock::now();
  for (std::size_t i = 0; i < times; ++i) {
    decoder.feed(bytes, cpu, true);
    decoder.settle();
    while (const Entry* entry = decoder.next()) {
      ++decoded.entries;
      decoded.undecoded += entry->kind == Entry::Kind::malformed ||
                           (entry->kind == Entry::Kind::event && !entry->event.decoded);
    }
  }
  decoded.seconds = seconds_since(begin);
  return decoded;
}

void print(const std::string& name, const Decoded& decoded, std::size_t lines, std::size_t bytes) {
  const auto millions_a_second = [&](std::size_t count) {
    return static_cast<double>(count) / decoded.seconds / 1e6;
  };
  std::printf("%-36s", name.c_str());
  if (lines > 0) {
    std::printf(" %7.2f million lines/s", millions_a_second(lines));
  } else {
    std::printf(" %23s", "");
  }
  std::printf(" %7.2f million entries/s %8.1f MB/s%s\n", millions_a_second(decoded.entries),
              millions_a_second(bytes), decoded.undecoded > 0 ? "  UNDECODED" : "");
}

/// A page full of the entries of one kind that a recorded kernel left; empty where it left none.
std::string page_of(const std::string& kernel, std::uint32_t id) {
  constexpr std::size_t most_data = 4000;
  const PageLayout layout = fixture_layout(kernel);
  std::vector<std::string> payloads;
  for (const char* cpu : {"0", "1"}) {
    const std::string pages = fixture_text(kernel, "text/raw-pages.cpu" + std::string(cpu) + ".bin");
    for (std::size_t at = 0; at < pages.size(); at += layout.page_size) {
      PageReader reader(layout, std::string_view(pages).substr(at, layout.page_size));
      while (reader.advance()) {
        const std::string_view payload = reader.payload();
        if (load_number(payload.data(), 2) == id) payloads.emplace_back(payload);
      }
    }
  }
  if (payloads.empty()) return {};
  PageWriter page(1);
  std::size_t used = 0;
  for (std::size_t i = 0; used + payloads[i].size() + 4 < most_data; i = (i + 1) % payloads.size()) {
    page.event(1, payloads[i]);
    used += payloads[i].size() + 4;
  }
  return page.page();
}

void measure_pages(const std::string& kernel, const std::string& event, double millions) {
  const EventTable& events = fixture_events(kernel);
  const KnownEvent* known = events.find(event);
  const std::string page = known != nullptr ? page_of(kernel, known->schema.id) : "";
  if (page.empty()) {
    std::printf("%s, %s: none was recorded\n", event.c_str(), kernel.c_str());
    return;
  }
  const std::string chunk = repeated(page, chunk_size);
  PageDecoder probe(events, fixture_layout(kernel), true, nullptr);
  const std::size_t entries_a_chunk = decode_often(probe, chunk, 0, 1).entries;
  const auto times = static_cast<std::size_t>(millions * 1e6 / static_cast<double>(entries_a_chunk)) + 1;
  PageDecoder decoder(events, fixture_layout(kernel), true, nullptr);
  print(event + ", pages of " + kernel, decode_often(decoder, chunk, 0, times), 0, times * chunk.size());
}

void measure_speed(const Kind& kind, double millions) {
  const EventTable events = table_of(kind);
  const std::string chunk = repeated(kind.text, chunk_size);
  const std::size_t lines_a_chunk = count_lines(chunk);
  const auto chunks = static_cast<std::size_t>(millions * 1e6 / static_cast<double>(lines_a_chunk)) + 1;
  TextDecoder decoder(events);
  print(kind.name, decode_often(decoder, chunk, -1, chunks), chunks * lines_a_chunk, chunks * chunk.size());
}

/// Execs that fail and succeed, switches and stacks, through decoder, joiner, correlator and JSON Lines.
int measure_memory(double millions) {
  EventTable events;
  for (const char* name : {"sys_enter_execve", "sys_exit_execve"}) {
    events.add(fixture_schema("6.18", "syscalls", name));
  }
  for (const char* name : {"sched_process_exec", "sched_switch"}) {
    events.add(fixture_schema("6.18", "sched", name));
  }
  const std::string exec =
      "              wl-2786    [000] .....  2404.888711: sys_execve(filename: 0x55e88e9ae988, argv: "
      "0x55e88e9ae9a0, "
      "envp: 0x55e88e9ae9c8)\n";
  const std::string chunk = repeated(
      exec + "              wl-2786    [000] .....  2404.888719: sys_execve -> 0xfffffffffffffffe\n" + exec +
          kinds()[4].text +
          "              ok-2786    [000] .....  2404.889154: sched_process_exec: filename=/t/ok pid=2786 "
          "old_pid=2786\n"
          "              ok-2786    [000] .....  2404.889200: sys_execve -> 0x0\n",
      chunk_size);
  const std::size_t lines_a_chunk = count_lines(chunk);
  const auto sink = find_output_format("jsonl").make("mono");
  OutputFile output("/dev/null");
  RecordStream::Options options;
  options.expect_stacks = true;
  options.recorders = {exec_recorder({true, true, true, false, true})};
  RecordStream stream(events, *sink, std::move(options));
  const auto begin = Clock::now();
  double lines = 0;
  while (lines < millions * 1e6) {
    stream.feed(chunk);
    lines += static_cast<double>(lines_a_chunk);
    output.write(sink->buffer().view());
    sink->buffer().clear();
  }
  stream.finish();
  const double seconds = seconds_since(begin);
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto& counts = stream.counts();
  std::printf(
      "%.1f million lines in %.2f s, %.2f million lines/s: %llu records, %llu malformed, peak %ld KiB\n",
      lines / 1e6, seconds, lines / seconds / 1e6, static_cast<unsigned long long>(counts.records),
      static_cast<unsigned long long>(counts.malformed), usage.ru_maxrss);
  if (static_cast<double>(counts.entries) != lines || counts.malformed > 0) {
    std::fprintf(stderr, "decoder_bench: %llu entries out of %.0f lines\n",
                 static_cast<unsigned long long>(counts.entries), lines);
    return EXIT_FAILURE;
  }
  if (usage.ru_maxrss >= most_rss_kb) {
    std::fprintf(stderr, "decoder_bench: more than %ld KiB\n", most_rss_kb);
    return EXIT_FAILURE;
  }
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 1 ? argv[1] : "";
  const double millions = argc > 2 ? std::atof(argv[2]) : mode == "memory" ? 10 : 2;
  if (mode == "memory") return measure_memory(millions);
  if (mode != "speed") {
    std::fprintf(stderr, "usage: decoder_bench speed|memory [MILLIONS OF LINES]\n");
    return 2;
  }
  for (const auto& kind : kinds()) measure_speed(kind, millions);
  for (const char* const kernel : {"5.10", "6.12", "7.3"}) {
    for (const char* const event : {"sys_enter_execve", "sys_exit_execve", "sched_process_exec"}) {
      measure_pages(kernel, event, millions);
    }
  }
  return EXIT_SUCCESS;
}

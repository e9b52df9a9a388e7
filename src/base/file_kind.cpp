#include "base/file_kind.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace ftracectl {

namespace {

using namespace std::string_view_literals;

struct Row {
  std::string_view bytes;
  std::size_t at;  ///< where they stand; anywhere in the beginning for `somewhere`
  FileKind kind;
};
constexpr std::size_t somewhere = ~std::size_t{0};

constexpr std::string_view unpack = "unpack it first";
constexpr std::string_view compare = "'ftracectl compare' reads it";

// A new kind is one row. The first that fits counts: what is told by more bytes stands first.
constexpr std::array rows = {
    Row{"\x17\x08\x44tracing"sv,
        0,
        {"a trace.dat of trace-cmd", "'ftracectl decode' reads it, by its name", true}},
    Row{"PERFILE2"sv,
        0,
        {"a perf.data", "'perf script' reads it, and 'ftracectl compare' what that prints", true}},
    Row{"PERFFILE"sv,
        0,
        {"a perf.data", "'perf script' reads it, and 'ftracectl compare' what that prints", true}},
    Row{"\x1f\x8b"sv, 0, {"a gzip file", "'gzip -dc' unpacks it", true}},
    Row{"\x28\xb5\x2f\xfd"sv, 0, {"a zstd file", "'zstd -dc' unpacks it", true}},
    Row{"\xfd"
        "7zXZ\0"sv,
        0,
        {"an xz file", "'xz -dc' unpacks it", true}},
    Row{"BZh"sv, 0, {"a bzip2 file", "'bzip2 -dc' unpacks it", true}},
    Row{"\x04\x22\x4d\x18"sv, 0, {"an lz4 file", "'lz4 -dc' unpacks it", true}},
    Row{"ustar"sv, 257, {"a tar file", "'tar -xf' unpacks it", true}},
    Row{"PK\x03\x04"sv, 0, {"a zip file", unpack, true}},
    Row{"\x7f"
        "ELF"sv,
        0,
        {"an ELF file: a program, a library or a core", "", true}},
    Row{"\xd4\xc3\xb2\xa1"sv, 0, {"a pcap file", "'tcpdump -r' reads it", true}},
    Row{"\xa1\xb2\xc3\xd4"sv, 0, {"a pcap file", "'tcpdump -r' reads it", true}},
    Row{"\x4d\x3c\xb2\xa1"sv, 0, {"a pcap file", "'tcpdump -r' reads it", true}},
    Row{"\x0a\x0d\x0d\x0a"sv, 0, {"a pcapng file", "'tcpdump -r' reads it", true}},
    Row{"\xc1\x1f\xfc\xc1"sv, 0, {"a CTF trace, as LTTng writes", "'babeltrace2' reads its folder", true}},
    Row{"SQLite format 3\0"sv, 0, {"an SQLite database", "'sqlite3' reads it", true}},
    Row{"LPKSHHRH"sv, 0, {"a file of the systemd journal", "'journalctl --file' reads it", true}},
    Row{"\xff\xfe"sv, 0, {"text in UTF-16", "'iconv -f UTF-16 -t UTF-8' makes it readable", true}},
    Row{"\xfe\xff"sv, 0, {"text in UTF-16", "'iconv -f UTF-16 -t UTF-8' makes it readable", true}},
    Row{"TRACE:\n\x78"sv, 0, {"a compressed trace of atrace", "'atrace' without -z writes text", true}},
    Row{"/* CTF 1.8"sv,
        0,
        {"the metadata of a CTF trace, as LTTng writes", "'babeltrace2' reads its folder"}},
    Row{"[    0.000000] "sv, 0, {"the kernel's log", "'dmesg' shows it; no trace is in it"}},
    Row{"{\"type\":\""sv, 0, {"the JSON Lines of ftracectl, decoded already", compare}},
    Row{"{\"type\": \""sv, 0, {"the JSON of bpftrace", compare}},
    Row{"\"traceEvents\""sv, somewhere, {"a trace of Chrome, in JSON", "Perfetto's page shows it"}},
    Row{"<!DOCTYPE html"sv, 0, {"a web page, as systrace writes", "the text of the trace is in it"}},
    Row{"<html"sv, 0, {"a web page, as systrace writes", "the text of the trace is in it"}},
    Row{" execve(\""sv, somewhere, {"the output of strace", compare}},
    Row{"+++ exited with "sv, somewhere, {"the output of strace", compare}},
    Row{"PPID    TID     AGE(s)"sv, somewhere, {"the output of exitsnoop", compare}},
    Row{"RET ARGS\n"sv, somewhere, {"the output of execsnoop", compare}},
    Row{"TIME(ms)   PID"sv, somewhere, {"the output of execsnoop.bt", compare}},
    Row{"Attaching "sv, 0, {"the output of bpftrace", compare}},
    Row{"syscalls:sys_e"sv, somewhere, {"the output of perf script", compare}},
    Row{"sched:sched_process_exec:"sv, somewhere, {"the output of perf script", compare}},
    Row{"#!"sv, 0, {"a script", ""}},
};

constexpr FileKind perfetto = {"a trace of Perfetto", "Perfetto's page, or trace_processor, reads it", true};
constexpr FileKind ring_page = {
    "pages of a ring buffer, as trace_pipe_raw gives them",
    "they cannot be read without the formats of their kernel; 'ftracectl capture --save' keeps both", true};
constexpr FileKind unknown_binary = {"binary data", "", true};

bool fits(const Row& row, std::string_view beginning) {
  if (row.at == somewhere) return beginning.find(row.bytes) != beginning.npos;
  return beginning.size() >= row.at && beginning.substr(row.at).starts_with(row.bytes);
}

/// Packets of a protobuf: 0x0a, a length, so many bytes, again and again. A newline is 0x0a, too: text has no control
/// characters.
bool is_perfetto(std::string_view beginning) {
  std::size_t packets = 0;
  bool is_any_control = false;
  for (std::size_t at = 0; at < beginning.size() && packets < 4; ++packets) {
    if (beginning[at++] != '\x0a') return false;
    std::size_t size = 0;
    for (unsigned shift = 0;; shift += 7) {
      if (at == beginning.size() || shift > 28) return false;
      const auto byte = static_cast<unsigned char>(beginning[at++]);
      size |= static_cast<std::size_t>(byte & 0x7f) << shift;
      if (byte < 0x80) break;
    }
    const std::string_view packet = beginning.substr(at, size);
    is_any_control = is_any_control || std::any_of(packet.begin(), packet.end(),
                                                   [](char c) { return static_cast<unsigned char>(c) < 9; });
    at += size;
  }
  return packets >= 2 && is_any_control;
}

/// A time in nanoseconds, then how many bytes behind these 16 are used, with flags of losses in the bits 30 and 31:
///     a3 6f 14 52 9c 01 00 00  e8 0f 00 00 00 00 00 00
bool is_ring_page(std::string_view beginning) {
  constexpr std::size_t least = 4096;
  constexpr std::uint64_t largest_page = 65536;
  if (beginning.size() < least) return false;
  std::uint64_t commit = 0;
  for (std::size_t i = 16; i-- > 8;) commit = commit << 8U | static_cast<unsigned char>(beginning[i]);
  commit &= ~(std::uint64_t{3} << 30U);
  return commit > 0 && commit <= largest_page && commit % 4 == 0 &&
         beginning.substr(0, 8) != std::string_view("\0\0\0\0\0\0\0\0", 8);
}

}  // namespace

const FileKind* find_file_kind(std::string_view beginning) {
  for (const Row& row : rows) {
    if (row.kind.is_binary && fits(row, beginning)) return &row.kind;
  }
  if (is_perfetto(beginning)) return &perfetto;
  if (is_ring_page(beginning)) return &ring_page;
  if (beginning.find('\0') != beginning.npos) return &unknown_binary;
  for (const Row& row : rows) {
    if (!row.kind.is_binary && fits(row, beginning)) return &row.kind;
  }
  return nullptr;
}

std::string describe(const FileKind& kind) {
  std::string text = "it seems to be " + std::string(kind.name);
  if (!kind.advice.empty()) text += ": " + std::string(kind.advice);
  return text;
}

}  // namespace ftracectl

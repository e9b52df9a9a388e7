#include "saved/trace_dat.hpp"

#include <algorithm>

#include "base/printable.hpp"

namespace ftracectl {

namespace {

// Numbers of options and sections, trace-cmd.dat.v7(5).
enum Id : std::uint16_t {
  done = 0,
  cpu_stat = 2,
  buffer = 3,
  trace_clock = 4,
  uname = 5,
  header_info = 16,
  ftrace_events = 17,
  event_formats = 18,
  kallsyms = 19,
  printk = 20,
  cmdlines = 21,
};

constexpr std::uint32_t most_cpus = 65536;
constexpr std::size_t most_formats = 65536;
constexpr std::size_t most_options_sections = 4096;

/// "local global [mono] boot": the one that was chosen.
std::string chosen_clock(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open);
  return close == text.npos ? std::string() : std::string(text.substr(open + 1, close - open - 1));
}

std::string up_to_nul(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

/// Reads one file; the two versions differ in where the parts are and not in what they hold.
class Parser {
 public:
  explicit Parser(const TraceDatFile& file) : file_(file) {}

  TraceDat parse() {
    const std::string beginning = file_.read_up_to(0, 256);
    TraceDatCursor cursor(file_, beginning);
    cursor.expect(trace_dat_magic);
    const std::string version(cursor.string());
    if (cursor.bytes(1) != std::string_view("\0", 1))
      file_.fail("of a big-endian machine: its pages cannot be read here");
    cursor.bytes(1);  // bytes in a long of the programs, not of the kernel
    page_size_ = cursor.u32();
    if (version == "6") {
      parse_6(beginning.size() - cursor.left());
    } else if (version == "7") {
      parse_7(cursor);
    } else {
      file_.fail("a trace.dat of version " + printable(version) + ": 6 and 7 are known here");
    }
    for (auto& one : dat_.buffers) {
      if (one.clock.empty()) one.clock = clock_;
      if (one.page_size == 0) one.page_size = page_size_;
      std::sort(one.cpus.begin(), one.cpus.end(),
                [](const auto& a, const auto& b) { return a.number < b.number; });
    }
    return std::move(dat_);
  }

 private:
  // Parts

  void header(TraceDatCursor& cursor) {
    cursor.expect(std::string_view("header_page\0", 12));
    dat_.header_page = cursor.bytes(cursor.u64());
    cursor.expect(std::string_view("header_event\0", 13));
    dat_.header_event = cursor.bytes(cursor.u64());
  }

  void formats(TraceDatCursor& cursor, const std::string& system) {
    for (std::uint32_t count = cursor.u32(); count > 0; --count) {
      dat_.formats.push_back({system, std::string(cursor.bytes(cursor.u64()))});
      if (dat_.formats.size() > most_formats) file_.fail("more formats of events than any kernel has");
    }
  }

  void systems(TraceDatCursor& cursor) {
    for (std::uint32_t count = cursor.u32(); count > 0; --count) {
      const std::string system(cursor.string());
      formats(cursor, system);
    }
  }

  void option(std::uint16_t id, std::string_view data) {
    if (id == Id::cpu_stat) dat_.cpu_stats.push_back(up_to_nul(data));
    if (id == Id::trace_clock) clock_ = chosen_clock(data);
    if (id == Id::uname) dat_.machine = up_to_nul(data);
  }

  // Version 6: all parts in their order, then the options, then where the pages are.

  void parse_6(std::uint64_t at) {
    const std::string parts = file_.read_up_to(at, most_before_pages);
    TraceDatCursor cursor(file_, parts);
    header(cursor);
    formats(cursor, "ftrace");
    systems(cursor);
    dat_.kallsyms = cursor.bytes(cursor.u32());
    dat_.printk_formats = cursor.bytes(cursor.u32());
    dat_.cmdlines = cursor.bytes(cursor.u64());
    cpus_ = cursor.u32();
    if (cpus_ > most_cpus) file_.fail("more cpus than any machine has");
    std::string_view kind = cursor.bytes(10);
    std::vector<TraceDatBuffer> instances;
    if (kind == std::string_view("options  \0", 10)) {
      options_6(cursor, instances);
      kind = cursor.bytes(10);
    }
    dat_.buffers.push_back(pages_6(cursor, kind));
    for (auto& instance : instances) {
      const std::string table =
          file_.read_up_to(instance.cpus.front().offset, 10 + 16 * std::uint64_t{cpus_});
      TraceDatCursor there(file_, table);
      const std::string_view what = there.bytes(10);
      dat_.buffers.push_back(pages_6(there, what));
      dat_.buffers.back().name = instance.name;
    }
  }

  void options_6(TraceDatCursor& cursor, std::vector<TraceDatBuffer>& instances) {
    while (const std::uint16_t id = cursor.u16()) {
      const auto data = cursor.bytes(cursor.u32());
      if (id != Id::buffer) {
        option(id, data);
        continue;
      }
      TraceDatCursor inner(file_, data);
      const std::uint64_t offset = inner.u64();
      instances.push_back({up_to_nul(inner.bytes(inner.left())), {}, 0, false, {{0, offset, 0}}});
    }
  }

  TraceDatBuffer pages_6(TraceDatCursor& cursor, std::string_view kind) {
    if (kind.starts_with("latency"))
      file_.fail("it holds the text of a latency tracer and no pages: 'trace-cmd report' reads it");
    if (kind != std::string_view("flyrecord\0", 10))
      file_.fail("no trace.dat: nothing says where its pages are");
    TraceDatBuffer found;
    for (std::uint32_t cpu = 0; cpu < cpus_; ++cpu) {
      const std::uint64_t offset = cursor.u64();
      found.cpus.push_back({static_cast<int>(cpu), offset, cursor.u64()});
    }
    return found;
  }

  // Version 7

  struct Section {
    std::uint16_t flags = 0;
    std::string data;
  };
  static constexpr std::uint16_t is_compressed = 1;
  static constexpr std::uint64_t section_header = 16;

  void parse_7(TraceDatCursor& cursor) {
    const std::string name(cursor.string());
    cursor.string();  // the library's version
    if (name == "zstd") {
      dat_.compression = TraceDatCompression::zstd;
    } else if (name != "none" && !name.empty()) {
      file_.fail("compressed with " + printable(name) +
                 ": zstd is known here; 'trace-cmd convert --compression none' unpacks it");
    }
    std::uint64_t next = cursor.u64();
    for (std::size_t count = 0; next != 0; ++count) {
      if (count == most_options_sections) file_.fail("its options have no end");
      next = options_7(section(next, Id::done).data);
    }
  }

  Section section(std::uint64_t offset, std::uint16_t wanted) {
    const std::string head = file_.read(offset, section_header);
    TraceDatCursor cursor(file_, head);
    const std::uint16_t id = cursor.u16();
    Section found{cursor.u16(), {}};
    if (id != wanted) file_.fail("a section is not the one that its option says");
    cursor.u32();  // its description
    found.data = file_.read(offset + section_header, cursor.u64());
    if ((found.flags & is_compressed) == 0) return found;
    TraceDatCursor inner(file_, found.data);
    const std::uint32_t compressed = inner.u32();
    const std::uint32_t size = inner.u32();
    found.data = decompress(file_, dat_.compression, inner.bytes(compressed), size);
    return found;
  }

  /// The offset of the next options.
  std::uint64_t options_7(const std::string& data) {
    TraceDatCursor cursor(file_, data);
    while (cursor.left() > 0) {
      const std::uint16_t id = cursor.u16();
      const auto bytes = cursor.bytes(cursor.u32());
      TraceDatCursor inner(file_, bytes);
      if (id == Id::done) return inner.left() >= 8 ? inner.u64() : 0;
      if (id == Id::buffer) {
        buffer_7(inner);
      } else if (id >= Id::header_info && id <= Id::cmdlines) {
        part_7(id, section(inner.u64(), id).data);
      } else {
        option(id, bytes);
      }
    }
    return 0;
  }

  void part_7(std::uint16_t id, const std::string& data) {
    TraceDatCursor cursor(file_, data);
    if (id == Id::header_info) header(cursor);
    if (id == Id::ftrace_events) formats(cursor, "ftrace");
    if (id == Id::event_formats) systems(cursor);
    if (id == Id::kallsyms) dat_.kallsyms = cursor.bytes(cursor.u32());
    if (id == Id::printk) dat_.printk_formats = cursor.bytes(cursor.u32());
    if (id == Id::cmdlines) dat_.cmdlines = cursor.bytes(cursor.u64());
  }

  void buffer_7(TraceDatCursor& cursor) {
    TraceDatBuffer found;
    const std::uint64_t offset = cursor.u64();
    found.name = cursor.string();
    found.clock = cursor.string();
    found.page_size = cursor.u32();
    const std::uint32_t count = cursor.u32();
    if (count > most_cpus) file_.fail("more cpus than any machine has");
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto cpu = static_cast<int>(cursor.u32() % most_cpus);
      const std::uint64_t at = cursor.u64();
      found.cpus.push_back({cpu, at, cursor.u64()});
    }
    const std::string head = file_.read(offset, section_header);
    TraceDatCursor flags(file_, head);
    flags.u16();
    found.is_compressed = (flags.u16() & is_compressed) != 0;
    dat_.buffers.push_back(std::move(found));
  }

  static constexpr std::uint64_t most_before_pages = std::uint64_t{256} << 20;

  const TraceDatFile& file_;
  TraceDat dat_;
  std::uint32_t page_size_ = 0;
  std::uint32_t cpus_ = 0;
  std::string clock_;
};

}  // namespace

bool TraceDatBuffer::is_empty() const {
  return std::all_of(cpus.begin(), cpus.end(), [](const Cpu& cpu) { return cpu.size == 0; });
}

TraceDat read_trace_dat(const TraceDatFile& file) { return Parser(file).parse(); }

}  // namespace ftracectl

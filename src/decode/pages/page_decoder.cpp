#include "decode/pages/page_decoder.hpp"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstring>

#include "base/text.hpp"
#include "decode/pages/field_bytes.hpp"
#include "decode/pages/ftrace_text.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "model/tracefs/fetch.hpp"

namespace ftracectl {

namespace {

/// What may be held back for the sake of order.
constexpr std::size_t most_waiting = std::size_t{16} * 1024 * 1024;
constexpr std::size_t most_spare = 8;

/// The end of a stack trace on kernels that pad it (5.10), and the mark of a frame in a trampoline of ftrace.
constexpr std::uint64_t end_of_stack = UINT64_MAX;
constexpr std::uint64_t trampoline_mark = INT32_MAX;

void append_hex(std::uint64_t number, ByteBuffer& to) {
  std::array<char, 24> text;
  const int length = std::snprintf(text.data(), text.size(), "0x%" PRIx64, number);
  to.append({text.data(), static_cast<std::size_t>(length)});
}

/// An array as it is, a string in quotes; one that could not be read has not even its NUL.
void append_probe_text(const Field& field, std::string_view entry, std::string_view text, ByteBuffer& to) {
  if (!field.is_string()) {
    to += text;
  } else if (bytes_of(field, entry).value_or("").empty()) {
    to += "(fault)";
  } else {
    to += '"';
    to += text;
    to += '"';
  }
}

/// By common_flags.
CpuContext context_in(std::string_view payload, std::size_t flags_offset) {
  constexpr unsigned softirq = 0x10;
  constexpr unsigned hardirq = 0x08;
  constexpr unsigned nmi = 0x40;
  const auto flags = flags_offset < payload.size() ? static_cast<unsigned char>(payload[flags_offset]) : 0U;
  if ((flags & (nmi | hardirq | softirq)) == 0) return CpuContext::task;
  if ((flags & nmi) != 0) return CpuContext::nmi;
  if ((flags & hardirq) != 0) return CpuContext::hardirq;
  return (flags & softirq) != 0 ? CpuContext::softirq : CpuContext::task;
}

}  // namespace

PageDecoder::PageDecoder(const EventTable& events, PageLayout layout, bool is_time, SymbolNames symbols,
                         PrintkFormats formats)
    : events_(events),
      layout_(layout),
      is_time_(is_time),
      symbols_(std::move(symbols)),
      formats_(std::move(formats)) {}

PageDecoder::~PageDecoder() = default;

PageDecoder::Cpu& PageDecoder::cpu_of(int number) {
  for (const auto& cpu : cpus_) {
    if (cpu->number == number) return *cpu;
  }
  cpus_.push_back(std::make_unique<Cpu>());
  cpus_.back()->number = number;
  return *cpus_.back();
}

void PageDecoder::feed(std::string_view bytes, int number, bool drained) {
  Cpu& cpu = cpu_of(number);
  cpu.drained = drained;
  cpu.in_round = true;
  if (limit_ == everything) limit_ = 0;
  if (bytes.empty()) return;
  const std::size_t last = (bytes.size() - 1) / layout_.page_size * layout_.page_size;
  cpu.last_time = std::max(cpu.last_time, last_time_in(bytes.substr(last)));
  std::string chunk;
  if (!spare_.empty()) {
    chunk = std::move(spare_.back());
    spare_.pop_back();
  }
  chunk.assign(bytes);
  waiting_ += bytes.size();
  cpu.chunks.push_back(std::move(chunk));
  if (cpu.head == Head::none) take_head(cpu);
  current_ = nullptr;
}

std::uint64_t PageDecoder::last_time_in(std::string_view page) const {
  PageReader reader(layout_, page);
  while (reader.advance()) {
  }
  return reader.time();
}

void PageDecoder::end_of_round() {
  std::uint64_t limit = seen_before_;
  for (const auto& cpu : cpus_) {
    if (cpu->in_round && !cpu->drained) limit = std::min(limit, cpu->last_time);
    seen_before_ = std::max(seen_before_, cpu->last_time);
    cpu->in_round = false;
  }
  limit_ = std::max(limit_, limit);
}

bool PageDecoder::has_rest() const {
  return std::any_of(cpus_.begin(), cpus_.end(), [](const auto& cpu) { return cpu->head != Head::none; });
}

/// Goes to the next page of the cpu that has been fed. False where there is none.
bool PageDecoder::open_page(Cpu& cpu) {
  while (!cpu.chunks.empty() && cpu.at >= cpu.chunks.front().size()) {
    waiting_ -= cpu.chunks.front().size();
    if (spare_.size() < most_spare) spare_.push_back(std::move(cpu.chunks.front()));
    cpu.chunks.pop_front();
    cpu.at = 0;
  }
  if (cpu.chunks.empty()) return false;
  cpu.page = PageReader(layout_, std::string_view(cpu.chunks.front()).substr(cpu.at, layout_.page_size));
  cpu.at += layout_.page_size;
  cpu.in_page = true;
  return true;
}

/// Looks for what stands next on the cpu.
void PageDecoder::take_head(Cpu& cpu) {
  while (true) {
    if (cpu.in_page) {
      if (cpu.page.advance()) {
        cpu.head = Head::event;
        cpu.time = cpu.page.time();
        return;
      }
      cpu.in_page = false;
      if (!cpu.page.fault().empty()) {
        cpu.head = Head::malformed;
        return;
      }
    }
    if (!open_page(cpu)) {
      cpu.head = Head::none;
      return;
    }
    if (cpu.page.has_lost()) {
      cpu.head = Head::lost;
      cpu.time = cpu.page.time();
      return;
    }
  }
}

PageDecoder::Cpu* PageDecoder::choose() const {
  Cpu* chosen = nullptr;
  for (const auto& cpu : cpus_) {
    if (cpu->head == Head::none) continue;
    const bool is_earlier = chosen == nullptr || cpu->time < chosen->time ||
                            (cpu->time == chosen->time && cpu->number < chosen->number);
    if (is_earlier) chosen = cpu.get();
  }
  return chosen;
}

std::uint64_t PageDecoder::lowest_of_others(const Cpu& chosen) const {
  std::uint64_t lowest = everything;
  for (const auto& cpu : cpus_) {
    if (cpu.get() != &chosen && cpu->head != Head::none) lowest = std::min(lowest, cpu->time);
  }
  return lowest;
}

Entry* PageDecoder::next() {
  // The views of the entry before point into the page: only now may the cpu go on.
  if (current_ != nullptr) take_head(*current_);
  const bool goes_on = current_ != nullptr && current_->head != Head::none && current_->time < others_;
  if (!goes_on) {
    current_ = choose();
    if (current_ == nullptr) return nullptr;
    others_ = lowest_of_others(*current_);
  }
  if (current_->time > limit_ && waiting_ < most_waiting) {
    current_ = nullptr;
    return nullptr;
  }
  decode(*current_);
  return &entry_;
}

void PageDecoder::decode(const Cpu& cpu) {
  switch (cpu.head) {
    case Head::event:
      entry_.bytes = cpu.page.payload();
      decode_event(cpu);
      break;
    case Head::lost:
      entry_.kind = Entry::Kind::lost;
      entry_.lost = {cpu.number, cpu.page.lost_count(), {cpu.time, is_time_}};
      break;
    case Head::malformed:
      malformed(cpu.page.faulty_bytes(), cpu.page.fault());
      break;
    case Head::none:
      break;
  }
}

void PageDecoder::malformed(std::string_view bytes, std::string_view why) {
  entry_.kind = Entry::Kind::malformed;
  entry_.bytes = bytes;
  entry_.malformed = {bytes, why};
}

PageDecoder::Known& PageDecoder::known_of(std::uint32_t id) {
  if (last_known_ != nullptr && last_id_ == id) return *last_known_;
  const auto [known, is_new] = known_.try_emplace(id);
  if (is_new) {
    known->second.event = events_.find_id(id);
    if (known->second.event != nullptr) {
      known->second.fields = std::make_unique<RawFields>(*known->second.event);
      known->second.printer = std::make_unique<EventPrinter>(*known->second.event, symbols_);
      known->second.is_ftrace = known->second.event->schema.system == "ftrace";
      known->second.is_exec_probe = is_exec_probe_group(known->second.event->schema.system) &&
                                    !parse_strings_probe(known->second.event->schema.name);
      const Field* pid = known->second.event->schema.find("common_pid");
      if (pid != nullptr) known->second.pid_offset = pid->offset;
      const Field* flags = known->second.event->schema.find("common_flags");
      if (flags != nullptr) known->second.flags_offset = flags->offset;
    }
  }
  last_id_ = id;
  last_known_ = &known->second;
  return known->second;
}

/// kernel_stack and user_stack.
bool PageDecoder::decode_stack(const Known& known, const Cpu& cpu, std::string_view payload) {
  const EventSchema& schema = known.event->schema;
  const bool is_kernel = schema.name == "kernel_stack";
  if (schema.system != "ftrace" || (!is_kernel && schema.name != "user_stack")) return false;
  const Field* caller = schema.find("caller");
  if (caller == nullptr || caller->offset > payload.size()) return false;
  const std::size_t word = caller->array_length > 0 ? caller->size / caller->array_length : 8;
  const Field* size = schema.find("size");
  const auto count_bytes = is_kernel && size != nullptr ? bytes_of(*size, payload) : std::nullopt;
  std::size_t count = (payload.size() - caller->offset) / std::max<std::size_t>(word, 1);
  if (count_bytes) count = std::min<std::size_t>(count, number_of(*count_bytes, false));
  made_frames_.clear();
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t address = number_of(payload.substr(caller->offset + i * word, word), false);
    if (address == end_of_stack || (!is_kernel && address == 0)) break;
    const auto name = is_kernel && symbols_ ? symbols_(address).name : std::string_view();
    std::array<char, 24> text;
    std::snprintf(text.data(), text.size(), is_kernel ? "0x%" PRIx64 : "<%016" PRIx64 ">", address);
    const bool is_trampoline = is_kernel && address == trampoline_mark;
    made_frames_.emplace_back(is_trampoline ? "[FTRACE TRAMPOLINE]" : name.empty() ? text.data() : name);
  }
  Stack& stack = entry_.stack;
  stack.kind = is_kernel ? Stack::Kind::kernel : Stack::Kind::user;
  stack.time = {cpu.time, is_time_};
  stack.cpu = cpu.number;
  stack.tid = entry_.event.tid;
  stack.comm = {};
  stack.context = entry_.event.context;
  stack.frames.assign(made_frames_.begin(), made_frames_.end());
  entry_.kind = Entry::Kind::stack;
  return true;
}

void PageDecoder::decode_event(const Cpu& cpu) {
  const auto payload = cpu.page.payload();
  if (payload.size() < sizeof(std::uint16_t))
    return malformed(payload, "an entry that is too short for its type");
  const auto id = static_cast<std::uint32_t>(load_number(payload.data(), sizeof(std::uint16_t)));
  Known& known = known_of(id);
  Event& event = entry_.event;
  event.text = payload;
  event.time = {cpu.time, is_time_};
  event.cpu = cpu.number;
  event.tid = -1;
  event.comm = {};
  event.comm_cut = false;
  event.message = {};
  event.kernel_stack.clear();
  event.user_stack.clear();
  entry_.kind = Entry::Kind::event;
  if (known.event == nullptr) return malformed(payload, "an event of unknown type");
  if (payload.size() < known.pid_offset + 4) return malformed(payload, "an entry without a task");
  event.tid = static_cast<std::int32_t>(load_number(payload.data() + known.pid_offset, sizeof event.tid));
  event.context = context_in(payload, known.flags_offset);
  event.schema = &known.event->schema;
  event.printer = known.printer.get();
  event.name = known.event->schema.name;
  if (known.is_ftrace) {
    event.fields.clear();
    if (decode_stack(known, cpu, payload)) return;
    if (read_ftrace_text(*event.schema, payload, {symbols_, formats_}, made_, event)) return;
  }
  event.decoded = known.fields->read(payload, symbols_, made_, event.fields);
  if (!event.decoded) return malformed(payload, "an entry that is shorter than its fields");
  if (known.is_exec_probe) write_probe_message(event);
}

/// "execve: (0x7ffa37e03ad0) file=0x55bc6509 argv=0x55bc650c n0={0x68732f6e69622f,0x0} ...", of an eprobe
/// "execve: (ftrace) file=..."
void PageDecoder::write_probe_message(Event& event) {
  message_.clear();
  message_ += event.name;
  message_ += ":";
  if (event.find("__probe_ip") == nullptr) message_ += " (ftrace)";
  for (const auto& [name, value] : event.fields) {
    const bool is_place = name == "__probe_ip";
    message_ += is_place ? std::string_view(" (") : std::string_view(" ");
    if (!is_place) {
      message_ += name;
      message_ += "=";
    }
    if (const auto* text = std::get_if<std::string_view>(&value)) {
      append_probe_text(*event.schema->find(name), event.text, *text, message_);
    } else if (const auto* number = std::get_if<std::uint64_t>(&value)) {
      append_hex(*number, message_);
    } else if (const auto* address = std::get_if<Address>(&value)) {
      append_hex(address->value, message_);
    }
    if (is_place) message_ += ")";
  }
  event.message = message_.view();
}

}  // namespace ftracectl

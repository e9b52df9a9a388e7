#pragma once

#include <deque>
#include <ftracectl/decoder.hpp>
#include <ftracectl/event_table.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/byte_buffer.hpp"
#include "decode/pages/event_printer.hpp"
#include "decode/pages/page_layout.hpp"
#include "decode/pages/page_reader.hpp"
#include "decode/pages/printk_formats.hpp"
#include "decode/pages/raw_fields.hpp"

namespace ftracectl {

/// Turns the binary pages of all cpus into entries, in the order of their time. Pages are fed whole.
///
/// The cpus are read one after the other, so that one of them is always ahead: an entry leaves when nothing
/// older can come. That is known at the end of a round for all that is not younger than what the round before
/// had seen; or when settle() says that there is nothing more. What is held back is bounded: beyond that
/// entries leave whatever may come.
class PageDecoder : public Decoder {
 public:
  /// `events` outlives the decoder and everything it yields.
  /// `is_time`: the buffer's clock counts nanoseconds.
  /// `formats`: what trace_printk() was given, for its entries have only the addresses.
  /// Names of tasks are not in pages: comm is unknown.
  PageDecoder(const EventTable& events, PageLayout layout, bool is_time, SymbolNames symbols,
              PrintkFormats formats = {});
  ~PageDecoder() override;

  void feed(std::string_view bytes, int cpu, bool drained) override;
  void end_of_round() override;
  Entry* next() override;
  void settle() override { limit_ = everything; }
  void finish() override { limit_ = everything; }
  bool has_rest() const override;

 private:
  static constexpr std::uint64_t everything = UINT64_MAX;

  /// What stands next on a cpu.
  enum class Head { none, event, lost, malformed };
  struct Cpu {
    int number = -1;
    std::deque<std::string> chunks;  ///< not read to their end; a chunk never moves
    std::size_t at = 0;              ///< of the first chunk: where its next page begins
    PageReader page;
    bool in_page = false;
    Head head = Head::none;
    std::uint64_t time = 0;       ///< of the head
    std::uint64_t last_time = 0;  ///< of the last entry that was fed
    bool drained = true;
    bool in_round = false;
  };
  /// An event that was met.
  struct Known {
    const KnownEvent* event = nullptr;
    std::unique_ptr<RawFields> fields;
    std::unique_ptr<EventPrinter> printer;
    std::size_t pid_offset = 4;
    std::size_t flags_offset = 2;
    bool is_ftrace = false;
    bool is_exec_probe = false;
  };

  Cpu& cpu_of(int number);
  void take_head(Cpu& cpu);
  bool open_page(Cpu& cpu);
  std::uint64_t last_time_in(std::string_view page) const;
  Cpu* choose() const;
  std::uint64_t lowest_of_others(const Cpu& chosen) const;
  void decode(const Cpu& cpu);
  void decode_event(const Cpu& cpu);
  bool decode_stack(const Known& known, const Cpu& cpu, std::string_view payload);
  void write_probe_message(Event& event);
  void malformed(std::string_view bytes, std::string_view why);
  Known& known_of(std::uint32_t id);

  const EventTable& events_;
  PageLayout layout_;
  bool is_time_;
  SymbolNames symbols_;
  PrintkFormats formats_;
  std::vector<std::unique_ptr<Cpu>> cpus_;
  std::vector<std::string> spare_;  ///< of chunks that were read, with their room
  std::size_t waiting_ = 0;         ///< bytes in chunks
  std::uint64_t limit_ = 0;         ///< nothing older than this can come
  std::uint64_t seen_before_ = 0;   ///< the youngest entry that had been fed when the round began
  Cpu* current_ = nullptr;          ///< whose head left last
  std::uint64_t others_ = 0;        ///< the lowest time among the heads of the others
  std::unordered_map<std::uint32_t, Known> known_;
  Known* last_known_ = nullptr;
  std::uint32_t last_id_ = 0;
  ByteBuffer made_;     ///< texts that are made for the entry
  ByteBuffer message_;  ///< of a probe: the line that the kernel would print
  std::vector<std::string> made_frames_;
  Entry entry_;
};

}  // namespace ftracectl

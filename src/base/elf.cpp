#include "base/elf.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace ftracectl {

namespace {

/// Offsets and sizes in bytes, from the System V ABI, of what is read here. Each class of ELF file has one.
struct Layout {
  std::size_t word;  ///< size of an address and of an offset
  std::size_t phoff, shoff, phentsize, phnum, shentsize, shnum;
  struct {
    std::size_t size, type, offset, vaddr, filesz;
  } segment;
  struct {
    std::size_t size, type, offset, length, link;
  } section;
  struct {
    std::size_t size, info, shndx, value;
  } symbol;
};

constexpr Layout elf32 = {4,
                          28,
                          32,
                          42,
                          44,
                          46,
                          48,
                          {.size = 32, .type = 0, .offset = 4, .vaddr = 8, .filesz = 16},
                          {.size = 40, .type = 4, .offset = 16, .length = 20, .link = 24},
                          {.size = 16, .info = 12, .shndx = 14, .value = 4}};
constexpr Layout elf64 = {8,
                          32,
                          40,
                          54,
                          56,
                          58,
                          60,
                          {.size = 56, .type = 0, .offset = 8, .vaddr = 16, .filesz = 32},
                          {.size = 64, .type = 4, .offset = 24, .length = 32, .link = 40},
                          {.size = 24, .info = 4, .shndx = 6, .value = 8}};

constexpr std::uint64_t segment_load = 1;   // PT_LOAD
constexpr std::uint64_t segment_note = 4;   // PT_NOTE
constexpr std::uint64_t note_build_id = 3;  // NT_GNU_BUILD_ID
constexpr std::size_t note_header = 12;     // lengths of the name and of what it is about, type
constexpr std::size_t longest_build_id = 64;
constexpr std::size_t most_notes = 16384;     // in bytes: a file may claim any number
constexpr std::uint64_t section_dynsym = 11;  // SHT_DYNSYM
constexpr std::uint64_t symbol_function = 2;  // STT_FUNC

/// A number that lies outside of the file reads as 0, which is none of the numbers that are looked for.
class ElfFile {
 public:
  ElfFile(std::string_view bytes, const Layout& layout) : bytes_(bytes), layout_(layout) {}

  std::uint64_t number(std::uint64_t at, std::size_t size) const {
    std::uint64_t value = 0;
    if (at > bytes_.size() || size > bytes_.size() - at) return 0;
    std::memcpy(&value, bytes_.data() + at, size);
    return value;
  }
  std::uint64_t word(std::uint64_t at) const { return number(at, layout_.word); }

  std::string_view part(std::uint64_t at, std::uint64_t size) const {
    if (at > bytes_.size()) return {};
    return bytes_.substr(at, size);
  }

  std::optional<std::uint64_t> address_of(std::string_view function) const;
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const;
  std::optional<std::uint64_t> address_at(std::uint64_t offset) const;
  std::string_view build_id() const;

 private:
  std::uint64_t section(std::uint64_t index) const {
    return word(layout_.shoff) + index * number(layout_.shentsize, 2);
  }
  std::string_view build_id_in(std::string_view notes) const;
  std::optional<std::uint64_t> find_in(std::uint64_t table, std::string_view function) const;

  std::string_view bytes_;
  const Layout& layout_;
};

std::optional<std::uint64_t> ElfFile::address_of(std::string_view function) const {
  for (std::uint64_t i = 0; i < number(layout_.shnum, 2); ++i) {
    if (number(section(i) + layout_.section.type, 4) != section_dynsym) continue;
    return find_in(section(i), function);
  }
  return std::nullopt;
}

/// `table` is the section header of the dynamic symbols; its link is the section of their names.
std::optional<std::uint64_t> ElfFile::find_in(std::uint64_t table, std::string_view function) const {
  const auto& fields = layout_.section;
  const auto symbols = part(word(table + fields.offset), word(table + fields.length));
  const auto of_names = section(number(table + fields.link, 4));
  const auto names = part(word(of_names + fields.offset), word(of_names + fields.length));
  const ElfFile entries(symbols, layout_);
  for (std::uint64_t at = 0; at + layout_.symbol.size <= symbols.size(); at += layout_.symbol.size) {
    const auto name_at = entries.number(at, 4);
    const bool is_here = entries.number(at + layout_.symbol.shndx, 2) != 0 &&
                         (entries.number(at + layout_.symbol.info, 1) & 0xfU) == symbol_function;
    if (!is_here || name_at >= names.size() || names.size() - name_at <= function.size()) continue;
    const auto name = names.substr(name_at);
    if (name.starts_with(function) && name[function.size()] == '\0') {
      return entries.word(at + layout_.symbol.value);
    }
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ElfFile::offset_of(std::uint64_t address) const {
  const auto& fields = layout_.segment;
  for (std::uint64_t i = 0; i < number(layout_.phnum, 2); ++i) {
    const auto segment = word(layout_.phoff) + i * number(layout_.phentsize, 2);
    const auto begin = word(segment + fields.vaddr);
    if (number(segment + fields.type, 4) != segment_load || address < begin) continue;
    if (address - begin < word(segment + fields.filesz))
      return address - begin + word(segment + fields.offset);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ElfFile::address_at(std::uint64_t offset) const {
  const auto& fields = layout_.segment;
  for (std::uint64_t i = 0; i < number(layout_.phnum, 2); ++i) {
    const auto segment = word(layout_.phoff) + i * number(layout_.phentsize, 2);
    const auto begin = word(segment + fields.offset);
    if (number(segment + fields.type, 4) != segment_load || offset < begin) continue;
    if (offset - begin < word(segment + fields.filesz)) return offset - begin + word(segment + fields.vaddr);
  }
  return std::nullopt;
}

std::string_view ElfFile::build_id() const {
  const auto& fields = layout_.segment;
  for (std::uint64_t i = 0; i < number(layout_.phnum, 2); ++i) {
    const auto segment = word(layout_.phoff) + i * number(layout_.phentsize, 2);
    if (number(segment + fields.type, 4) != segment_note) continue;
    const auto id =
        build_id_in(part(word(segment + fields.offset), std::min(word(segment + fields.filesz), most_notes)));
    if (!id.empty()) return id;
  }
  return {};
}

/// Name and contents are each filled up to four bytes.
std::string_view ElfFile::build_id_in(std::string_view notes) const {
  const auto filled = [](std::uint64_t size) { return (size + 3) / 4 * 4; };
  while (notes.size() > note_header) {
    const ElfFile note(notes, layout_);
    const auto name_size = note.number(0, 4);
    const auto size = note.number(4, 4);
    const auto contents = note_header + filled(name_size);
    const bool is_id =
        note.number(8, 4) == note_build_id && note.part(note_header, name_size).starts_with("GNU");
    if (is_id && size <= longest_build_id) return note.part(contents, size);
    if (contents + filled(size) > notes.size()) break;
    notes.remove_prefix(contents + filled(size));
  }
  return {};
}

/// Bytes 4 and 5 behind the magic number: 1 and 2 are 32 and 64 bits, 1 and 2 little- and big-endian.
const Layout* layout_of(std::string_view file) {
  constexpr char our_order = std::endian::native == std::endian::little ? 1 : 2;
  if (file.size() < 6 ||
      !file.starts_with("\x7f"
                        "ELF") ||
      file[5] != our_order) {
    return nullptr;
  }
  if (file[4] == 1) return &elf32;
  return file[4] == 2 ? &elf64 : nullptr;
}

}  // namespace

std::optional<std::uint64_t> exported_function_offset(std::string_view file, std::string_view name) {
  const Layout* layout = layout_of(file);
  if (layout == nullptr) return std::nullopt;
  const ElfFile elf(file, *layout);
  const auto address = elf.address_of(name);
  return address ? elf.offset_of(*address) : std::nullopt;
}

std::string build_id_of(std::string_view file) {
  const Layout* layout = layout_of(file);
  if (layout == nullptr) return {};
  constexpr std::string_view digits = "0123456789abcdef";
  std::string id;
  for (const char byte : ElfFile(file, *layout).build_id()) {
    id += digits[static_cast<unsigned char>(byte) >> 4U];
    id += digits[static_cast<unsigned char>(byte) & 0xfU];
  }
  return id;
}

std::optional<std::uint64_t> loaded_address(std::string_view file, std::uint64_t file_offset) {
  const Layout* layout = layout_of(file);
  return layout != nullptr ? ElfFile(file, *layout).address_at(file_offset) : std::nullopt;
}

}  // namespace ftracectl

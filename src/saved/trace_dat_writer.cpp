#include "saved/trace_dat_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ftracectl/error.hpp>
#include <ftracectl/schema.hpp>
#include <map>
#include <vector>

#include "decode/pages/page_layout.hpp"
#include "saved/capture_manifest.hpp"
#include "saved/input_folder.hpp"
#include "saved/machine_lines.hpp"
#include "saved/saved_lines.hpp"
#include "saved/saved_pages.hpp"
#include "saved/trace_dat.hpp"

namespace ftracectl {

namespace {

/// The file that is being made. It goes if it is not kept.
class NewFile {
 public:
  explicit NewFile(const std::string& path)
      : path_(path), file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)) {
    if (file_) return;
    if (errno == EEXIST)
      throw Error(ErrorCode::failed, path_ + ": is there already, and is not written over", errno);
    fail("cannot be made");
  }
  ~NewFile() {
    if (file_ && !is_kept_) ::unlink(path_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  std::uint64_t size() const { return size_; }

  void append(std::string_view bytes) {
    write_at(size_, bytes);
    size_ += bytes.size();
  }
  void write_at(std::uint64_t offset, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::pwrite(file_.value(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("cannot be written");
      offset += static_cast<std::uint64_t>(count);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  void keep() { is_kept_ = true; }

 private:
  [[noreturn]] void fail(const char* what) const {
    throw Error(ErrorCode::failed, path_ + ": " + what + ": " + errno_text(errno), errno);
  }

  std::string path_;
  Fd file_;
  std::uint64_t size_ = 0;
  bool is_kept_ = false;
};

template <std::size_t size>
void put_number(std::string& to, std::uint64_t value) {
  for (std::size_t i = 0; i < size; ++i) to += static_cast<char>(value >> (8 * i) & 0xffU);
}

/// The size in so many bytes, then the text.
template <std::size_t size>
void put_sized(std::string& to, std::string_view text) {
  put_number<size>(to, text.size());
  to += text;
}

void put_option(std::string& to, std::uint64_t id, const std::string& text) {
  put_number<2>(to, id);
  put_sized<4>(to, text + '\0');
}

/// What stands before the pages, made of a capture folder.
class Head {
 public:
  Head(const InputFolder& folder, const CaptureManifest& manifest) : folder_(folder), manifest_(manifest) {}

  std::string text() {
    std::string to(trace_dat_magic);
    to += std::string_view("6\0\0\x08", 4);  // the version; little-endian; bytes in a long
    put_number<4>(to, manifest_.page_size);
    to += std::string_view("header_page\0", 12);
    put_sized<8>(to, folder_.read("events/header_page"));
    to += std::string_view("header_event\0", 13);
    put_sized<8>(to, folder_.read("events/header_event"));
    put_formats(to);
    put_sized<4>(to, symbols());
    put_sized<4>(to, folder_.has("printk_formats") ? folder_.read("printk_formats") : "");
    put_sized<8>(to, names());
    return to;
  }

  std::string options() const {
    std::string to("options  \0", 10);
    put_option(to, 4, "[" + manifest_.clock + "]\n");
    put_option(to, 5, "Linux " + manifest_.kernel + " " + manifest_.machine);
    if (manifest_.finished && folder_.has("stats")) {
      for (const auto& name : folder_.list("stats"))
        put_option(
            to, 2,
            "CPU: " + name.substr(name.find_first_of("0123456789")) + "\n" + folder_.read("stats/" + name));
    }
    put_number<2>(to, 0);
    return to;
  }

 private:
  void put_formats(std::string& to) const {
    std::map<std::string, std::vector<std::string>> events_of;
    for (const auto& names : {manifest_.events, manifest_.builtin_entries}) {
      for (const auto& name : names) events_of[name.substr(0, name.find(':'))].push_back(name);
    }
    const auto put = [&](const std::vector<std::string>& names) {
      put_number<4>(to, names.size());
      for (const auto& name : names) put_sized<8>(to, folder_.read(format_file_of(name)));
    };
    put(events_of["ftrace"]);
    events_of.erase("ftrace");
    put_number<4>(to, events_of.size());
    for (const auto& [system, names] : events_of) {
      to += system + '\0';
      put(names);
    }
  }

  /// As /proc/kallsyms, with those that the capture met.
  std::string symbols() const {
    std::map<std::uint64_t, std::string> found;
    if (folder_.has("symbols.jsonl")) {
      SavedLines lines(folder_, "symbols.jsonl");
      while (const auto line = lines.next(parse_symbol_line)) {
        if (!line->name.empty()) found[line->address - line->offset] = line->name;
        // Where one ends, so that what lies behind has not its name.
        if (!line->name.empty() && line->size > 0)
          found.try_emplace(line->address - line->offset + line->size, "");
      }
    }
    std::string text;
    char address[24];
    for (auto [begin, name] : found) {
      std::snprintf(address, sizeof address, "%016llx", static_cast<unsigned long long>(begin));
      if (const auto module = name.find(" ["); module != name.npos) name[module] = '\t';
      text.append(address).append(" t ").append(name.empty() ? "unknown" : name).append("\n");
    }
    return text;
  }

  /// As saved_cmdlines.
  std::string names() const {
    std::map<std::int32_t, std::string> found;
    if (folder_.has("tasks.jsonl")) {
      SavedLines tasks(folder_, "tasks.jsonl");
      while (const auto line = tasks.next(parse_task_line)) {
        if (line->task.comm) found[line->tid] = *line->task.comm;
      }
    }
    if (folder_.has("names.jsonl")) {
      SavedLines lines(folder_, "names.jsonl");
      while (const auto line = lines.next(parse_name_line)) {
        if (!line->comm.empty()) found[line->tid] = line->comm;
      }
    }
    std::string text;
    for (const auto& [tid, name] : found)
      text.append(std::to_string(tid)).append(" ").append(name).append("\n");
    return text;
  }

  const InputFolder& folder_;
  const CaptureManifest& manifest_;
};

}  // namespace

WrittenTraceDat write_trace_dat(const std::string& folder_path, const std::string& path) {
  const InputFolder folder(folder_path);
  const CaptureManifest manifest =
      parse_manifest(folder.read("manifest.json"), folder.path_of("manifest.json"));
  if (manifest.page_size == 0)
    throw Error(
        ErrorCode::failed,
        folder_path + ": it holds text, and a trace.dat holds binary pages: capture with --source raw");
  PageLayout layout =
      parse_page_layout(folder.read("events/header_page"), folder.read("events/header_event"));
  layout.page_size = manifest.page_size;
  SavedPages pages(folder, layout,
                   manifest.pages_are_cut ? SavedPages::Form::used_part : SavedPages::Form::whole);
  const std::vector<int> with_pages = pages.cpus();
  const int cpus = std::max(manifest.cpus, with_pages.empty() ? 1 : with_pages.back() + 1);

  Head head(folder, manifest);
  NewFile file(path);
  file.append(head.text());
  std::string count;
  put_number<4>(count, static_cast<std::uint64_t>(cpus));
  file.append(count);
  file.append(head.options());
  file.append(std::string_view("flyrecord\0", 10));
  const std::uint64_t table_at = file.size();
  file.append(std::string(static_cast<std::size_t>(cpus) * 16, '\0'));

  WrittenTraceDat written{static_cast<std::uint64_t>(cpus), 0, 0};
  std::string table;
  for (int cpu = 0; cpu < cpus; ++cpu) {
    const std::size_t behind = file.size() % manifest.page_size;
    if (behind > 0) file.append(std::string(manifest.page_size - behind, '\0'));
    const std::uint64_t begin = file.size();
    const bool has_pages = std::binary_search(with_pages.begin(), with_pages.end(), cpu);
    while (has_pages) {
      const auto some = pages.read_next(cpu);
      if (some.empty()) break;
      file.append(some);
      written.pages += some.size() / manifest.page_size;
    }
    put_number<8>(table, begin);
    put_number<8>(table, file.size() - begin);
  }
  file.write_at(table_at, table);
  file.keep();
  written.bytes = file.size();
  return written;
}

}  // namespace ftracectl

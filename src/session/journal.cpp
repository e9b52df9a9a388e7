#include "session/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/private_mount.hpp"
#include "kernel/proc.hpp"
#include "session/journal_file.hpp"
#include "session/journal_lines.hpp"

namespace ftracectl {

namespace {

std::int64_t boottime_ns() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

JournalHeader own_header(const std::string& tracefs_root, std::int64_t started_ns) {
  JournalHeader header;
  header.pid = getpid();
  if (const auto line = read_command_line(getpid())) header.command = join(line->arguments, " ");
  header.boot_id = read_boot_id();
  header.started_ns = started_ns;
  header.tracefs = shown_path(tracefs_root);
  return header;
}

}  // namespace

Journal::Journal(std::string folder, std::string tracefs_root)
    : folder_(std::move(folder)),
      tracefs_root_(std::move(tracefs_root)),
      started_ns_(boottime_ns()),
      path_(folder_ + "/" + std::to_string(getpid()) + "-" + std::to_string(started_ns_) + journal_suffix) {}

Journal::~Journal() {
  if (file_ && outstanding_.empty()) remove();
}

std::uint64_t Journal::record(const Step& wrote, const Step& undo) {
  if (!file_) create();
  const std::uint64_t id = last_id_ + 1;
  append(entry_line({id, wrote, undo}));
  outstanding_.insert(id);
  return last_id_ = id;
}

void Journal::undone(std::uint64_t id) noexcept {
  if (outstanding_.erase(id) == 0) return;
  if (outstanding_.empty()) {
    remove();
    return;
  }
  try {
    append(undone_line(id));
  } catch (const std::exception&) {
    // The entry stays, and replaying it will find nothing to do.
  }
}

void Journal::commit() noexcept {
  outstanding_.clear();
  if (file_) remove();
}

void Journal::create() {
  const Fd folder = make_journal_folder(folder_);
  const std::string name = path_.substr(folder_.size() + 1);
  constexpr int flags = O_RDWR | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW;
  // Whoever looks for abandoned journals may see the file before it is locked, take it for one and remove it.
  while (!file_) {
    file_ = Fd(::openat(folder.value(), name.c_str(), flags, 0600));
    if (!file_) throw journal_error(path_, "cannot be made", errno);
    flock(file_.value(), LOCK_EX);
    if (!is_linked(file_)) file_.reset();
  }
  append(header_line(own_header(tracefs_root_, started_ns_)));
}

void Journal::append(const std::string& line) {
  const int error = append_line(file_, line);
  if (error != 0) throw journal_error(path_, "cannot be written", error);
}

void Journal::remove() noexcept {
  unlink(path_.c_str());
  file_.reset();
}

}  // namespace ftracectl

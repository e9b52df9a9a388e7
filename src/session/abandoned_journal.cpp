#include "session/abandoned_journal.hpp"

#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <ftracectl/error.hpp>
#include <thread>

#include "base/text.hpp"
#include "kernel/beneath.hpp"
#include "session/journal_file.hpp"

namespace ftracectl {

namespace {

using namespace std::chrono_literals;

std::string read_all(const std::string& path, const Fd& file) {
  std::string text;
  std::array<char, 16384> buffer;
  off_t at = 0;
  for (;;) {
    const ssize_t got = pread(file.value(), buffer.data(), buffer.size(), at);
    if (got == 0) return text;
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw journal_error(path, "cannot be read", errno);
    text.append(buffer.data(), static_cast<std::size_t>(got));
    at += got;
  }
}

bool try_lock(const Fd& file) { return flock(file.value(), LOCK_EX | LOCK_NB) == 0; }

/// A process that is gone and whose journal is locked all the same: its watchdog is at work.
bool is_gone(const JournalHeader& header) { return kill(header.pid, 0) != 0 && errno == ESRCH; }

/// The content as far as it can be told now.
std::optional<JournalContent> peek(const std::string& path, const Fd& file) {
  try {
    return parse_journal(read_all(path, file));
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool lock_of_dead(const std::string& path, const Fd& file) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (try_lock(file)) return is_linked(file);
    const auto content = peek(path, file);
    if (!content || !is_gone(content->header)) return false;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

}  // namespace

std::optional<AbandonedJournal> AbandonedJournal::take(const std::string& path) {
  Fd file = open_journal_file(path);
  if (!file || !lock_of_dead(path, file)) return std::nullopt;
  return read_locked(path, std::move(file));
}

std::optional<AbandonedJournal> AbandonedJournal::take_of_dead(const std::string& path) {
  Fd file = open_journal_file(path);
  if (!file) return std::nullopt;
  // Descriptors of a dead process are closed one by one, a few milliseconds long.
  for (int attempt = 0; attempt < 10'000; ++attempt) {
    if (try_lock(file)) {
      return is_linked(file) ? read_locked(path, std::move(file)) : std::optional<AbandonedJournal>();
    }
    std::this_thread::sleep_for(1ms);
  }
  return std::nullopt;
}

std::optional<AbandonedJournal> AbandonedJournal::read_locked(const std::string& path, Fd file) {
  JournalContent content;
  try {
    content = parse_journal(read_all(path, file)).value_or(content);
  } catch (const Error& error) {
    throw Error(error.code(), path + ": " + error.what(), error.system_errno());
  }
  // Lines of our own are to follow, and not what a dying writer has torn.
  if (ftruncate(file.value(), static_cast<off_t>(content.whole_lines_size)) != 0) {
    throw journal_error(path, "cannot be written", errno);
  }
  return AbandonedJournal(path, std::move(file), std::move(content));
}

bool AbandonedJournal::is_void() const {
  if (content_.outstanding.empty()) return true;
  const std::string now = read_boot_id();
  // What cannot be read tells nothing; the journal is then replayed, which looks before it writes.
  return !now.empty() && !content_.header.boot_id.empty() && content_.header.boot_id != now;
}

void AbandonedJournal::undone(std::uint64_t id) noexcept {
  try {
    append_line(file_, undone_line(id));
  } catch (const std::exception&) {
    // The entry stays, and replaying it will find nothing to do.
  }
}

void AbandonedJournal::remove() noexcept { unlink(path_.c_str()); }

std::vector<std::string> find_journals(const std::string& folder) {
  std::vector<std::string> paths;
  const Fd opened = open_journal_folder(folder);
  if (!opened) return paths;
  for (const auto& name : list_beneath(opened.value(), "", folder)) {
    if (name.ends_with(journal_suffix)) paths.push_back(folder + "/" + name);
  }
  return paths;
}

std::optional<JournalStatus> read_journal(const std::string& path) {
  try {
    const Fd file = open_journal_file(path);
    if (!file) return std::nullopt;
    const auto content = peek(path, file);
    // A lock that can be shared is not held: nobody's session. It is given back with the descriptor.
    const bool alive = flock(file.value(), LOCK_SH | LOCK_NB) != 0;
    if (!content) return std::nullopt;
    return JournalStatus{path, content->header, content->outstanding.size(), alive};
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::vector<JournalStatus> read_journals(const std::string& folder) {
  std::vector<JournalStatus> all;
  for (const auto& path : find_journals(folder)) {
    const Fd file = open_journal_file(path);
    if (!file) continue;
    const auto content = peek(path, file);
    // A lock that can be shared is not held: nobody's session. It is given back with the descriptor.
    const bool alive = flock(file.value(), LOCK_SH | LOCK_NB) != 0;
    if (content) all.push_back({path, content->header, content->outstanding.size(), alive});
  }
  return all;
}

}  // namespace ftracectl

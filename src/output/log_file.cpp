#include "output/log_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>
#include <ftracectl/error.hpp>
#include <utility>

namespace ftracectl {

namespace {

using namespace std::chrono_literals;

/// What is kept while the disk is full: some seconds of many execs.
constexpr std::size_t most_kept = std::size_t{4} * 1024 * 1024;
/// How often it is tried whether there is room again.
constexpr auto retry_time = 200ms;
/// Lines of text that belong to the one above begin with at least so many blanks.
constexpr std::string_view continuation = "               ";
/// No line of ours that was torn is longer than the search for its beginning.
constexpr std::uint64_t longest_torn = std::uint64_t{1} << 20U;

bool is_no_room(int error) { return error == ENOSPC || error == EDQUOT || error == EFBIG; }

std::size_t lines_in(std::string_view bytes) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
}

/// How long ago the file was made, where the file system knows.
std::chrono::milliseconds age_of(int fd) {
  struct statx status {};
  if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &status) != 0 || (status.stx_mask & STATX_BTIME) == 0)
    return 0ms;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return std::chrono::milliseconds(std::max<std::int64_t>((now.tv_sec - status.stx_btime.tv_sec) * 1000, 0));
}

std::string utc_text(std::time_t time) {
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace

std::size_t record_length(std::string_view bytes) {
  auto end = bytes.find('\n');
  while (end != std::string_view::npos && bytes.substr(end + 1).starts_with(continuation))
    end = bytes.find('\n', end + 1);
  return end == std::string_view::npos ? bytes.size() : end + 1;
}

LogFile::LogFile(OpenedFile file, Rules rules) : rules_(std::move(rules)) {
  const bool has_place = static_cast<bool>(file.folder);
  if (rules_.rotation.is_wanted() && !has_place)
    throw Error(ErrorCode::usage, rules_.path + ": --rotate needs a file that has a name of its own");
  take_new(std::move(file));
  struct stat status {};
  if (size_ > 0 && fstat(file_.file.value(), &status) == 0) last_written_ = utc_text(status.st_mtime);
  end_torn_line();
}

void LogFile::set_hooks(Hooks hooks) {
  hooks_ = std::move(hooks);
  if (hooks_.goes_on && !last_written_.empty()) hooks_.goes_on(last_written_);
}

LogFile::~LogFile() = default;

void LogFile::take_new(OpenedFile file) {
  compressor_.reset();  // it works in the folder of the old one
  file_ = std::move(file);
  rotated_.reset();
  if (file_.folder)
    rotated_ = std::make_unique<RotatedFiles>(file_.folder.value(), file_.name, rules_.rights.owner);
  look_at_file();
  born_ = Clock::now() - age_of(file_.file.value());
  is_head_due_ = size_ == 0;
}

/// Somebody may have emptied it (logrotate's copytruncate): we append, so there is no hole.
void LogFile::look_at_file() {
  struct stat status {};
  if (fstat(file_.file.value(), &status) != 0) return;
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size == 0 && size_ > 0) {
    is_head_due_ = true;
    born_ = Clock::now();
  }
  size_ = size;
}

/// Who was killed while writing left a line without an end. The beginning of a record of ours is taken away; to any
/// other text a line end is added.
void LogFile::end_torn_line() {
  if (size_ == 0 || !file_.folder) return;
  const Fd readable(::openat(file_.folder.value(), file_.name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!readable) return;
  const std::uint64_t from = size_ - std::min(size_, longest_torn);
  std::string tail(static_cast<std::size_t>(size_ - from), '\0');
  const ssize_t count = pread(readable.value(), tail.data(), tail.size(), static_cast<off_t>(from));
  if (count != static_cast<ssize_t>(tail.size()) || tail.back() == '\n') return;
  const auto line_end = tail.rfind('\n');
  const std::size_t begin = line_end == std::string::npos ? 0 : line_end + 1;
  const bool is_ours = (begin > 0 || from == 0) && std::string_view(tail).substr(begin).starts_with("{\"");
  if (is_ours && ftruncate(file_.file.value(), static_cast<off_t>(from + begin)) == 0) {
    size_ = from + begin;
  } else {
    write_whole("\n");
  }
}

void LogFile::say(const std::string& text) const {
  if (hooks_.say) hooks_.say(text);
}

bool LogFile::is_full(std::size_t next_bytes) const {
  if (size_ == 0 || !rotated_) return false;
  const Rotation& rotation = rules_.rotation;
  if (rotation.bytes > 0 && size_ + next_bytes > rotation.bytes) return true;
  return rotation.age.count() > 0 && Clock::now() >= born_ + rotation.age;
}

/// Whether our name still leads to the file that we have open. Who has renamed it has rotated it for us.
bool LogFile::holds_place_of_file() const {
  struct stat ours {};
  struct stat there {};
  return file_.folder && fstat(file_.file.value(), &ours) == 0 &&
         fstatat(file_.folder.value(), file_.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) == 0 &&
         ours.st_ino == there.st_ino && ours.st_dev == there.st_dev;
}

void LogFile::rotate() {
  try {
    std::string full;
    if (holds_place_of_file()) full = rotated_->put_aside();
    const Rotation& rotation = rules_.rotation;
    OpenedFile next = open_for_output(rules_.path, Existing::is_kept, rules_.rights);
    if (rotation.keep) rotated_->drop_oldest(*rotation.keep);
    if (rotation.compression != Rotation::Compression::zstd) return take_new(std::move(next));
    // The same folder as before: the compressor goes on in it.
    file_.file = std::move(next.file);
    size_ = 0;
    look_at_file();
    born_ = Clock::now();
    is_head_due_ = size_ == 0;
    if (compressor_) return full.empty() ? void() : compressor_->add(full);
    compressor_ = std::make_unique<Compressor>(*rotated_, rules_.rights);
    for (const auto& member : rotated_->list()) {
      if (member.form == RotatedFiles::Member::Form::unfinished)
        ::unlinkat(file_.folder.value(), member.name.c_str(), 0);
      if (member.form == RotatedFiles::Member::Form::plain) compressor_->add(member.name);
    }
  } catch (const Error& error) {
    say(std::string(error.what()) + "; the records go on in the same file");
    born_ = Clock::now();  // not at once again
    rules_.rotation.bytes = rules_.rotation.bytes > 0 ? size_ + rules_.rotation.bytes : 0;
  }
}

void LogFile::reopen() {
  if (!file_.folder || holds_place_of_file()) return;
  try {
    take_new(open_for_output(rules_.path, Existing::is_kept, rules_.rights));
    end_torn_line();
  } catch (const Error& error) {
    say(std::string(error.what()) + "; the records go on in the file that was opened before");
  }
}

/// The whole of it, or nothing; then the disk is full. Throws Error for another reason.
bool LogFile::write_whole(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t written = ::write(file_.file.value(), bytes.data() + done, bytes.size() - done);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
      continue;
    }
    const int error = written == 0 ? ENOSPC : errno;
    if (error == EINTR) continue;
    if (done > 0 && ftruncate(file_.file.value(), static_cast<off_t>(size_)) != 0) look_at_file();
    if (!is_no_room(error))
      throw Error(ErrorCode::failed, rules_.path + ": cannot be written: " + errno_text(error), error);
    begin_full(error);
    return false;
  }
  size_ += done;
  written_bytes_ += done;
  return true;
}

bool LogFile::begin_file() {
  if (!is_head_due_) return true;
  // The run's own first record is its head.
  if (has_begun_ && hooks_.head && !write_whole(hooks_.head())) return false;
  is_head_due_ = false;
  return true;
}

/// As much of it as a file has room for, file after file. Gives how many bytes were written.
std::size_t LogFile::write_records(std::string_view bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto rest = bytes.substr(done);
    const std::size_t first = record_length(rest);
    if (is_full(first)) rotate();
    if (!begin_file()) break;
    std::size_t take = rest.size();
    const std::uint64_t limit = rotated_ ? rules_.rotation.bytes : 0;
    if (limit > 0 && size_ + take > limit) {
      take = first;
      while (take < rest.size()) {
        const std::size_t next = record_length(rest.substr(take));
        if (size_ + take + next > limit) break;
        take += next;
      }
    }
    if (!write_whole(rest.substr(0, take))) break;
    has_begun_ = true;
    done += take;
  }
  return done;
}

void LogFile::put(std::string_view bytes) {
  if (bytes.empty()) return;
  if (is_disk_full_) push();
  if (is_disk_full_) return keep(bytes);
  look_at_file();
  keep(bytes.substr(write_records(bytes)));
}

/// Tries again where the disk was full. Never says that somebody is to be waited for.
bool LogFile::push() {
  if (!is_disk_full_ || Clock::now() < try_again_) return true;
  look_at_file();
  is_disk_full_ = false;
  kept_.erase(0, write_records(kept_));
  if (!is_disk_full_) end_full();
  return true;
}

void LogFile::keep(std::string_view bytes) {
  if (bytes.empty()) return;
  // Behind the first that is forgotten, all are: the gap is one.
  while (forgotten_ == 0 && !bytes.empty()) {
    const std::size_t length = record_length(bytes);
    if (kept_.size() + length > most_kept) break;
    kept_.append(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  forgotten_ += lines_in(bytes);
}

void LogFile::begin_full(int error) {
  const bool is_new = try_again_ == Clock::time_point{};
  is_disk_full_ = true;
  try_again_ = Clock::now() + retry_time;
  if (is_new)
    say(rules_.path + ": cannot be written: " + errno_text(error) +
        "; reading goes on, and records that find no room are counted");
}

void LogFile::end_full() {
  const std::size_t lines = forgotten_;
  if (lines > 0 && hooks_.gap && !write_whole(hooks_.gap(lines))) return;
  unwritten_ += std::exchange(forgotten_, 0);
  try_again_ = {};
  kept_.clear();
  say(rules_.path + ": can be written again; " + std::to_string(lines) + " lines are missing");
}

std::size_t LogFile::unwritten_lines() const { return unwritten_ + forgotten_ + lines_in(kept_); }

void LogFile::close() {
  try_again_ = is_disk_full_ ? Clock::now() : try_again_;
  push();
  if (is_disk_full_) {
    // What is still kept will never be written.
    unwritten_ += std::exchange(forgotten_, 0) + lines_in(kept_);
    kept_.clear();
  }
  if (!file_.file) return;
  const int fd = file_.file.release();
  if (::close(fd) != 0 && !is_no_room(errno))
    throw Error(ErrorCode::failed, rules_.path + ": cannot be written: " + errno_text(errno), errno);
}

}  // namespace ftracectl

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "output/compressor.hpp"
#include "output/open_output.hpp"
#include "output/output.hpp"
#include "output/rotated_files.hpp"
#include "output/rotation.hpp"

namespace ftracectl {

/// A regular file of records. Whole records are appended to it, or nothing: a line is never torn. It may be rotated,
/// by us or by somebody else, who renames it (then reopen() is for us to call) or empties it.
///
/// Where there is no room on the disk, up to `most_kept` bytes are kept and the lines beyond are counted and forgotten;
/// nobody waits. When there is room again, what was kept is written, then how many are missing, and so on from there.
class LogFile : public Output {
 public:
  struct Rules {
    std::string path;
    Existing existing = Existing::is_emptied;
    FileRights rights = {};
    Rotation rotation = {};
  };
  struct Hooks {
    /// Takes a message for the user.
    std::function<void(const std::string&)> say = nullptr;
    /// The bytes with which each further file begins, once records have been written.
    std::function<std::string()> head = nullptr;
    /// The line that stands for so many that could not be written.
    std::function<std::string(std::size_t lines)> gap = nullptr;
    /// Called at once where the file goes on that an earlier run wrote last at that time, "2026-11-28T11:34:00Z".
    std::function<void(const std::string& time)> goes_on = nullptr;
  };

  /// `file` is a regular one, opened as the rules say; without a folder it cannot be rotated. Throws Error(usage) then.
  LogFile(OpenedFile file, Rules rules);
  ~LogFile() override;

  /// What the first bytes already need; for who comes to know it after the file was opened.
  void set_hooks(Hooks hooks);

  void put(std::string_view bytes) override;
  bool push() override;
  /// There is no reader.
  std::size_t waiting() const override { return 0; }
  std::size_t waiting_lines() const override { return 0; }
  void drop() override {}
  void close() override;
  void reopen() override;
  std::size_t unwritten_lines() const override;
  std::uint64_t written_bytes() const override { return written_bytes_; }
  const std::string& name() const override { return rules_.path; }
  int fd() const override { return -1; }

 private:
  using Clock = std::chrono::steady_clock;

  void end_torn_line();
  void look_at_file();
  bool is_full(std::size_t next_bytes) const;
  void rotate();
  void take_new(OpenedFile file);
  bool holds_place_of_file() const;
  bool begin_file();
  std::size_t write_records(std::string_view bytes);
  bool write_whole(std::string_view bytes);
  void keep(std::string_view bytes);
  void begin_full(int error);
  void end_full();
  void say(const std::string& text) const;

  Rules rules_;
  Hooks hooks_;
  OpenedFile file_;
  std::unique_ptr<RotatedFiles> rotated_;
  std::unique_ptr<Compressor> compressor_;
  std::uint64_t size_ = 0;
  Clock::time_point born_;
  std::uint64_t written_bytes_ = 0;
  std::string kept_;           ///< whole records, in the order in which they came
  std::size_t forgotten_ = 0;  ///< lines that came behind them, since the disk is full
  std::size_t unwritten_ = 0;  ///< lines, before that
  std::string last_written_;   ///< by an earlier run; empty: it wrote nothing
  bool is_disk_full_ = false;
  bool is_head_due_ = false;
  bool has_begun_ = false;  ///< a record has been written
  Clock::time_point try_again_;
};

/// The length of the first record in `bytes`, with the lines that belong to it: the stacks below a line of text.
std::size_t record_length(std::string_view bytes);

}  // namespace ftracectl

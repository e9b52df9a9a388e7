#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// The full files beside a file of records, "execs.jsonl":
///     execs.jsonl.20261128T113400Z-000012        when it was put aside, and its number
///     execs.jsonl.20261128T113400Z-000012.zst    the same, compressed
///     execs.jsonl.20261128T113400Z-000012.zst.part
/// The number grows by one each time, whatever the clock does. Nothing that is there is ever overwritten, and nothing
/// is removed but what has such a name, is a regular file and has our user or the owner that we give to files.
class RotatedFiles {
 public:
  struct Member {
    std::uint64_t number = 0;
    std::string name;
    enum class Form { plain, compressed, unfinished } form = Form::plain;
  };

  /// `folder` is a descriptor of the folder, O_PATH will do; it outlives this.
  RotatedFiles(int folder, std::string name, std::optional<uid_t> owner);

  /// Gives the file its new name, and gives that. Throws Error(failed).
  std::string put_aside() const;
  /// Removes the oldest, so that `keep` are left.
  void drop_oldest(std::uint64_t keep) const;
  /// Those that are ours, the oldest first.
  std::vector<Member> list() const;

  int folder() const { return folder_; }

 private:
  bool is_ours(const std::string& name) const;

  int folder_;
  std::string name_;
  std::set<uid_t> owners_;
};

/// What a name says, where it is one of a full file of `file`.
std::optional<RotatedFiles::Member> parse_rotated_name(std::string_view file, std::string_view name);

/// Renames within a folder, never over something that is there: then it gives EEXIST. Gives 0 or the errno.
int rename_to_free(int folder, const std::string& from, const std::string& to);

}  // namespace ftracectl

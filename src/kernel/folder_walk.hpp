#pragma once

#include <string>

#include "base/fd.hpp"

namespace ftracectl {

/// Who may have a hand in the way to a folder.
enum class WayTo {
  trusted,    ///< root and we alone can replace any part of it: what lies there is done with our rights
  any_folder  ///< folders may be anybody's, but a symbolic link must be root's or ours
};

/// Whether folders that are missing on the way are made, with mode 0700.
enum class Missing { is_error, is_made };

/// Goes from the root to a folder, or from where we are, name by name and each by descriptor, so that nothing can be
/// exchanged between a look at it and its use. Gives a descriptor as of O_PATH. Throws Error(failed): there is none
/// (with ENOENT), or somebody else has a hand in the way, who is named.
///
/// A folder that others can write to is passed where it is sticky, as /tmp is: each name below must then be root's or
/// ours. A folder that was made here, or came to be at that moment, is ours or an error.
Fd walk_to_folder(const std::string& path, WayTo way, Missing missing = Missing::is_error);

/// A path, split where its last name begins.
struct PathEnd {
  std::string folder;  ///< "." where the path has but one name
  std::string name;    ///< empty for "/", "." and ".."
};
PathEnd split_path(const std::string& path);

}  // namespace ftracectl

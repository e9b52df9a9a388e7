#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ftracectl::cli {

/// What may stand at the end of a command line.
struct Completion {
  struct Candidate {
    std::string word;  ///< whole, in place of the last one typed
    std::string text;  ///< what it is, in a few words; may be empty
  };
  /// What the shell itself knows how to complete.
  enum class Shell { nothing, files, commands };

  std::string typed;  ///< the last word, without quotes
  std::vector<Candidate> candidates;
  Shell shell = Shell::nothing;
};

/// Completes a line up to the cursor, such as "ftracectl enable sched:sched_sw": commands, options, their values,
/// events, fields, instances. Events and instances are those of the running kernel, as far as they can be read.
Completion complete(const std::string& line);

/// The words of a line as a shell splits it, without quotes; the last is the one that is being typed, perhaps empty.
std::vector<std::string> typed_words(std::string_view line);

/// For the scripts in share/completions: the typed word, what the shell is to complete, then a line for each
/// candidate, its text behind a tab.
std::string completion_text(const Completion& completion);

}  // namespace ftracectl::cli

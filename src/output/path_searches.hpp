#pragma once

#include <cstdint>
#include <ftracectl/exec_record.hpp>
#include <functional>
#include <list>
#include <string>

namespace ftracectl {

/// Makes one line of a search of PATH, which is an attempt in each folder: a failed attempt waits for the next one of its
/// thread. What goes on with the search takes its place, anything else lets it go.
class PathSearches {
 public:
  /// `searched`: how many failed attempts of the same search came before.
  using Print = std::function<void(const ExecRecord& record, unsigned searched)>;

  explicit PathSearches(Print print) : print_(std::move(print)) {}

  void add(const ExecRecord& record);
  /// Nothing came for a while, or will come.
  void let_go();
  /// The process ends: so does its search.
  void let_go_of(std::int32_t pid);

 private:
  struct Held {
    ExecRecord record;
    std::string first;  ///< the file where the search began
    unsigned searched = 0;
  };

  static bool may_go_on(const ExecRecord& record);
  static bool goes_on(const Held& held, const ExecRecord& record);
  void let_go_until(const Timestamp& time);
  void print_first();

  Print print_;
  std::list<Held> held_;  ///< in the order in which they came: a few
};

}  // namespace ftracectl

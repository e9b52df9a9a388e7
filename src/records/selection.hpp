#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "records/sink.hpp"

namespace ftracectl {

/// A moment that a user names: nanoseconds behind the first record, or of the trace's own clock.
struct Moment {
  enum class From { first_record, clock };
  std::uint64_t ns = 0;
  From from = From::first_record;
};

/// Which records of a source are wanted. What is said about the source itself, losses and the like, always is.
struct Selection {
  std::vector<std::int32_t> pids = {};
  std::vector<std::int32_t> trees = {};  ///< these and all that descends from them
  std::string comm = {};                 ///< glob; an exec has two names, before it and after it
  std::optional<Moment> since = std::nullopt;
  std::optional<Moment> until = std::nullopt;
  std::function<bool(const ExecRecord&)> execs = nullptr;  ///< of exec records alone; empty: all

  bool is_all() const { return pids.empty() && trees.empty() && comm.empty() && !since && !until && !execs; }
};

/// Lets through to another sink what is selected.
class SelectingSink : public Sink {
 public:
  /// What is known of a process that no record has told of: its parent.
  using ParentOf = std::function<std::optional<std::int32_t>(std::int32_t pid)>;

  /// `to` outlives it.
  SelectingSink(Selection selection, Sink& to) : selection_(std::move(selection)), to_(to) {}

  void set_parent_of(ParentOf parent_of) { parent_of_ = std::move(parent_of); }

  void record(const Record& record) override;
  bool takes_entries() const override { return to_.takes_entries(); }
  void entry(const Entry& entry, std::string_view comm, EntrySource source) override;

  /// With the numbers of what was let through.
  Summary corrected(Summary summary) const;

 private:
  bool is_wanted(const ExecRecord& record);
  bool is_wanted(const ExitRecord& record);
  bool is_wanted(const CallRecord& record);
  bool is_wanted(const CallTotals& /*totals*/) { return true; }
  bool is_wanted(const Event& event);
  bool is_wanted(const OtherRecord& record);
  /// What is said about the source.
  template <typename Other>
  bool is_wanted(const Other& /*record*/) {
    return true;
  }
  bool is_in_time(const Timestamp& time);
  bool is_in_tree(std::int32_t pid, std::optional<std::int32_t> ppid);
  bool descends(std::int32_t pid) const;
  bool has_name(const std::string* name) const;

  Selection selection_;
  Sink& to_;
  ParentOf parent_of_;
  std::optional<std::uint64_t> first_;
  std::unordered_set<std::int32_t> in_tree_;
  std::uint64_t records_ = 0;
  std::uint64_t execs_ = 0;
  std::uint64_t execs_with_argv_ = 0;
};

}  // namespace ftracectl

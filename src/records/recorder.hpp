#pragma once

#include <cstdint>
#include <ftracectl/exec_record.hpp>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "model/tracefs/fetch.hpp"
#include "records/record.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

/// Makes records of one kind out of a stream's events.
class Recorder {
 public:
  virtual ~Recorder() = default;

  /// Sees every event that has a task, between TaskTracker's begin() and end(). True when the event is used up: it is
  /// a part of a record, or is on for the recorder's sake alone, and is no record of its own.
  virtual bool add(const Event& event) = 0;
  /// Events were lost here: what is open may have ended, and others have begun.
  virtual void lost() {}
  /// The end of the stream: what is open leaves as unfinished.
  virtual void finish() {}
  /// Whether it relies on seeing every change of a task's user.
  virtual bool follows_users() const { return false; }
};

/// Where a recorder's records go. A record is a view, valid during the call.
class RecordOut {
 public:
  virtual void put(const Record& record) = 0;
  /// One of a kind that record.hpp does not list.
  template <typename Kind>
  void put_other(const Kind& record) {
    const RecordOfKind<Kind> view(record);
    const OtherRecord& other = view;
    put(other);
  }
  /// What was known of the task's user does not hold from this time on: it has changed its user, or goes on under
  /// another number, or it is another task.
  virtual void user_changed(std::int32_t tid, std::uint64_t time) = 0;

 protected:
  ~RecordOut() = default;
};

/// What only the machine can tell of an exec, live or as it was kept in a folder. Each may be empty.
struct ExecQuestions {
  std::function<void(ExecRecord&)> on_exec =
      nullptr;  ///< as soon as the new program runs, while /proc has it
  std::function<void(ExecRecord&)> before_record =
      nullptr;  ///< before the record leaves, for what is still missing
};

/// What a stream gives to its recorders. All of it outlives them.
struct RecorderParts {
  TaskTracker& tasks;
  RecordOut& out;
  const ExecQuestions& questions;
};

/// What a recorder was told, as plain data: a capture folder keeps it, so that the same records come out of it.
class RecorderSettings {
 public:
  using Value = std::variant<bool, std::int64_t, std::vector<std::string>>;

  void set(std::string_view name, Value value);
  bool has(std::string_view name) const { return find(name) != nullptr; }
  /// False where it was not set.
  bool flag(std::string_view name) const;
  /// `otherwise` where it was not set.
  std::int64_t number(std::string_view name, std::int64_t otherwise = 0) const;
  /// Empty where they were not set.
  std::vector<std::string> words(std::string_view name) const;
  /// In the order in which they were set.
  const std::vector<std::pair<std::string, Value>>& all() const { return values_; }
  bool empty() const { return values_.empty(); }

  friend bool operator==(const RecorderSettings&, const RecorderSettings&) = default;

 private:
  const Value* find(std::string_view name) const;

  std::vector<std::pair<std::string, Value>> values_;
};

/// An event that a recorder is made of.
struct EventUse {
  enum class Purpose : std::uint8_t {
    record,  ///< a part of the record
    tasks,   ///< tells of names, parents, users and ends of tasks
  };
  enum class Need : std::uint8_t {
    useful,    ///< left out where the kernel lacks it
    required,  ///< without it there are no records
    chosen,    ///< the user named it: no such event is the user's error
  };
  enum class Filter : std::uint8_t {
    none,
    users,           ///< takes the user's filter
    users_if_alone,  ///< takes it where none of those is there that do
  };

  /// "system:name" or a pattern; of several the first that this kernel has.
  std::vector<std::string> names;
  Need need = Need::useful;
  Filter filter = Filter::none;
  Purpose purpose = Purpose::record;
};

/// An event that the kernel has, and for which use of a recorder it is on.
struct FoundEvent {
  std::string name;  ///< "system:name"
  EventUse::Filter filter = EventUse::Filter::none;
  EventUse::Purpose purpose = EventUse::Purpose::record;
};

/// What is asked of a recorder.
struct RecorderWish {
  std::vector<std::string> words;  ///< the user's own choice: names of system calls, say
  bool has_filter = false;         ///< the user filters where records begin
  bool has_tids = false;           ///< single threads are captured
  /// The user named the events, and not the recorder: what they are is shown, unless a record is made of them.
  bool by_events = false;
};

/// A setting: the recorder's records have the user of their task, who has to be known from the start.
inline constexpr std::string_view follows_users_setting = "follows_uids";
/// A setting, where a recorder has it: the task that becomes the command.
inline constexpr std::string_view command_setting = "command_tid";

/// A kind of records that can be made: a row of the table (recorders.hpp). A new one is a file with its record, its
/// list of fields, its Recorder and this; and its name in the table.
struct RecorderKind {
  std::string_view name;     ///< the "type" of its records: "exec"
  std::string_view key;      ///< of its settings in the manifest of a capture folder
  std::string_view summary;  ///< for people: "attempts to exec a program"
  /// Its records are rare, and ask for little room in the buffer.
  bool is_rare = false;
  bool makes_records = true;  ///< false: it only takes events that are on for another's sake
  /// It needs the user's words: which system calls, say.
  bool takes_words = false;

  std::vector<EventUse> (*events)(const RecorderWish& wish);
  std::unique_ptr<Recorder> (*make)(const RecorderSettings& settings, const RecorderParts& parts);
  /// The settings for these events, which are those that the kernel has. Null: there are none.
  RecorderSettings (*settle)(const RecorderWish& wish, const std::vector<FoundEvent>& events) = nullptr;
  /// The strings that a record needs and that lie in the caller's memory. Null: none.
  std::vector<Fetch> (*fetches)(const EventSchema& schema) = nullptr;
};

/// A recorder that is to run in a stream.
struct ChosenRecorder {
  const RecorderKind* kind;
  RecorderSettings settings = {};
};

}  // namespace ftracectl

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/syscalls/argument_words.hpp"
#include "records/call_record.hpp"
#include "records/call_tracker.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

/// Which calls become records, and how they are selected.
struct CallSources {
  /// A user's filter selects calls where they enter: an exit without its enter is then somebody else's.
  bool enter_selects = false;
  bool only_failed = false;
  /// The task that becomes the command: what it calls before its program runs is ours, but for the exec itself. 0:
  /// there is none.
  std::int32_t command_tid = 0;
  Architecture architecture = own_architecture();
  /// Events of system calls that are on for the users of tasks alone, "sys_exit_setuid": they become no records.
  std::vector<std::string> for_users = {};
};

/// Makes one record of each system call, of its sys_enter and its sys_exit. They are paired by thread, and by the
/// call's name; an exec by a thread that is not the leader goes on under the leader's number (sched_process_exec).
class CallRecorder {
 public:
  CallRecorder(CallSources sources, std::function<void(const CallRecord&)> out)
      : sources_(std::move(sources)), out_(std::move(out)), is_ours_(sources_.command_tid != 0) {}

  /// True when the event is of a system call, or is there for the sake of calls alone. `tasks` has begun the event, and
  /// not ended it.
  bool add(const Event& event, const TaskTracker& tasks);
  /// Events were lost here: what is open may have ended, and others have begun.
  void lost();
  /// The end of the stream: what is open leaves as unfinished.
  void finish() { lost(); }

 private:
  enum class Role : std::uint8_t { none, enter, exit, exec, task_exit };
  /// An argument, as its event's fields have it.
  struct Argument {
    std::string name;
    std::string text_name;  ///< the field that holds its string; empty where the event has none
    ArgumentForm form;
    bool is_string = false;  ///< of C: what an address stands for is a text
  };
  /// What is worked out once for each event.
  struct Known {
    Role role = Role::none;
    std::string syscall;
    std::vector<Argument> arguments;
    bool returns_address = false;
  };

  const Known& known(const EventSchema& schema);
  Known learn(const EventSchema& schema) const;
  void begin(const Event& event, const Known& known, const TaskTracker& tasks, CallRecord& call) const;
  void on_enter(const Event& event, const Known& known, const TaskTracker& tasks);
  void on_exit(const Event& event, const Known& known, const TaskTracker& tasks);
  void on_exec(const Event& event);
  void emit(const CallRecord& call);
  void give_up(std::int32_t tid);

  CallSources sources_;
  std::function<void(const CallRecord&)> out_;
  CallTracker<std::int32_t, CallRecord> calls_;
  std::unordered_map<const EventSchema*, Known> known_;
  CallRecord alone_;  ///< of an exit without its enter
  bool is_ours_;      ///< the command's program does not run yet
};

}  // namespace ftracectl

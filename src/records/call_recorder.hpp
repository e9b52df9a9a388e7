#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/syscalls/argument_words.hpp"
#include "records/call_record.hpp"
#include "records/call_tracker.hpp"
#include "records/fetched_strings.hpp"
#include "records/recorder.hpp"

namespace ftracectl {

/// Which calls become records, and how they are selected.
struct CallSources {
  /// A user's filter selects calls where they enter: an exit without its enter is then somebody else's.
  bool enter_selects = false;
  /// The task that becomes the command: what it calls before its program runs is ours, but for the exec itself. 0:
  /// there is none.
  std::int32_t command_tid = 0;
  Architecture architecture = own_architecture();
  /// Events of system calls that are on for the users of tasks alone, "sys_exit_setuid": they become no records.
  std::vector<std::string> for_users = {};
};

/// Makes one record of each system call, of its sys_enter and its sys_exit. They are paired by thread, and by the
/// call's name; an exec by a thread that is not the leader goes on under the leader's number (sched_process_exec).
class CallRecorder final : public Recorder {
 public:
  CallRecorder(CallSources sources, const RecorderParts& parts)
      : sources_(std::move(sources)),
        tasks_(parts.tasks),
        out_(parts.out),
        is_ours_(sources_.command_tid != 0) {}

  /// The events of tasks are there for the sake of calls alone.
  bool add(const Event& event) override;
  void lost() override;
  void finish() override { lost(); }

 private:
  enum class Role : std::uint8_t { none, enter, exit, exec, task, task_exit, strings };
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
    std::uint64_t nonce = 0;  ///< of strings
  };

  const Known& known(const EventSchema& schema);
  Known learn(const EventSchema& schema) const;
  void begin(const Event& event, const Known& known, CallRecord& call) const;
  void on_enter(const Event& event, const Known& known);
  void on_exit(const Event& event, const Known& known);
  void on_exec(const Event& event);
  void on_strings(const Event& event, const Known& known);
  void give_up(std::int32_t tid);

  CallSources sources_;
  const TaskTracker& tasks_;
  RecordOut& out_;
  /// A call under way.
  struct Open {
    CallRecord record;
    const Known* enter;
  };

  /// Strings that came before the enter of their call.
  struct Early {
    std::string syscall;
    std::vector<FetchedString> strings;
  };
  static bool take_strings(Open& call, const std::vector<FetchedString>& strings);

  CallTracker<std::int32_t, Open> calls_;
  std::unordered_map<std::int32_t, Early> early_;  ///< by thread
  std::unordered_map<const EventSchema*, Known> known_;
  CallRecord alone_;  ///< of an exit without its enter
  bool is_ours_;      ///< the command's program does not run yet
};

/// System calls; RecorderWish::words are the names of those that are wanted, or patterns.
extern const RecorderKind call_kind;

ChosenRecorder call_recorder(const CallSources& sources = {});

}  // namespace ftracectl

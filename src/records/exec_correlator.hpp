#pragma once

#include <array>
#include <cstdint>
#include <ftracectl/exec_record.hpp>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "decode/field_finder.hpp"
#include "records/call_tracker.hpp"
#include "records/fetched_exec.hpp"
#include "records/task_tracker.hpp"

namespace ftracectl {

/// Which of the events of an exec are on, and how they are selected.
struct ExecSources {
  bool enter = false;  ///< sys_enter_execve or sys_enter_execveat
  bool exec = false;   ///< sched_process_exec
  bool exit = false;   ///< sys_exit_execve or sys_exit_execveat
  /// A user's filter selects attempts where they enter, and the other events are not filtered by it: an exec
  /// or an exit without its enter is then somebody else's.
  bool enter_selects = false;
  /// The events that only tell of tasks (task_newtask, task_rename, sched_process_exit) are there for this
  /// purpose alone, and do not count as events of their own.
  bool tasks_are_silent = false;
  /// All that can change a task's real user is on (task_newtask, sched_process_exit, the calls of setuid()
  /// and the like): who is known once is known until then.
  bool follows_uids = false;
};

/// Makes one record of each attempt to exec out of the events it leaves. They are paired by task and not by
/// the syscall's name: a successful execveat exits as execve, and an exec by a thread other than the leader
/// goes on under the leader's number (sched_process_exec's old_pid tells).
class ExecCorrelator {
 public:
  struct Out {
    std::function<void(const ExecRecord&)> record;
    /// Called as soon as the new program runs, while /proc has it: fills in what only the machine can tell.
    std::function<void(ExecRecord&)> on_exec = nullptr;
    /// Called before a record leaves, for what is still missing.
    std::function<void(ExecRecord&)> before_record = nullptr;
    /// Where users are followed: what was known of this task does not hold from this time on. It has changed
    /// its user, or goes on under another number, or it is another one.
    std::function<void(std::int32_t tid, std::uint64_t time)> uid_changed = nullptr;
  };

  /// `tasks` outlives it, and has begun each event before add().
  ExecCorrelator(TaskTracker& tasks, ExecSources sources, Out out);

  /// True when the event is one of an exec, or one that only tells of tasks: it is used up. False for an
  /// event that means something by itself.
  bool add(const Event& event);
  /// Events were lost here: what was open may have ended and others begun.
  void lost();
  /// The end of the stream: attempts under way leave as unfinished.
  void finish();

 private:
  /// An attempt under way. keep() sets what is not in its record.
  struct Attempt {
    ExecRecord record;
    bool end_may_be_lost;   ///< the next exit of the task may be another attempt's
    bool argv_is_doubtful;  ///< as fetched; only a success proves that all of it could be read
    bool uid_is_past;       ///< what /proc says of the user now is not what it was in the call
  };
  enum class Role { none, fetched, enter, exec, exit, newtask, rename, task_exit, uid_enter, uid_exit };

  Role role_of(const Event& event);
  Role role_of(const EventSchema& schema) const;
  void on_fetched(const Event& event);
  void on_enter(const Event& event);
  void on_enter_alone(const Event& event);
  void on_exec(const Event& event);
  void on_exit(const Event& event);
  void on_rename(const Event& event);
  void on_task_exit(const Event& event);
  void on_uid_exit(const Event& event);
  void uid_may_change(std::int32_t tid, std::uint64_t time);
  void learn_uid(const ExecRecord& record);
  void forget_uid(ExecRecord& record, std::int32_t tid);
  void doubt_uid(std::int32_t pid, std::int32_t old_pid);
  void trust_uid(std::int32_t tid);
  void fill_from_enter(ExecRecord& record, const Event& event);
  void fill_from_exec(ExecRecord& record, const Event& event, std::int32_t pid);
  bool fill_from_fetched(ExecRecord& record);
  /// True where it is, and the attempt has taken it.
  bool is_of_open_attempt(std::int32_t tid, FetchedExec& call);
  /// Makes `record` a new one with what every event tells.
  void begin(const Event& event, ExecRecord& record) const;
  Attempt& keep(std::int32_t tid);
  void emit(ExecRecord& record, bool uid_is_past);
  void emit(Attempt& attempt);
  void emit_and_forget(std::int32_t tid);

  TaskTracker& tasks_;
  ExecSources sources_;
  Out out_;
  CallTracker<std::int32_t, Attempt> attempts_;  ///< by the thread that is in the call
  struct KnownRole {
    const EventSchema* schema = nullptr;
    Role role = Role::none;
  };
  std::array<KnownRole, 32> roles_;  ///< of the events met last, by id: names are many letters to compare
  std::unordered_map<std::int32_t, FetchedExec>
      fetched_;  ///< by thread: its call of execve(), not entered yet
  std::unordered_map<std::int32_t, KnownUid>
      doubted_uids_;  ///< by task, from an exec without enter to its exit
  /// The last rename of each task: an exec renames the task before sched_process_exec tells of it, under the
  /// number that it has from then on.
  struct Rename {
    std::string before;
    std::string after;
  };
  std::unordered_map<std::int32_t, Rename> renames_;
  ExecRecord alone_;  ///< of an enter whose end will not be told
  /// The fields, each of one event.
  struct {
    FieldFinder filename_addr{"filename"};
    FieldFinder argv_addr{"argv"};
    FieldFinder filename_text{"filename_text"};
    FieldFinder exec_pid{"pid"};
    FieldFinder exec_old_pid{"old_pid"};
    FieldFinder exec_filename{"filename"};
    FieldFinder ret{"ret"};
  } find_;
};

}  // namespace ftracectl

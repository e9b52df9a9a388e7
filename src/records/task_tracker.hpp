#pragma once

#include <array>
#include <cstdint>
#include <ftracectl/event.hpp>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

namespace ftracectl {

/// A real user id as the reader's user namespace shows it. It was read at `since` (nanoseconds of
/// CLOCK_MONOTONIC), so it says nothing of what the task did before.
struct KnownUid {
  std::uint32_t uid = 0;
  std::uint64_t since = 0;
};

/// The stamps of events and the clock that a reader looks at are not equal to the last digit, and text has
/// microseconds.
inline constexpr std::uint64_t uid_read_margin_ns = 10'000;

/// What is known of a task.
struct Task {
  std::int32_t pid = -1;  ///< its thread group; -1 where no more than the name is known
  std::optional<std::int32_t> ppid = std::nullopt;
  std::optional<std::string> comm = std::nullopt;
  std::optional<KnownUid> uid = std::nullopt;
};

/// The one owner of what is known of tasks, each as of the event that is being looked at. It comes first: what
/// an event proves of the moment at which it happened is known before the recorders see it (begin()), and what
/// it changes only behind them (end()). The recorders only read, but for answers of the machine (set_uid()).
///
/// Names come from every event that proves one (name_proofs), then from what the machine says when it is
/// asked, which may be a later name. They are copied into the event's own room: no change of the tasks reaches
/// an event that is under way.
class TaskTracker {
 public:
  /// The machine's answer; empty where it does not know the task (any more).
  using AskName = std::function<std::string(std::int32_t tid)>;

  explicit TaskTracker(AskName ask = nullptr) : ask_(std::move(ask)) {}

  // What is known

  /// Null where the thread group is not known.
  const Task* find(std::int32_t tid) const;
  /// The name, as the events before have proved it; null where none did. Until the next begin() or end().
  const std::string* find_name(std::int32_t tid) const;
  /// The real user at that time; nothing where that is not certain. A task has that of the task that started
  /// it, until it changes it by a call of setuid(), setreuid() or setresuid(), each thread for itself. An exec
  /// does not change it.
  std::optional<std::uint32_t> find_uid(std::int32_t tid, std::uint64_t time) const;
  /// How many of its threads are known. Looks at all tasks.
  int count_threads(std::int32_t pid) const;
  const std::unordered_map<std::int32_t, Task>& all() const { return tasks_; }

  // What the machine said

  void set(std::int32_t tid, Task task);
  void set_uid(std::int32_t tid, KnownUid uid);
  void forget_uid(std::int32_t tid);

  // What the stream says

  /// Learns what the event proves, and gives it its task's name. That lives until the next begin().
  void begin(Event& event);
  /// What is so from the event on.
  void end(const Event& event);
  /// Events were lost, renames and changes of users among them perhaps: what was known of these is not known
  /// any more.
  void lost();
  /// Something was not understood: it may have been a change of users.
  void forget_uids();

 private:
  enum class Role { none, names, newtask, fork, rename, exec, exit, uid_exit };
  struct KnownRole {
    const EventSchema* schema = nullptr;
    Role role = Role::none;
  };
  struct Answer {
    std::string name;
    std::uint64_t asked = 0;  ///< when, by the buffer's clock
  };

  Role role_of(const Event& event);
  static Role role_of(const EventSchema& schema);
  /// Takes the names in the event.
  void learn_names(const Event& event);
  void learn_name(const Event& event, std::string_view comm_field, std::string_view pid_field);
  void set_name(std::int32_t tid, std::string_view name);
  void on_newtask(const Event& event);
  void on_fork(const Event& event);
  void on_rename(const Event& event);
  void on_exec(const Event& event);
  void name(Event& event);
  const std::string* ask(std::int32_t tid, std::uint64_t time);
  void make_room();

  AskName ask_;
  std::unordered_map<std::int32_t, Task> tasks_;
  std::unordered_map<std::int32_t, Answer> answers_;
  std::array<KnownRole, 64> roles_;  ///< of the events met last, by id
  std::int32_t proved_ = -1;         ///< the task whose name the event itself has proved
  bool follows_renames_ = false;     ///< task_rename is on: it has been seen
  bool follows_newtasks_ = false;
  std::string comm_;  ///< of the event under way
  /// The task that was found last: events of one come one after the other. Null when it may be gone.
  mutable const Task* last_ = nullptr;
  mutable std::int32_t last_tid_ = -1;
};

/// Whether the event is the begin ("sys_enter_") or the end ("sys_exit_") of a call that changes the real user,
/// older forms included.
bool is_one_of_setuid(std::string_view event, std::string_view prefix);

/// The name that an exec of this file gives to the task; empty where the file's own is not known
/// ("/dev/fd/3").
std::string_view name_given_by_file(std::string_view filename);

}  // namespace ftracectl

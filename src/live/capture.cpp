#include "live/capture.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ftracectl/error.hpp>
#include <future>
#include <latch>
#include <memory>
#include <new>
#include <ostream>

#include "kernel/buffer.hpp"
#include "kernel/events.hpp"
#include "kernel/pid_namespace.hpp"
#include "kernel/proc.hpp"
#include "kernel/threads.hpp"
#include "live/announcement.hpp"
#include "live/capture_dry_run.hpp"
#include "live/command.hpp"
#include "live/command_user.hpp"
#include "live/cpu_notes.hpp"
#include "live/describe_capture.hpp"
#include "live/describe_start.hpp"
#include "live/disturbance_watch.hpp"
#include "live/enricher.hpp"
#include "live/known_events.hpp"
#include "live/named_stacks.hpp"
#include "live/preparation.hpp"
#include "live/read_raw_source.hpp"
#include "live/reading_pace.hpp"
#include "live/run_loop.hpp"
#include "live/user_stacks.hpp"
#include "model/tracefs/exec_probe.hpp"
#include "output/record_output.hpp"
#include "output/summary.hpp"
#include "output/totals_sink.hpp"
#include "records/call_recorder.hpp"
#include "records/exec_recorder.hpp"
#include "records/recorders.hpp"
#include "records/wanted_execs.hpp"
#include "saved/capture_folder.hpp"
#include "session/carry_out.hpp"
#include "session/journal.hpp"
#include "session/private_instance.hpp"
#include "session/private_probes.hpp"
#include "session/transaction.hpp"
#include "session/watchdog.hpp"

namespace ftracectl {

namespace {

using Clock = std::chrono::steady_clock;

int report_missing_command(const CaptureOptions& options, const FoundProgram& program, std::ostream& err) {
  err << "ftracectl: " << options.command.front() << ": "
      << (program.error == ENOENT ? "command not found" : errno_text(program.error)) << std::endl;
  return program.error == ENOENT ? exit_status::not_found : exit_status::not_executable;
}

/// The command's program, and as whom it runs where that is another than we.
struct FoundCommand {
  std::optional<CommandUser> user;
  FoundProgram program;
};

FoundCommand find_command(const CaptureOptions& options) {
  FoundCommand found;
  if (options.command.empty()) return found;
  const std::string& name = options.command.front();
  if (options.user.empty()) {
    found.program = find_program(name, options.search_path);
  } else {
    found.user = find_command_user(options.user);
    found.program = find_program_as(*found.user, name, options.search_path);
  }
  return found;
}

constexpr const char* no_stack_probe =
    "--unwind probe: only a capture of execs, from binary pages and with libdw, has the probe at execve()";

/// What undoes the capture if it does not come to that itself.
struct Guard {
  Journal journal;
  Watchdog watchdog{journal};
};

/// A capture under way: the instance, the command and what carries its records. Members are undone from the
/// last to the first: the pipe is closed before the instance goes. The command is forked before the instance
/// is made: it must hold nothing of it, or the instance would be busy after our death.
class Capture {
 public:
  Capture(const CaptureOptions& options, Tracefs& tracefs, Prepared& prepared, Guard& guard,
          const FoundCommand& command, std::ostream& err);

  /// Lets the command go and carries records until the end.
  void run();
  int report(std::ostream& err);
  ChildCommand* child() { return child_.get(); }
  std::unique_ptr<ChildCommand> give_child() { return std::move(child_); }
  int exec_error() const { return exec_error_; }

 private:
  void start_instance(std::ostream& err);
  bool can_name_stacks();
  std::size_t make_stream();
  void make_probes(std::ostream& err);
  std::string make_probes(const WantedFetches& wanted);
  void make_stack_probe(std::ostream& err);
  void expect_probes(const std::vector<std::string>& definitions);
  std::future<void> begin_probes();
  void put_in_force(const Plan& plan);
  LogFile::Hooks output_hooks();
  std::vector<std::int32_t> processes_at_begin() const;
  void clock_stepped(const ClockStep& step);
  void seed_tasks();
  RunLoop::Limits limits() const;
  void remove_instance();

  const CaptureOptions& options_;
  Tracefs& tracefs_;
  Prepared& prepared_;
  Guard& guard_;
  std::ostream& err_;
  std::unique_ptr<CaptureFolder> folder_;  ///< null where nothing is kept
  std::unique_ptr<Output> output_;
  LongRun long_run_;
  WallClock wall_clock_{capture_clock};
  Start start_;
  FileLines file_lines_;
  ReadingPace pace_;
  StopSignals signals_;
  std::unique_ptr<ChildCommand> child_;
  PrivateProbes probes_;
  std::unique_ptr<PrivateInstance> instance_;
  std::latch probes_begin_{1};                 ///< passed when the thread that switches them on is under way
  bool fetches_stacks_ = false;                ///< of the callers of execve()
  std::unique_ptr<NamedStacks> named_stacks_;  ///< where user stacks are asked for
  std::unique_ptr<Sink> sink_;
  std::unique_ptr<RecordStream> stream_;
  std::unique_ptr<Pump> pump_;
  std::unique_ptr<DisturbanceWatch> watch_;
  RunLoop::Reason reason_ = RunLoop::Reason::drained;
  int stop_signal_ = 0;
  int exec_error_ = 0;
  std::size_t undelivered_lines_ = 0;
  std::uint64_t buffer_kb_ = 0;  ///< at the end, of each cpu; 0: they differ
  bool is_raw_ = false;          ///< binary pages are read, and not text
  bool lacks_strings_ = false;   ///< those that arguments of system calls point to
  CpuNotes cpu_notes_;
  Summary summary_;
};

Capture::Capture(const CaptureOptions& options, Tracefs& tracefs, Prepared& prepared, Guard& guard,
                 const FoundCommand& command, std::ostream& err)
    : options_(options),
      tracefs_(tracefs),
      prepared_(prepared),
      guard_(guard),
      err_(err),
      output_(open_record_output(options.output)),
      long_run_(options.long_run, {tracefs, *output_, err}),
      file_lines_{find_output_format(options.format), {capture_clock, options.time}, start_, wall_clock_},
      pace_(options, prepared.are_rare,
            options.place.any() || has_user_stacks(options) || !follow_users(prepared.recorders)),
      probes_(tracefs, &guard.journal),
      cpu_notes_(err) {
  set_hooks(*output_, output_hooks());
  if (!options.save.empty()) folder_ = std::make_unique<CaptureFolder>(options.save);
  if (!command.program.path.empty()) {
    child_ = std::make_unique<ChildCommand>(command.program.path, options.command,
                                            command.user ? &*command.user : nullptr);
    if (!options.all) prepared_.wish.tids.push_back(child_->pid());
    for (auto& recorder : prepared_.recorders) {
      if (recorder.settings.has(command_setting))
        recorder.settings.set(command_setting, std::int64_t{child_->pid()});
    }
  }
  sink_ = find_output_format(options.format).make({capture_clock, options.time});
  sink_->look(options.look);
  if (options.totals) sink_ = make_totals_sink(std::move(sink_));
  is_raw_ = options.source == TraceSource::raw ||
            (options.source == TraceSource::automatic && can_read_raw(tracefs));
  if (is_raw_) add_known_events(prepared.table, tracefs, builtin_entries(tracefs));
  guard_.watchdog.wait_until_ready();
  make_probes(err);
  make_stack_probe(err);
  start_instance(err);
}

void Capture::make_probes(std::ostream& err) {
  for (const auto& wanted : wanted_fetches(options_, prepared_, tracefs_)) {
    const std::string why_not = make_probes(wanted);
    if (why_not.empty()) continue;
    err << why_not << std::endl;
    lacks_strings_ = lacks_strings_ || wanted.recorder == &call_kind;
  }
}

/// Of the first kind that the kernel takes. What is said where it takes none.
std::string Capture::make_probes(const WantedFetches& wanted) {
  const auto group = exec_probe_group(getpid());
  const std::size_t others = probes_.size();
  const std::size_t other_events = prepared_.wish.probes.size();
  std::string why_not;
  for (const auto kind : wanted.kinds) {
    try {
      const auto definitions = argument_probes(tracefs_, group, kind, wanted.fetches);
      for (const auto& definition : definitions) probes_.add(definition);
      expect_probes(definitions);
      return {};
    } catch (const Error& error) {
      why_not = why_no_probes(options_, *wanted.recorder, error, why_not);
      probes_.remove(others);
      prepared_.wish.probes.resize(other_events);
    }
  }
  return why_not;
}

/// Where user stacks are to be unwound. Text has no room for what is fetched.
void Capture::make_stack_probe(std::ostream& err) {
  if (!is_raw_ || !wants_stack_probe(options_, prepared_)) {
    if (options_.userstack == UserStacks::fetched) throw Error(ErrorCode::feature_missing, no_stack_probe);
    return;
  }
  try {
    const std::string definition = stack_probe(tracefs_, exec_probe_group(getpid()));
    probes_.add(definition);
    expect_probes({definition});
    fetches_stacks_ = true;
  } catch (const Error& error) {
    if (options_.userstack == UserStacks::fetched) throw;
    err << "ftracectl: note: user stacks are as deep as frame pointers lead: " << error.what() << std::endl;
  }
}

void Capture::expect_probes(const std::vector<std::string>& definitions) {
  for (const auto& definition : definitions) {
    const std::string event = event_of_probe(definition);
    prepared_.table.add(read_schema(tracefs_, event));
    prepared_.wish.probes.push_back(event);
  }
}

bool Capture::can_name_stacks() {
  if (!has_user_stacks(options_)) return false;
  const bool is_followed = follows_memory(prepared_.wish);
  if (is_followed && in_initial_pid_namespace()) return true;
  err_ << "ftracectl: note: user stacks show addresses only: "
       << (is_followed
               ? "/proc shows this pid namespace, not the kernel's pids"
               : "only with every sched_process_exec, task_newtask and sched_process_exit it is known "
                 "what a program had mapped")
       << std::endl;
  return false;
}

/// The stream of records, which is there before anything is read. The page size of raw pipes.
std::size_t Capture::make_stream() {
  RecordStream::Options stream_options;
  stream_options.expect_stacks = options_.stacktrace || has_user_stacks(options_);
  stream_options.complete_stacks = {options_.stacktrace, has_user_stacks(options_)};
  stream_options.recorders = prepared_.recorders;
  stream_options.is_wanted =
      wanted_records(options_.filename, options_.name, options_.only_failed, options_.execs);
  const bool from_proc =
      options_.arguments != ArgumentSource::uprobe && options_.arguments != ArgumentSource::none;
  if (find_recorder(prepared_.recorders, exec_kind) != nullptr) {
    ask_proc(stream_options, from_proc ? FromProc::everything : FromProc::not_arguments, capture_clock);
  }
  ask_for_place(stream_options, options_.place);
  if (can_name_stacks()) {
    if (!options_.open_object)
      err_ << "ftracectl: note: user stacks show no functions: this ftracectl was built without libdw"
           << std::endl;
    named_stacks_ =
        std::make_unique<NamedStacks>(options_.open_object, folder_ ? &folder_->keep_stacks() : nullptr);
    if (child_) named_stacks_->leave_out(child_->pid());
    stream_options.user_stacks = named_stacks_.get();
  }
  pace_.listen_to(stream_options);
  std::size_t page_size = 0;
  if (is_raw_) {
    stream_options.raw = read_raw_source(tracefs_, instance_->prefix());
    stream_options.raw->is_time = counts_time(capture_clock);
    page_size = stream_options.raw->layout.page_size;
  }
  long_run_.listen_to(stream_options);
  if (folder_) folder_->listen_to(stream_options);
  stream_ = std::make_unique<RecordStream>(prepared_.table, *sink_, std::move(stream_options));
  return page_size;
}

void Capture::start_instance(std::ostream& err) {
  instance_ = std::make_unique<PrivateInstance>(tracefs_, &guard_.journal);
  instance_->hold(open_free_buffer(tracefs_, instance_->prefix()));
  put_in_force({recording_off(instance_->prefix())});
  auto probes_are_on = begin_probes();
  const std::size_t page_size = make_stream();
  CaptureWish wish = prepared_.wish;
  wish.wake_for_each = is_raw_ && pace_.eagerness().at_once;
  // Who waits in a pipe already waits for what it was when that began.
  if (wish.wake_for_each) tracefs_.write(instance_->prefix() + "buffer_percent", "0");
  pump_ = open_pump(tracefs_, instance_->prefix(), is_raw_, page_size, pace_.eagerness());
  pace_.set_pump(pump_.get());
  const bool can_leave_out = tracefs_.exists(instance_->prefix() + "set_event_notrace_pid");
  if (wish.tids.empty() && can_leave_out && in_initial_pid_namespace())
    wish.not_tids = {getpid(), pump_->thread_id()};
  seed_tasks();
  probes_begin_.wait();
  put_in_force(plan_capture(wish, instance_->prefix()));
  probes_are_on.get();
  put_in_force({recording_on(instance_->prefix())});
  std::vector<std::string> events = wish.events;
  events.insert(events.end(), wish.probes.begin(), wish.probes.end());
  watch_ = std::make_unique<DisturbanceWatch>(
      tracefs_, instance_->prefix(), events, err,
      long_run_.is_service() ? DisturbanceWatch::Warnings::all : DisturbanceWatch::Warnings::some);
  if (follow_users(prepared_.recorders)) add_users(stream_->tasks());
  if (named_stacks_) named_stacks_->add(processes_at_begin());
  auto manifest =
      describe_capture(options_, wish, prepared_.recorders, tracefs_, instance_->prefix(), wall_clock_);
  start_ = start_of(manifest).value();
  sink_->record(start_);
  if (folder_) folder_->start(std::move(manifest), tracefs_, stream_->tasks());
  watch_wall_clock(long_run_.chores(), wall_clock_, [this](const ClockStep& step) { clock_stepped(step); });
}

/// The kernel takes 15 ms for a uprobe and 25 for the clock, most of it waiting. They wait side by side if
/// the probe comes first, for while the clock is set not even a file of the instance can be opened or closed.
/// So nothing is read before it is written here, nor is there a need: the instance is new.
std::future<void> Capture::begin_probes() {
  return in_background([this, plan = plan_probes(prepared_.wish, instance_->prefix())] {
    probes_begin_.count_down();
    for (const auto& step : plan) carry_out(tracefs_, step);
    for (const auto& step : plan) check_in_force(tracefs_, step);
  });
}

void Capture::clock_stepped(const ClockStep& step) {
  sink_->record(step);
  if (folder_) folder_->stepped(step);
  err_ << "ftracectl: " << (long_run_.is_service() ? "warning: " : "note: ") << step_text(step) << std::endl;
}

LogFile::Hooks Capture::output_hooks() {
  LogFile::Hooks hooks;
  const bool is_service = long_run_.is_service();
  hooks.say = [this, is_service](const std::string& text) {
    err_ << "ftracectl: " << (is_service ? "warning: " : "") << text << std::endl;
  };
  hooks.head = [this] { return file_lines_.head(); };
  hooks.gap = [this](std::size_t lines) { return file_lines_.gap(lines); };
  if (!is_service) return hooks;
  hooks.goes_on = [this](const std::string& time) {
    err_ << "ftracectl: warning: restarted: " << options_.output.path << " was last written at " << time
         << "; what ran between then and now is in no file" << std::endl;
  };
  return hooks;
}

/// If a step fails, the instance goes with all that the steps before did: there is no other undo.
void Capture::put_in_force(const Plan& plan) {
  Transaction steps(tracefs_);
  steps.apply(plan);
  steps.commit();
}

/// Those of a command start with the command itself.
std::vector<std::int32_t> Capture::processes_at_begin() const {
  if (child_ && !options_.all) return {child_->pid()};
  return options_.pids.empty() ? read_processes() : options_.pids;
}

/// The tasks that are there before the first event.
void Capture::seed_tasks() {
  if (prepared_.recorders.empty() && !has_user_stacks(options_)) return;
  add_running_tasks(stream_->tasks(), processes_at_begin());
}

RunLoop::Limits Capture::limits() const {
  RunLoop::Limits limits;
  if (options_.duration) limits.deadline = Clock::now() + *options_.duration;
  limits.real_time = prepared_.are_rare;
  limits.quiet = pace_.quiet();
  return limits;
}

void Capture::run() {
  const auto begin = Clock::now();
  RunLoop::Parts parts{*pump_,       *stream_, *sink_,       *output_,        signals_,
                       child_.get(), !is_raw_, watch_.get(), &guard_.watchdog};
  parts.say = [this](const std::string& text) { err_ << "ftracectl: " << text << std::endl; };
  parts.chores = &long_run_.chores();
  if (long_run_.is_service()) parts.on_hangup = [this] { long_run_.hang_up(); };
  RunLoop loop(std::move(parts), limits());
  long_run_.begin(*stream_, instance_->prefix());
  if (named_stacks_)
    long_run_.chores().add([this] { return named_stacks_->next_look(); }, [this] { named_stacks_->idle(); });
  if (child_) exec_error_ = child_->start();
  if (exec_error_ == 0) reason_ = loop.run();
  stop_signal_ = loop.stop_signal();
  long_run_.stopping();
  for (const auto& disturbance : watch_->look_now()) stream_->disturbed(disturbance);
  watch_.reset();  // what is done to the buffer from here on, we do
  tracefs_.write(instance_->prefix() + "tracing_on", "0");
  loop.drain();
  cpu_notes_.at_end(tracefs_, instance_->prefix());
  buffer_kb_ = read_buffer_kb(tracefs_, instance_->prefix()).value_or(0);
  summary_ = stream_->counts();
  summary_.kernel = read_kernel_counts(tracefs_, instance_->prefix());
  const std::uint64_t told = summary_.lost;
  summary_.lost = lost_events(told, {}, *summary_.kernel);
  if (summary_.disturbed > 0)
    summary_.lost = std::max(summary_.lost, told);  // the counts may have begun anew
  if (summary_.disturbed > 0 || is_raw_) balance(summary_);
  summary_.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  pace_.set_pump(nullptr);
  pump_.reset();
  if (folder_) folder_->finish(read_cpu_stats(tracefs_, instance_->prefix()), summary_.seconds);
  remove_instance();
  probes_.remove();
  sink_->record(summary_);
  undelivered_lines_ = loop.deliver();
  output_->close();
  long_run_.end(summary_);
}

/// Switching events off, and the buffer's shrinking: the kernel waits for both, and side by side if the first
/// comes first. rmdir would do it too, and wait longer.
void Capture::remove_instance() {
  const auto shrunk = in_background([this] { instance_->let_go(); });
  try {
    tracefs_.write(instance_->prefix() + "events/enable", "0");
  } catch (const Error&) {
    // Then it is for rmdir.
  }
  shrunk.wait();
  instance_->remove();
}

int Capture::report(std::ostream& err) {
  Summary shown = summary_;
  if (options_.totals) shown.execs = 0;  // their arguments were not asked for
  print_summary(err, shown, buffer_kb_);
  if (lacks_strings_)
    err << "ftracectl: the strings of system calls are not available on this kernel; records have their "
           "addresses"
        << std::endl;
  if (reason_ == RunLoop::Reason::child_left) {
    err << "ftracectl: the command (pid " << child_->pid()
        << ") did not exit within two seconds; it continues, untraced" << std::endl;
  }
  if (named_stacks_) note_stacks(named_stacks_->counts(), fetches_stacks_, err);
  print_undelivered(err, output_->name(), undelivered_lines_);
  print_unwritten(err, output_->name(), output_->unwritten_lines());
  int status = exit_status::ok;
  if (reason_ == RunLoop::Reason::child_ended) {
    status = child_->exit_status().value_or(exit_status::failed);
  } else if (reason_ == RunLoop::Reason::child_left) {
    status = 128 + (stop_signal_ != 0 ? stop_signal_ : SIGTERM);
  }
  const bool is_whole =
      !is_incomplete(summary_) && undelivered_lines_ == 0 && output_->unwritten_lines() == 0;
  if (options_.strict && !is_whole && status == exit_status::ok) status = exit_status::data_lost;
  return status;
}

/// The records could not be kept, but the command runs or ran: it is the user's, so its status is ours.
int wait_for_command(ChildCommand& child, const Error& error, std::ostream& err) {
  if (dynamic_cast<const ReaderGone*>(&error) != nullptr) return child.wait();
  if (const auto status = child.exit_status()) {
    err << "ftracectl: " << error.what() << std::endl;
    return *status != exit_status::ok ? *status : exit_status_of(error.code());
  }
  err << "ftracectl: " << error.what() << "\nftracectl: the capture has ended; waiting for the command"
      << std::endl;
  const int status = child.wait();
  return status != exit_status::ok ? status : exit_status_of(error.code());
}

}  // namespace

int run_capture(Tracefs& tracefs, const CaptureOptions& options, std::ostream& out, std::ostream& err) {
  find_output_format(options.format);
  if (!options.pids.empty()) require_initial_pid_namespace("--pid", options.pids);
  if (!options.tids.empty()) require_initial_pid_namespace("--tid", options.tids);
  if (!options.command.empty() && !options.all) require_initial_pid_namespace("capturing a command");
  FoundCommand command = find_command(options);
  if (command.program.error != 0) return report_missing_command(options, command.program, err);
  Prepared prepared;
  if (options.dry_run) {
    prepare(options, tracefs, prepared);
    check_selection(options, prepared, tracefs, nullptr, err);
    return dry_run_capture(options, prepared, tracefs, out, err);
  }
  Guard guard{Journal(options.journal_folder, tracefs.root())};  // it gets ready while we prepare
  prepare(options, tracefs, prepared);
  check_selection(options, prepared, tracefs, &guard.journal, err);

  auto capture = std::make_unique<Capture>(options, tracefs, prepared, guard, command, err);
  const auto end_without_records = [&](const Error& error) {
    const auto child = capture->give_child();
    capture.reset();
    return wait_for_command(*child, error, err);
  };
  const auto command_has_started = [&] {
    return capture->child() != nullptr && capture->child()->has_started() && capture->exec_error() == 0;
  };
  try {
    announce(capture_announcement(options), err);
    capture->run();
  } catch (const Error& error) {
    if (!command_has_started()) throw;
    return end_without_records(error);
  } catch (const std::bad_alloc&) {
    if (!command_has_started()) throw;
    return end_without_records(Error(ErrorCode::failed, "out of memory: the records end here"));
  }
  if (capture->exec_error() != 0) {
    command.program.error = capture->exec_error();
    return report_missing_command(options, command.program, err);
  }
  return capture->report(err);
}

}  // namespace ftracectl

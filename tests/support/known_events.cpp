#include "support/known_events.hpp"

#include <string>

namespace ftracectl::test {

namespace {

const std::string common =
    "\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
    "\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
    "\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned:0;\n"
    "\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n";

EventSchema schema(const std::string& system, const std::string& name, const std::string& fields,
                   const std::string& print_fmt) {
  return parse_format(
      "name: " + name + "\nID: 1\nformat:\n" + common + fields + "\nprint fmt: " + print_fmt + "\n", system,
      name);
}

const std::string execve_fields =
    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
    "\tfield:const char * filename;\toffset:16;\tsize:8;\tsigned:0;\n"
    "\tfield:const char *const * argv;\toffset:24;\tsize:8;\tsigned:0;\n"
    "\tfield:const char *const * envp;\toffset:32;\tsize:8;\tsigned:0;\n";

const std::string execve_print =
    "\"filename: 0x%08lx, argv: 0x%08lx, envp: 0x%08lx\", ((unsigned long)(REC->filename)), "
    "((unsigned long)(REC->argv)), ((unsigned long)(REC->envp))";

const std::string exit_fields =
    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
    "\tfield:long ret;\toffset:16;\tsize:8;\tsigned:1;\n";

}  // namespace

EventTable exec_event_table() {
  EventTable events;
  events.add(schema("ftracectl_1", "execve",
                    "\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
                    "\tfield:u64 file;\toffset:16;\tsize:8;\tsigned:0;\n",
                    "\"(%lx) file=0x%Lx\", REC->__probe_ip, REC->file"));
  events.add(schema("ftracectl_1", "execve_9fedcba987654321",
                    "\tfield:u64 file;\toffset:8;\tsize:8;\tsigned:0;\n"
                    "\tfield:__data_loc char[] n;\toffset:16;\tsize:4;\tsigned:1;\n",
                    "\" file=0x%Lx n=\\\"%s\\\"\", REC->file, __get_str(n)"));
  events.add(schema("syscalls", "sys_enter_execve", execve_fields, execve_print));
  events.add(schema("syscalls", "sys_enter_execveat",
                    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
                    "\tfield:int fd;\toffset:16;\tsize:8;\tsigned:0;\n"
                    "\tfield:const char * filename;\toffset:24;\tsize:8;\tsigned:0;\n"
                    "\tfield:const char *const * argv;\toffset:32;\tsize:8;\tsigned:0;\n"
                    "\tfield:const char *const * envp;\toffset:40;\tsize:8;\tsigned:0;\n"
                    "\tfield:int flags;\toffset:48;\tsize:8;\tsigned:0;\n",
                    "\"fd: 0x%08lx\", ((unsigned long)(REC->fd))"));
  events.add(schema("syscalls", "sys_exit_execve", exit_fields, "\"0x%lx\", REC->ret"));
  events.add(schema("syscalls", "sys_exit_execveat", exit_fields, "\"0x%lx\", REC->ret"));
  events.add(schema("syscalls", "sys_enter_setuid",
                    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
                    "\tfield:uid_t uid;\toffset:16;\tsize:8;\tsigned:0;\n",
                    "\"uid: 0x%08lx\", ((unsigned long)(REC->uid))"));
  events.add(schema("syscalls", "sys_exit_setuid", exit_fields, "\"0x%lx\", REC->ret"));
  events.add(schema("sched", "sched_process_exec",
                    "\tfield:__data_loc char[] filename;\toffset:8;\tsize:4;\tsigned:0;\n"
                    "\tfield:pid_t pid;\toffset:12;\tsize:4;\tsigned:1;\n"
                    "\tfield:pid_t old_pid;\toffset:16;\tsize:4;\tsigned:1;\n",
                    "\"filename=%s pid=%d old_pid=%d\", __get_str(filename), REC->pid, REC->old_pid"));
  events.add(schema("task", "task_newtask",
                    "\tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;\n"
                    "\tfield:char comm[16];\toffset:12;\tsize:16;\tsigned:0;\n"
                    "\tfield:u64 clone_flags;\toffset:32;\tsize:8;\tsigned:0;\n"
                    "\tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;\n",
                    "\"pid=%d comm=%s clone_flags=%llx oom_score_adj=%hd\", REC->pid, REC->comm, "
                    "REC->clone_flags, REC->oom_score_adj"));
  events.add(
      schema("task", "task_rename",
             "\tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;\n"
             "\tfield:char oldcomm[16];\toffset:12;\tsize:16;\tsigned:0;\n"
             "\tfield:char newcomm[16];\toffset:28;\tsize:16;\tsigned:0;\n"
             "\tfield:short oom_score_adj;\toffset:44;\tsize:2;\tsigned:1;\n",
             "\"pid=%d oldcomm=%s newcomm=%s oom_score_adj=%hd\", REC->pid, REC->oldcomm, REC->newcomm, "
             "REC->oom_score_adj"));
  events.add(schema("syscalls", "sys_enter_exit_group",
                    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
                    "\tfield:int error_code;\toffset:16;\tsize:8;\tsigned:0;\n",
                    "\"error_code: 0x%08lx\", ((unsigned long)(REC->error_code))"));
  events.add(schema("syscalls", "sys_enter_exit",
                    "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
                    "\tfield:int error_code;\toffset:16;\tsize:8;\tsigned:0;\n",
                    "\"error_code: 0x%08lx\", ((unsigned long)(REC->error_code))"));
  events.add(
      schema("signal", "signal_generate",
             "\tfield:int sig;\toffset:8;\tsize:4;\tsigned:1;\n"
             "\tfield:int errno;\toffset:12;\tsize:4;\tsigned:1;\n"
             "\tfield:int code;\toffset:16;\tsize:4;\tsigned:1;\n"
             "\tfield:char comm[16];\toffset:20;\tsize:16;\tsigned:0;\n"
             "\tfield:pid_t pid;\toffset:36;\tsize:4;\tsigned:1;\n"
             "\tfield:int group;\toffset:40;\tsize:4;\tsigned:1;\n"
             "\tfield:int result;\toffset:44;\tsize:4;\tsigned:1;\n",
             "\"sig=%d errno=%d code=%d comm=%s pid=%d grp=%d res=%d\", REC->sig, REC->errno, REC->code, "
             "REC->comm, REC->pid, REC->group, REC->result"));
  events.add(
      schema("signal", "signal_deliver",
             "\tfield:int sig;\toffset:8;\tsize:4;\tsigned:1;\n"
             "\tfield:int errno;\toffset:12;\tsize:4;\tsigned:1;\n"
             "\tfield:int code;\toffset:16;\tsize:4;\tsigned:1;\n"
             "\tfield:unsigned long sa_handler;\toffset:24;\tsize:8;\tsigned:0;\n"
             "\tfield:unsigned long sa_flags;\toffset:32;\tsize:8;\tsigned:0;\n",
             "\"sig=%d errno=%d code=%d sa_handler=%lx sa_flags=%lx\", REC->sig, REC->errno, REC->code, "
             "REC->sa_handler, REC->sa_flags"));
  events.add(schema("sched", "sched_process_exit",
                    "\tfield:char comm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
                    "\tfield:pid_t pid;\toffset:24;\tsize:4;\tsigned:1;\n"
                    "\tfield:int prio;\toffset:28;\tsize:4;\tsigned:1;\n"
                    "\tfield:bool group_dead;\toffset:32;\tsize:1;\tsigned:0;\n",
                    "\"comm=%s pid=%d prio=%d group_dead=%s\", REC->comm, REC->pid, REC->prio, "
                    "REC->group_dead ? \"true\" : \"false\""));
  return events;
}

EventSchema sys_enter_execve_with_string() {
  return schema("syscalls", "sys_enter_execve",
                execve_fields + "\tfield:__data_loc char[] __filename_val;\toffset:40;\tsize:4;\tsigned:0;\n",
                execve_print);
}

}  // namespace ftracectl::test

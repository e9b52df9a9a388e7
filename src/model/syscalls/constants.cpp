#include "model/syscalls/constants.hpp"

#include <algorithm>
#include <array>

namespace ftracectl {

namespace {

// From the kernel's include/uapi/. The order of flags is that in which strace writes them.

constexpr std::array<ConstantWord, 4> open_modes = {
    {{"O_RDONLY", 0}, {"O_WRONLY", 1}, {"O_RDWR", 2}, {"O_ACCMODE", 3}}};
constexpr std::array<ConstantWord, 15> open_flags = {{{"O_CREAT", 0100},
                                                      {"O_EXCL", 0200},
                                                      {"O_NOCTTY", 0400},
                                                      {"O_TRUNC", 01000},
                                                      {"O_APPEND", 02000},
                                                      {"O_NONBLOCK", 04000},
                                                      {"O_SYNC", 04010000},
                                                      {"O_DSYNC", 010000},
                                                      {"O_DIRECT", 040000},
                                                      {"O_LARGEFILE", 0100000},
                                                      {"O_NOFOLLOW", 0400000},
                                                      {"O_NOATIME", 01000000},
                                                      {"O_CLOEXEC", 02000000},
                                                      {"O_PATH", 010000000},
                                                      {"O_TMPFILE", 020200000}}};
constexpr std::array<ConstantWord, 1> open_directory = {{{"O_DIRECTORY", 0200000}}};
constexpr auto open_bits = [] {
  std::array<ConstantWord, 16> all{};
  // O_TMPFILE has O_DIRECTORY's bit in it: the words of several bits come first.
  all[0] = open_flags[14];
  std::copy_n(open_flags.begin(), 14, all.begin() + 1);
  all[15] = open_directory[0];
  return all;
}();
/// Of arm64, four of them are others.
constexpr auto open_bits_arm64 = [] {
  auto all = open_bits;
  for (auto& [word, value] : all) {
    if (word == "O_DIRECT") value = 0200000;
    if (word == "O_LARGEFILE") value = 0400000;
    if (word == "O_NOFOLLOW") value = 0100000;
    if (word == "O_DIRECTORY") value = 040000;
    if (word == "O_TMPFILE") value = 020040000;
  }
  return all;
}();

constexpr std::array<ConstantWord, 1> at_fdcwd = {{{"AT_FDCWD", 0xffffff9c}}};
constexpr std::array<ConstantWord, 6> at_flags = {{{"AT_SYMLINK_NOFOLLOW", 0x100},
                                                   {"AT_REMOVEDIR", 0x200},
                                                   {"AT_SYMLINK_FOLLOW", 0x400},
                                                   {"AT_NO_AUTOMOUNT", 0x800},
                                                   {"AT_EMPTY_PATH", 0x1000},
                                                   {"AT_RECURSIVE", 0x8000}}};
/// faccessat2() means something else by the bit of AT_REMOVEDIR.
constexpr std::array<ConstantWord, 3> access_at_flags = {
    {{"AT_SYMLINK_NOFOLLOW", 0x100}, {"AT_EACCESS", 0x200}, {"AT_EMPTY_PATH", 0x1000}}};
constexpr std::array<ConstantWord, 3> statx_sync = {
    {{"AT_STATX_SYNC_AS_STAT", 0}, {"AT_STATX_FORCE_SYNC", 0x2000}, {"AT_STATX_DONT_SYNC", 0x4000}}};
constexpr std::array<ConstantWord, 3> renameat_flags = {
    {{"RENAME_NOREPLACE", 1}, {"RENAME_EXCHANGE", 2}, {"RENAME_WHITEOUT", 4}}};
constexpr std::array<ConstantWord, 1> access_exists = {{{"F_OK", 0}}};
constexpr std::array<ConstantWord, 3> access_modes = {{{"R_OK", 4}, {"W_OK", 2}, {"X_OK", 1}}};

constexpr std::array<ConstantWord, 1> prot_none = {{{"PROT_NONE", 0}}};
constexpr std::array<ConstantWord, 5> prot_bits = {{{"PROT_READ", 1},
                                                    {"PROT_WRITE", 2},
                                                    {"PROT_EXEC", 4},
                                                    {"PROT_GROWSDOWN", 0x1000000},
                                                    {"PROT_GROWSUP", 0x2000000}}};
constexpr std::array<ConstantWord, 3> map_types = {
    {{"MAP_SHARED", 1}, {"MAP_PRIVATE", 2}, {"MAP_SHARED_VALIDATE", 3}}};
constexpr std::array<ConstantWord, 12> map_bits = {{{"MAP_FIXED", 0x10},
                                                    {"MAP_ANONYMOUS", 0x20},
                                                    {"MAP_32BIT", 0x40},
                                                    {"MAP_NORESERVE", 0x4000},
                                                    {"MAP_POPULATE", 0x8000},
                                                    {"MAP_NONBLOCK", 0x10000},
                                                    {"MAP_GROWSDOWN", 0x100},
                                                    {"MAP_DENYWRITE", 0x800},
                                                    {"MAP_LOCKED", 0x2000},
                                                    {"MAP_STACK", 0x20000},
                                                    {"MAP_HUGETLB", 0x40000},
                                                    {"MAP_FIXED_NOREPLACE", 0x100000}}};
constexpr std::array<ConstantWord, 3> mremap_flags = {
    {{"MREMAP_MAYMOVE", 1}, {"MREMAP_FIXED", 2}, {"MREMAP_DONTUNMAP", 4}}};
constexpr std::array<ConstantWord, 3> msync_flags = {{{"MS_ASYNC", 1}, {"MS_INVALIDATE", 2}, {"MS_SYNC", 4}}};
constexpr std::array<ConstantWord, 13> madvise_values = {{{"MADV_NORMAL", 0},
                                                          {"MADV_RANDOM", 1},
                                                          {"MADV_SEQUENTIAL", 2},
                                                          {"MADV_WILLNEED", 3},
                                                          {"MADV_DONTNEED", 4},
                                                          {"MADV_FREE", 8},
                                                          {"MADV_REMOVE", 9},
                                                          {"MADV_DONTFORK", 10},
                                                          {"MADV_DOFORK", 11},
                                                          {"MADV_MERGEABLE", 12},
                                                          {"MADV_HUGEPAGE", 14},
                                                          {"MADV_NOHUGEPAGE", 15},
                                                          {"MADV_DONTDUMP", 16}}};

constexpr std::array<ConstantWord, 10> socket_families = {{{"AF_UNSPEC", 0},
                                                           {"AF_UNIX", 1},
                                                           {"AF_INET", 2},
                                                           {"AF_INET6", 10},
                                                           {"AF_NETLINK", 16},
                                                           {"AF_PACKET", 17},
                                                           {"AF_BLUETOOTH", 31},
                                                           {"AF_ALG", 38},
                                                           {"AF_VSOCK", 40},
                                                           {"AF_XDP", 44}}};
constexpr std::array<ConstantWord, 7> socket_types = {{{"SOCK_STREAM", 1},
                                                       {"SOCK_DGRAM", 2},
                                                       {"SOCK_RAW", 3},
                                                       {"SOCK_RDM", 4},
                                                       {"SOCK_SEQPACKET", 5},
                                                       {"SOCK_DCCP", 6},
                                                       {"SOCK_PACKET", 10}}};
constexpr std::array<ConstantWord, 2> socket_bits = {{{"SOCK_CLOEXEC", 02000000}, {"SOCK_NONBLOCK", 04000}}};
constexpr std::array<ConstantWord, 10> message_flags = {{{"MSG_OOB", 1},
                                                         {"MSG_PEEK", 2},
                                                         {"MSG_DONTROUTE", 4},
                                                         {"MSG_TRUNC", 0x20},
                                                         {"MSG_DONTWAIT", 0x40},
                                                         {"MSG_EOR", 0x80},
                                                         {"MSG_WAITALL", 0x100},
                                                         {"MSG_NOSIGNAL", 0x4000},
                                                         {"MSG_MORE", 0x8000},
                                                         {"MSG_CMSG_CLOEXEC", 0x40000000}}};
constexpr std::array<ConstantWord, 3> shutdown_values = {{{"SHUT_RD", 0}, {"SHUT_WR", 1}, {"SHUT_RDWR", 2}}};
constexpr std::array<ConstantWord, 2> socket_levels = {{{"SOL_SOCKET", 1}, {"SOL_TCP", 6}}};

/// The real-time ones by strace's names: those of C libraries depend on how many the library takes for itself.
constexpr std::array<ConstantWord, 65> signals = {
    {{"0", 0},         {"SIGHUP", 1},     {"SIGINT", 2},    {"SIGQUIT", 3},   {"SIGILL", 4},
     {"SIGTRAP", 5},   {"SIGABRT", 6},    {"SIGBUS", 7},    {"SIGFPE", 8},    {"SIGKILL", 9},
     {"SIGUSR1", 10},  {"SIGSEGV", 11},   {"SIGUSR2", 12},  {"SIGPIPE", 13},  {"SIGALRM", 14},
     {"SIGTERM", 15},  {"SIGSTKFLT", 16}, {"SIGCHLD", 17},  {"SIGCONT", 18},  {"SIGSTOP", 19},
     {"SIGTSTP", 20},  {"SIGTTIN", 21},   {"SIGTTOU", 22},  {"SIGURG", 23},   {"SIGXCPU", 24},
     {"SIGXFSZ", 25},  {"SIGVTALRM", 26}, {"SIGPROF", 27},  {"SIGWINCH", 28}, {"SIGIO", 29},
     {"SIGPWR", 30},   {"SIGSYS", 31},    {"SIGRTMIN", 32}, {"SIGRT_1", 33},  {"SIGRT_2", 34},
     {"SIGRT_3", 35},  {"SIGRT_4", 36},   {"SIGRT_5", 37},  {"SIGRT_6", 38},  {"SIGRT_7", 39},
     {"SIGRT_8", 40},  {"SIGRT_9", 41},   {"SIGRT_10", 42}, {"SIGRT_11", 43}, {"SIGRT_12", 44},
     {"SIGRT_13", 45}, {"SIGRT_14", 46},  {"SIGRT_15", 47}, {"SIGRT_16", 48}, {"SIGRT_17", 49},
     {"SIGRT_18", 50}, {"SIGRT_19", 51},  {"SIGRT_20", 52}, {"SIGRT_21", 53}, {"SIGRT_22", 54},
     {"SIGRT_23", 55}, {"SIGRT_24", 56},  {"SIGRT_25", 57}, {"SIGRT_26", 58}, {"SIGRT_27", 59},
     {"SIGRT_28", 60}, {"SIGRT_29", 61},  {"SIGRT_30", 62}, {"SIGRT_31", 63}, {"SIGRT_32", 64}}};
constexpr std::array<ConstantWord, 3> signal_mask_ways = {
    {{"SIG_BLOCK", 0}, {"SIG_UNBLOCK", 1}, {"SIG_SETMASK", 2}}};

constexpr std::array<ConstantWord, 25> clone_flags = {{{"CLONE_VM", 0x100},
                                                       {"CLONE_FS", 0x200},
                                                       {"CLONE_FILES", 0x400},
                                                       {"CLONE_SIGHAND", 0x800},
                                                       {"CLONE_PIDFD", 0x1000},
                                                       {"CLONE_PTRACE", 0x2000},
                                                       {"CLONE_VFORK", 0x4000},
                                                       {"CLONE_PARENT", 0x8000},
                                                       {"CLONE_THREAD", 0x10000},
                                                       {"CLONE_NEWNS", 0x20000},
                                                       {"CLONE_SYSVSEM", 0x40000},
                                                       {"CLONE_SETTLS", 0x80000},
                                                       {"CLONE_PARENT_SETTID", 0x100000},
                                                       {"CLONE_CHILD_CLEARTID", 0x200000},
                                                       {"CLONE_DETACHED", 0x400000},
                                                       {"CLONE_UNTRACED", 0x800000},
                                                       {"CLONE_CHILD_SETTID", 0x1000000},
                                                       {"CLONE_NEWCGROUP", 0x2000000},
                                                       {"CLONE_NEWUTS", 0x4000000},
                                                       {"CLONE_NEWIPC", 0x8000000},
                                                       {"CLONE_NEWUSER", 0x10000000},
                                                       {"CLONE_NEWPID", 0x20000000},
                                                       {"CLONE_NEWNET", 0x40000000},
                                                       {"CLONE_IO", 0x80000000},
                                                       {"CLONE_NEWTIME", 0x80}}};
constexpr std::array<ConstantWord, 7> wait_options = {{{"WNOHANG", 1},
                                                       {"WSTOPPED", 2},
                                                       {"WEXITED", 4},
                                                       {"WCONTINUED", 8},
                                                       {"WNOWAIT", 0x1000000},
                                                       {"__WNOTHREAD", 0x20000000},
                                                       {"__WCLONE", 0x80000000}}};
constexpr std::array<ConstantWord, 4> wait_kinds = {
    {{"P_ALL", 0}, {"P_PID", 1}, {"P_PGID", 2}, {"P_PIDFD", 3}}};

constexpr std::array<ConstantWord, 19> fcntl_commands = {{{"F_DUPFD", 0},
                                                          {"F_GETFD", 1},
                                                          {"F_SETFD", 2},
                                                          {"F_GETFL", 3},
                                                          {"F_SETFL", 4},
                                                          {"F_GETLK", 5},
                                                          {"F_SETLK", 6},
                                                          {"F_SETLKW", 7},
                                                          {"F_SETOWN", 8},
                                                          {"F_GETOWN", 9},
                                                          {"F_OFD_GETLK", 36},
                                                          {"F_OFD_SETLK", 37},
                                                          {"F_OFD_SETLKW", 38},
                                                          {"F_SETLEASE", 1024},
                                                          {"F_GETLEASE", 1025},
                                                          {"F_DUPFD_CLOEXEC", 1030},
                                                          {"F_SETPIPE_SZ", 1031},
                                                          {"F_GETPIPE_SZ", 1032},
                                                          {"F_ADD_SEALS", 1033}}};
constexpr std::array<ConstantWord, 5> seek_origins = {
    {{"SEEK_SET", 0}, {"SEEK_CUR", 1}, {"SEEK_END", 2}, {"SEEK_DATA", 3}, {"SEEK_HOLE", 4}}};
constexpr std::array<ConstantWord, 4> lock_operations = {
    {{"LOCK_SH", 1}, {"LOCK_EX", 2}, {"LOCK_NB", 4}, {"LOCK_UN", 8}}};
constexpr std::array<ConstantWord, 2> pipe_bits = {{{"O_NONBLOCK", 04000}, {"O_CLOEXEC", 02000000}}};
constexpr std::array<ConstantWord, 1> cloexec_bit = {{{"O_CLOEXEC", 02000000}}};
constexpr std::array<ConstantWord, 1> epoll_create_bits = {{{"EPOLL_CLOEXEC", 02000000}}};
constexpr std::array<ConstantWord, 3> epoll_operations = {
    {{"EPOLL_CTL_ADD", 1}, {"EPOLL_CTL_DEL", 2}, {"EPOLL_CTL_MOD", 3}}};
constexpr std::array<ConstantWord, 11> futex_operations = {{{"FUTEX_WAIT", 0},
                                                            {"FUTEX_WAKE", 1},
                                                            {"FUTEX_REQUEUE", 3},
                                                            {"FUTEX_CMP_REQUEUE", 4},
                                                            {"FUTEX_WAKE_OP", 5},
                                                            {"FUTEX_LOCK_PI", 6},
                                                            {"FUTEX_UNLOCK_PI", 7},
                                                            {"FUTEX_TRYLOCK_PI", 8},
                                                            {"FUTEX_WAIT_BITSET", 9},
                                                            {"FUTEX_WAKE_BITSET", 10},
                                                            {"FUTEX_WAIT_REQUEUE_PI", 11}}};
constexpr std::array<ConstantWord, 2> futex_bits = {
    {{"FUTEX_PRIVATE_FLAG", 128}, {"FUTEX_CLOCK_REALTIME", 256}}};
constexpr std::array<ConstantWord, 8> clocks = {{{"CLOCK_REALTIME", 0},
                                                 {"CLOCK_MONOTONIC", 1},
                                                 {"CLOCK_PROCESS_CPUTIME_ID", 2},
                                                 {"CLOCK_THREAD_CPUTIME_ID", 3},
                                                 {"CLOCK_MONOTONIC_RAW", 4},
                                                 {"CLOCK_REALTIME_COARSE", 5},
                                                 {"CLOCK_MONOTONIC_COARSE", 6},
                                                 {"CLOCK_BOOTTIME", 7}}};
constexpr std::array<ConstantWord, 12> resources = {{{"RLIMIT_CPU", 0},
                                                     {"RLIMIT_FSIZE", 1},
                                                     {"RLIMIT_DATA", 2},
                                                     {"RLIMIT_STACK", 3},
                                                     {"RLIMIT_CORE", 4},
                                                     {"RLIMIT_RSS", 5},
                                                     {"RLIMIT_NPROC", 6},
                                                     {"RLIMIT_NOFILE", 7},
                                                     {"RLIMIT_MEMLOCK", 8},
                                                     {"RLIMIT_AS", 9},
                                                     {"RLIMIT_LOCKS", 10},
                                                     {"RLIMIT_SIGPENDING", 11}}};
constexpr std::array<ConstantWord, 3> random_bits = {
    {{"GRND_NONBLOCK", 1}, {"GRND_RANDOM", 2}, {"GRND_INSECURE", 4}}};

constexpr std::uint64_t whole = ~std::uint64_t{0};

constexpr ArgumentWords choice_of(std::span<const ConstantWord> choices) {
  return {.choices = choices, .choice_mask = whole, .bits = {}};
}
constexpr ArgumentWords flags_of(std::span<const ConstantWord> bits) {
  return {.choices = {}, .choice_mask = 0, .bits = bits};
}

constexpr ArgumentWords open_words = {open_modes, 3, open_bits};
constexpr ArgumentWords open_words_arm64 = {open_modes, 3, open_bits_arm64};
constexpr ArgumentWords folder_words = choice_of(at_fdcwd);
constexpr ArgumentWords at_words = flags_of(at_flags);
constexpr ArgumentWords access_at_words = flags_of(access_at_flags);
constexpr ArgumentWords statx_words = {statx_sync, 0x6000, at_flags};
constexpr ArgumentWords renameat_words = flags_of(renameat_flags);
constexpr ArgumentWords access_words = {access_exists, whole, access_modes};
constexpr ArgumentWords prot_words = {prot_none, whole, prot_bits};
constexpr ArgumentWords map_words = {map_types, 0xf, map_bits};
constexpr ArgumentWords mremap_words = flags_of(mremap_flags);
constexpr ArgumentWords msync_words = flags_of(msync_flags);
constexpr ArgumentWords madvise_words = choice_of(madvise_values);
constexpr ArgumentWords family_words = choice_of(socket_families);
constexpr ArgumentWords socket_type_words = {socket_types, 0xf, socket_bits};
constexpr ArgumentWords accept_words = flags_of(socket_bits);
constexpr ArgumentWords message_words = flags_of(message_flags);
constexpr ArgumentWords shutdown_words = choice_of(shutdown_values);
constexpr ArgumentWords level_words = choice_of(socket_levels);
constexpr ArgumentWords signal_words = choice_of(signals);
constexpr ArgumentWords signal_mask_words = choice_of(signal_mask_ways);
constexpr ArgumentWords clone_words = {signals, 0x7f, clone_flags, true};
constexpr ArgumentWords unshare_words = flags_of(clone_flags);
constexpr ArgumentWords wait_words = flags_of(wait_options);
constexpr ArgumentWords wait_kind_words = choice_of(wait_kinds);
constexpr ArgumentWords fcntl_words = choice_of(fcntl_commands);
constexpr ArgumentWords seek_words = choice_of(seek_origins);
constexpr ArgumentWords lock_words = flags_of(lock_operations);
constexpr ArgumentWords pipe_words = flags_of(pipe_bits);
constexpr ArgumentWords dup3_words = flags_of(cloexec_bit);
constexpr ArgumentWords epoll_create_words = flags_of(epoll_create_bits);
constexpr ArgumentWords epoll_words = choice_of(epoll_operations);
constexpr ArgumentWords futex_words = {futex_operations, 0x7f, futex_bits};
constexpr ArgumentWords clock_words = choice_of(clocks);
constexpr ArgumentWords resource_words = choice_of(resources);
constexpr ArgumentWords random_words = flags_of(random_bits);

/// A row for each argument that has words; `syscall` "*" is every system call that has such an argument.
struct Row {
  std::string_view syscall;
  std::string_view argument;
  const ArgumentWords* words;
};

constexpr std::array rows = {
    Row{"*", "dfd", &folder_words},
    Row{"*", "olddfd", &folder_words},
    Row{"*", "newdfd", &folder_words},
    Row{"open", "flags", &open_words},
    Row{"openat", "flags", &open_words},
    Row{"open_by_handle_at", "flags", &open_words},
    Row{"unlinkat", "flag", &at_words},
    Row{"newfstatat", "flag", &at_words},
    Row{"fchownat", "flag", &at_words},
    Row{"linkat", "flags", &at_words},
    Row{"execveat", "flags", &at_words},
    Row{"name_to_handle_at", "flag", &at_words},
    Row{"utimensat", "flags", &at_words},
    Row{"fchmodat2", "flags", &at_words},
    Row{"faccessat2", "flags", &access_at_words},
    Row{"statx", "flags", &statx_words},
    Row{"renameat2", "flags", &renameat_words},
    Row{"access", "mode", &access_words},
    Row{"faccessat", "mode", &access_words},
    Row{"faccessat2", "mode", &access_words},
    Row{"*", "prot", &prot_words},
    Row{"mmap", "flags", &map_words},
    Row{"mremap", "flags", &mremap_words},
    Row{"msync", "flags", &msync_words},
    Row{"madvise", "behavior", &madvise_words},
    Row{"socket", "family", &family_words},
    Row{"socket", "type", &socket_type_words},
    Row{"socketpair", "family", &family_words},
    Row{"socketpair", "type", &socket_type_words},
    Row{"accept4", "flags", &accept_words},
    Row{"sendto", "flags", &message_words},
    Row{"sendmsg", "flags", &message_words},
    Row{"sendmmsg", "flags", &message_words},
    Row{"recvfrom", "flags", &message_words},
    Row{"recvmsg", "flags", &message_words},
    Row{"recvmmsg", "flags", &message_words},
    Row{"shutdown", "how", &shutdown_words},
    Row{"setsockopt", "level", &level_words},
    Row{"getsockopt", "level", &level_words},
    Row{"*", "sig", &signal_words},
    Row{"rt_sigprocmask", "how", &signal_mask_words},
    Row{"clone", "clone_flags", &clone_words},
    Row{"unshare", "unshare_flags", &unshare_words},
    Row{"setns", "flags", &unshare_words},
    Row{"wait4", "options", &wait_words},
    Row{"waitid", "options", &wait_words},
    Row{"waitid", "which", &wait_kind_words},
    Row{"fcntl", "cmd", &fcntl_words},
    Row{"lseek", "whence", &seek_words},
    Row{"flock", "cmd", &lock_words},
    Row{"pipe2", "flags", &pipe_words},
    Row{"dup3", "flags", &dup3_words},
    Row{"epoll_create1", "flags", &epoll_create_words},
    Row{"epoll_ctl", "op", &epoll_words},
    Row{"futex", "op", &futex_words},
    Row{"*", "which_clock", &clock_words},
    Row{"getrlimit", "resource", &resource_words},
    Row{"setrlimit", "resource", &resource_words},
    Row{"prlimit64", "resource", &resource_words},
    Row{"getrandom", "flags", &random_words},
};

}  // namespace

const ArgumentWords* argument_words(std::string_view syscall, std::string_view argument,
                                    Architecture architecture) {
  if (syscall.starts_with("new") && syscall != "newfstatat") syscall.remove_prefix(3);  // newfstat, newuname
  for (const auto& row : rows) {
    if (row.argument != argument || (row.syscall != "*" && row.syscall != syscall)) continue;
    const bool is_arm = architecture == Architecture::arm64;
    return row.words == &open_words && is_arm ? &open_words_arm64 : row.words;
  }
  return nullptr;
}

}  // namespace ftracectl

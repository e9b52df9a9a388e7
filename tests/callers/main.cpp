// A program that executes another from functions whose names are known, in the ways that programs do. Of each way the
// chain is main, outer, callers::middle, inner, execve().
//
//     callers MODE PROGRAM [MILLISECONDS]
#include <dlfcn.h>
#include <pthread.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

extern "C" void library_function(char* const* argv);

namespace {

std::string mode;
char* program_argv[] = {nullptr, nullptr};

void run_at(char* const* argv) {
  execve(argv[0], argv, environ);
  _exit(127);
}

/// Code that nobody compiled: a frame of its own, which calls what it is given.
void call_from_made_code(void (*function)(char* const*), char* const* argv) {
#if defined(__x86_64__)
  // push %rbp; mov %rsp,%rbp; mov %rdi,%rax; mov %rsi,%rdi; call *%rax; pop %rbp; ret
  const unsigned char code[] = {0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0xf8,
                                0x48, 0x89, 0xf7, 0xff, 0xd0, 0x5d, 0xc3};
  void* page = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) _exit(126);
  std::memcpy(page, code, sizeof code);
  mprotect(page, 4096, PROT_READ | PROT_EXEC);
  reinterpret_cast<void (*)(void (*)(char* const*), char* const*)>(page)(function, argv);
#else
  function(argv);
#endif
}

}  // namespace

extern "C" [[gnu::noinline]] void in_a_child(char* const* argv) {
  const pid_t child = fork();
  if (child == 0) run_at(argv);
  waitpid(child, nullptr, 0);
  asm volatile("" ::: "memory");
}

extern "C" [[gnu::noinline]] void inner() {
  pid_t child = -1;
  if (mode == "fork") {
    child = fork();
    if (child == 0) {
      execve(program_argv[0], program_argv, environ);
      _exit(127);
    }
  } else if (mode == "vfork") {
    child = vfork();
    if (child == 0) {
      execve(program_argv[0], program_argv, environ);
      _exit(127);
    }
  } else if (mode == "spawn") {
    if (posix_spawn(&child, program_argv[0], nullptr, nullptr, program_argv, environ) != 0) std::exit(1);
  } else if (mode == "library") {
    library_function(program_argv);
  } else if (mode == "plugin") {
    const char* path = std::getenv("CALLERS_PLUGIN");
    void* plugin = dlopen(path != nullptr ? path : "", RTLD_NOW);
    if (plugin == nullptr) std::exit(1);
    reinterpret_cast<void (*)(char* const*)>(dlsym(plugin, "library_function"))(program_argv);
  } else if (mode == "made") {
    call_from_made_code(in_a_child, program_argv);
  } else {
    execve(program_argv[0], program_argv, environ);
    std::exit(127);
  }
  if (child > 0) waitpid(child, nullptr, 0);
  asm volatile("" ::: "memory");
}

namespace callers {
[[gnu::noinline]] void middle(int /*unused*/) {
  inner();
  asm volatile("" ::: "memory");
}
}  // namespace callers

extern "C" [[gnu::noinline]] void* outer(void* /*unused*/) {
  callers::middle(1);
  asm volatile("" ::: "memory");
  return nullptr;
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  char secret[] = "a-secret-on-the-stack";
  asm volatile("" ::"r"(secret) : "memory");
  mode = argv[1];
  program_argv[0] = argv[2];
  if (argc > 3) usleep(static_cast<useconds_t>(std::atoi(argv[3])) * 1000);
  if (mode.rfind("thread-", 0) == 0) {
    mode.erase(0, std::strlen("thread-"));
    pthread_t thread;
    if (pthread_create(&thread, nullptr, outer, nullptr) != 0) return 1;
    pthread_join(thread, nullptr);
    return 0;
  }
  outer(nullptr);
  asm volatile("" ::"r"(secret) : "memory");
  return 0;
}

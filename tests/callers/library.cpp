// A shared library whose function starts a program: linked with, or opened with dlopen().
#include <sys/wait.h>
#include <unistd.h>

extern "C" [[gnu::noinline]] void library_function(char* const* argv) {
  const pid_t child = fork();
  if (child == 0) {
    execve(argv[0], argv, environ);
    _exit(127);
  }
  waitpid(child, nullptr, 0);
}

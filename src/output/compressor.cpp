#include "output/compressor.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cerrno>
#include <csignal>
#include <ftracectl/error.hpp>
#include <memory>
#include <vector>

#include "base/fd.hpp"

namespace ftracectl {

namespace {

using Context = std::unique_ptr<ZSTD_CCtx, std::size_t (*)(ZSTD_CCtx*)>;

bool write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t written = ::write(fd, bytes, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

/// Whether all of it was compressed and is on its way to the disk.
bool compress_into(int from, int to, const std::atomic<bool>& ends) {
  const Context context(ZSTD_createCCtx(), ZSTD_freeCCtx);
  if (!context) return false;
  ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
  std::vector<char> in(ZSTD_CStreamInSize());
  std::vector<char> out(ZSTD_CStreamOutSize());
  while (!ends) {
    const ssize_t size = ::read(from, in.data(), in.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return false;
    const auto mode = size == 0 ? ZSTD_e_end : ZSTD_e_continue;
    ZSTD_inBuffer input{in.data(), static_cast<std::size_t>(size), 0};
    while (true) {
      ZSTD_outBuffer output{out.data(), out.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context.get(), &output, &input, mode);
      if (ZSTD_isError(left) != 0 || !write_all(to, out.data(), output.pos)) return false;
      if (mode == ZSTD_e_end ? left == 0 : input.pos == input.size) break;
    }
    if (size == 0) return fdatasync(to) == 0 || errno == EINVAL;
  }
  return false;
}

}  // namespace

Compressor::Compressor(const RotatedFiles& files, const FileRights& rights)
    : files_(files), rights_(rights), thread_([this] { work(); }) {}

Compressor::~Compressor() {
  {
    const std::lock_guard lock(mutex_);
    ends_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void Compressor::add(std::string name) {
  {
    const std::lock_guard lock(mutex_);
    names_.push_back(std::move(name));
  }
  changed_.notify_one();
}

void Compressor::work() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);  // signals are for the thread that waits for them
  const sched_param none{};
  sched_setscheduler(0, SCHED_BATCH, &none);
  setpriority(PRIO_PROCESS, 0, 19);  // of this thread alone
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return ends_ || !names_.empty(); });
    if (ends_) return;
    const std::string name = std::move(names_.front());
    names_.pop_front();
    lock.unlock();
    compress(name);
    lock.lock();
  }
}

void Compressor::compress(const std::string& name) const {
  const int folder = files_.folder();
  const std::string part = name + ".zst.part";
  const Fd from(::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!from) return;
  const Fd to(::openat(folder, part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!to) return;
  bool is_whole = false;
  try {
    rights_.give_to(to.value(), part);
    is_whole = compress_into(from.value(), to.value(), ends_);
  } catch (const Error&) {
    // The file stays as it is.
  }
  if (!is_whole || rename_to_free(folder, part, name + ".zst") != 0) {
    ::unlinkat(folder, part.c_str(), 0);
    return;
  }
  // Where the oldest have gone meanwhile, this one among them, it is not to come back compressed.
  if (::unlinkat(folder, name.c_str(), 0) != 0 && errno == ENOENT)
    ::unlinkat(folder, (name + ".zst").c_str(), 0);
}

}  // namespace ftracectl

#include <doctest/doctest.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/environment.hpp"
#include "kernel/open_files.hpp"
#include "kernel/tracefs_error.hpp"

using namespace ftracectl;

namespace {

bool says(const Error& error, const std::string& part) {
  return std::string(error.what()).find(part) != std::string::npos;
}

/// A folder made for one test.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    char name[] = "/tmp/ftracectl-test-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

TEST_CASE("errors: an event or instance that vanished is said to be gone") {
  const TemporaryFolder folder;
  const auto event = tracefs_error(folder.path() + "/events/nvme/nvme_sq/enable", "cannot be read", ENOENT);
  CHECK(event.code() == ErrorCode::unknown_event);
  CHECK(says(event, "event nvme:nvme_sq is gone: its module was unloaded"));
  const auto open = tracefs_error(folder.path() + "/events/nvme/nvme_sq/enable", "cannot be read", ENODEV);
  CHECK(says(open, "event nvme:nvme_sq is gone"));
  const auto instance =
      tracefs_error(folder.path() + "/instances/x/events/a/b/enable", "cannot be read", ENOENT);
  CHECK(says(instance, "instance 'x' is gone: somebody removed it"));
  const auto other = tracefs_error(folder.path() + "/nosuch", "cannot be read", ENOENT);
  CHECK(other.code() == ErrorCode::failed);
  CHECK(says(other, "/nosuch: cannot be read: No such file or directory"));
}

TEST_CASE("errors: a file that an event of a living folder lacks is no event that is gone") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder.path() + "/events/sched/sched_switch");
  const auto error =
      tracefs_error(folder.path() + "/events/sched/sched_switch/hist", "cannot be read", ENOENT);
  CHECK(error.code() == ErrorCode::failed);
  CHECK(!says(error, "is gone"));
}

TEST_CASE("errors: an empty tracefs, by what lockdown says") {
  const auto locked = empty_mount_error("/t", "confidentiality");
  CHECK(locked.code() == ErrorCode::not_readable);
  CHECK(exit_status_of(locked.code()) == exit_status::impossible);
  CHECK(says(locked, "kernel lockdown (confidentiality) hides it"));
  const auto open = empty_mount_error("/t", "none");
  CHECK(says(open, "lockdown, which is 'none', is not the reason"));
  CHECK(says(open, "mount -t tracefs tracefs /t"));
  CHECK(says(empty_mount_error("/t", std::nullopt), "mount -t securityfs"));
}

TEST_CASE("errors: a refused buffer size tells what it comes to") {
  const auto error = buffer_size_error("/t/buffer_size_kb", "8388608", 4, ENOMEM);
  CHECK(says(error, "refuses a buffer of 8388608 KiB a cpu: Cannot allocate memory"));
  CHECK(says(error, "that is 32 GiB for 4 cpus; "));
  CHECK(says(error, " are free"));
}

TEST_CASE("errors: why root is refused") {
  Environment environment;
  environment.has_sys_admin = true;
  CHECK(why_root_is_refused(environment).empty());
  environment.lockdown = "none";
  CHECK(why_root_is_refused(environment).empty());
  environment.container_signs = {"/.dockerenv is there"};
  CHECK(why_root_is_refused(environment).find("this looks like a container (/.dockerenv is there)") == 1);
  environment.lockdown = "integrity";
  CHECK(why_root_is_refused(environment).find("kernel lockdown is 'integrity'") == 1);
  environment.lockdown = std::nullopt;
  environment.has_sys_admin = false;
  CHECK(why_root_is_refused(environment).find("CAP_SYS_ADMIN is missing") == 1);
  environment.initial_user_namespace = false;
  CHECK(why_root_is_refused(environment).find("root of a user namespace") != std::string::npos);
}

TEST_CASE("access: what owner, group and mode let whom do") {
  FolderAccess access{"root", "tracing", 0750, 0440, 0640};
  CHECK(access.group_reads());
  CHECK(!access.group_writes());
  CHECK(!access.others_read());
  access.mode = 0700;
  CHECK(!access.group_reads());
  access = {"root", "root", 0755, 0444, 0666};
  CHECK(access.others_read());
  CHECK(access.others_write());
  CHECK(octal_mode(0750) == "0750");
  CHECK(octal_mode(01777) == "1777");
}

TEST_CASE("open files: those of one buffer, and those that read it") {
  const std::vector<OpenFile> files = {{1, "cat", "", "trace_pipe"},
                                       {2, "dd", "x", "per_cpu/cpu0/trace_pipe_raw"},
                                       {3, "cat", "x", "per_cpu/cpu1/trace_pipe"},
                                       {3, "cat", "x", "events/sched/enable"}};
  CHECK(files_of(files, "").size() == 1);
  CHECK(files_of(files, "x").size() == 3);
  CHECK(process_list(pipes_among(files_of(files, "x"))) == "cat (pid 3)");
  CHECK(process_list(readers_among(files_of(files, "x"))) == "cat (pid 3), dd (pid 2)");
  CHECK(process_list(files_of(files, "x")) == "dd (pid 2), cat (pid 3)");
  CHECK(process_list({}).empty());
}

TEST_CASE("sizes are said in the unit that fits") {
  CHECK(size_text_of_kb(0) == "0 KiB");
  CHECK(size_text_of_kb(512) == "512 KiB");
  CHECK(size_text_of_kb(1023) == "1023 KiB");
  CHECK(size_text_of_kb(1024) == "1 MiB");
  CHECK(size_text_of_kb(1410) == "1.4 MiB");
  CHECK(size_text_of_kb(8192) == "8 MiB");
  CHECK(size_text_of_kb(3ULL * 512 * 1024) == "1.5 GiB");
  CHECK(size_text_of_kb(UINT64_MAX).ends_with(" TiB"));
}

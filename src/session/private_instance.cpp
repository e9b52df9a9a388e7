#include "session/private_instance.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <ftracectl/error.hpp>
#include <thread>

#include "model/plan.hpp"

namespace ftracectl {

namespace {

constexpr int max_tries = 100;
constexpr std::chrono::milliseconds between_tries{10};

}  // namespace

PrivateInstance::PrivateInstance(Files& files) : files_(files) {
  const std::string base = "ftracectl-" + std::to_string(getpid());
  for (int number = 1;; ++number) {
    name_ = number == 1 ? base : base + "-" + std::to_string(number);
    try {
      files_.make_dir("instances/" + name_);
      break;
    } catch (const Error& error) {
      if (error.system_errno() != EEXIST || number == max_tries) throw;
    }
  }
  prefix_ = buffer_prefix(name_);
}

void PrivateInstance::remove() {
  for (int attempt = 1; !removed_; ++attempt) {
    try {
      files_.remove_dir("instances/" + name_);
      removed_ = true;
    } catch (const Error& error) {
      // A child that was forked and has not exec'ed yet, or a reader that is just leaving, holds it.
      if (error.system_errno() != EBUSY || attempt == max_tries) throw;
      std::this_thread::sleep_for(between_tries);
    }
  }
}

PrivateInstance::~PrivateInstance() {
  try {
    remove();
  } catch (const Error&) {
    // Somebody has it open. It records nothing any more, and `status` shows it.
  }
}

}  // namespace ftracectl

#include "session/private_instance.hpp"

#include <unistd.h>

#include <cerrno>
#include <ftracectl/error.hpp>

#include "model/tracefs/plan.hpp"
#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

constexpr int max_tries = 100;

}  // namespace

PrivateInstance::PrivateInstance(Files& files, Journal* journal, const std::string& name)
    : files_(files), journal_(journal) {
  const std::string base = "instances/" + name + "-" + std::to_string(getpid());
  std::string path = base;
  for (int number = 2; !make(path); ++number) {
    if (number > max_tries) {
      throw Error(ErrorCode::failed,
                  base + " and " + std::to_string(max_tries - 1) +
                      " more exist already\nto remove ftracectl's leftovers: ftracectl recover");
    }
    path = base + "-" + std::to_string(number);
  }
  prefix_ = path + "/";
}

/// False where the name is taken. The journal must not have a word of an instance that is not ours.
bool PrivateInstance::make(const std::string& path) {
  if (files_.exists(path)) return false;
  if (journal_ != nullptr) {
    journal_id_ = journal_->record({Step::Kind::make_dir, path, ""}, {Step::Kind::remove_dir, path, ""});
  }
  try {
    files_.make_dir(path);
    return true;
  } catch (const Error& error) {
    if (journal_ != nullptr) journal_->undone(journal_id_);
    if (error.system_errno() != EEXIST) throw;
  }
  return false;
}

void PrivateInstance::remove() {
  if (removed_) return;
  let_go();  // an open file keeps the instance busy
  remove_instance(files_, prefix_.substr(0, prefix_.size() - 1));
  removed_ = true;
  if (journal_ != nullptr) journal_->undone(journal_id_);
}

PrivateInstance::~PrivateInstance() {
  try {
    remove();
  } catch (const Error&) {
    // Somebody has it open. It records nothing any more, `status` shows it, and `recover` removes it.
  }
}

}  // namespace ftracectl

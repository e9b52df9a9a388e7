#include "session/private_probes.hpp"

#include <ftracectl/error.hpp>

#include "session/carry_out.hpp"

namespace ftracectl {

namespace {

constexpr const char* probes_file = "dynamic_events";

Step removal_of(const std::string& name) { return {Step::Kind::remove_probe, probes_file, name}; }

}  // namespace

void PrivateProbes::add(const std::string& definition) {
  const Step step{Step::Kind::make_probe, probes_file, definition};
  Probe probe{probe_name(definition), 0};
  if (holds_already(step, files_.read(probes_file))) {
    throw Error(ErrorCode::failed, "a probe " + probe.name + " already exists");
  }
  if (journal_ != nullptr) probe.journal_id = journal_->record(step, removal_of(probe.name));
  try {
    carry_out(files_, step);
  } catch (const Error&) {
    // Of several lines the first may have been taken.
    const Step removal = removal_of(probe.name);
    if (!holds_already(removal, files_.read(probes_file))) carry_out(files_, removal);
    if (journal_ != nullptr) journal_->undone(probe.journal_id);
    throw;
  }
  probes_.push_back(probe);
}

void PrivateProbes::remove(std::size_t kept) {
  while (probes_.size() > kept) {
    carry_out(files_, removal_of(probes_.back().name));
    if (journal_ != nullptr) journal_->undone(probes_.back().journal_id);
    probes_.pop_back();
  }
}

PrivateProbes::~PrivateProbes() {
  try {
    remove();
  } catch (const Error&) {
    // Somebody has one enabled. `doctor` shows it, and the journal's entry stays for `recover`.
  }
}

}  // namespace ftracectl

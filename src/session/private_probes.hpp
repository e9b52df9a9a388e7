#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "kernel/files.hpp"
#include "session/journal.hpp"

namespace ftracectl {

/// Probes of our own, for as long as the object lives. Dynamic events are the whole kernel's: they show in
/// every instance, and do nothing where they are not enabled. An instance in which one is enabled must go
/// before it.
class PrivateProbes {
 public:
  /// `journal`, if there is one, must outlive the object.
  explicit PrivateProbes(Files& files, Journal* journal = nullptr) : files_(files), journal_(journal) {}
  ~PrivateProbes();
  PrivateProbes(const PrivateProbes&) = delete;
  PrivateProbes& operator=(const PrivateProbes&) = delete;

  /// Makes one: "p:GROUP/NAME PATH:OFFSET ...", or with a line for each place that it is at. Throws Error
  /// where the kernel refuses it; then nothing is left of it.
  void add(const std::string& definition);
  /// Removes all of them now, but for the first `kept`. Throws Error(busy) where one is enabled in somebody's instance.
  void remove(std::size_t kept = 0);
  std::size_t size() const { return probes_.size(); }

 private:
  struct Probe {
    std::string name;  ///< "GROUP/NAME"
    std::uint64_t journal_id = 0;
  };
  Files& files_;
  Journal* journal_;
  std::vector<Probe> probes_;
};

}  // namespace ftracectl

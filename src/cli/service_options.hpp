#pragma once

#include <memory>
#include <ostream>

#include "cli/command_line.hpp"
#include "live/long_run.hpp"

namespace ftracectl::cli {

/// Declares --service and --metrics.
void add_service_options(CommandLine& line);

/// What they and the service manager's environment say.
LongRunOptions long_run_options(const CommandLine& line);

/// Messages of a service whose standard error is the journal's: each line with its priority, "<4>" for a warning, as
/// sd-daemon(3) has it. Otherwise they pass unchanged.
class ServiceMessages {
 public:
  ServiceMessages(const CommandLine& line, std::ostream& err);
  ~ServiceMessages();
  ServiceMessages(const ServiceMessages&) = delete;
  ServiceMessages& operator=(const ServiceMessages&) = delete;

  std::ostream& stream() const { return journal_ ? *journal_ : err_; }

 private:
  std::ostream& err_;
  std::unique_ptr<std::streambuf> buffer_;
  std::unique_ptr<std::ostream> journal_;
};

}  // namespace ftracectl::cli

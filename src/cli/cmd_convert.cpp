#include <ftracectl/error.hpp>
#include <ostream>

#include "base/printable.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "saved/trace_dat_writer.hpp"

namespace ftracectl::cli {

namespace {

CommandLine make_line() {
  CommandLine line(
      {"convert CAPTURE FILE.dat",
       "Writes a capture folder as a trace.dat, the file that trace-cmd and KernelShark read. "
       "The folder must hold binary pages, as captures do by default (--source raw). FILE.dat is made "
       "with mode 0600; a file that is there is not written over. For the way back, 'decode' and "
       "'report' read trace.dat files.",
       "ftracectl capture --save saved -- make -j8; ftracectl convert saved make.dat\n"
       "  trace-cmd report make.dat"});
  line.positional("argument");
  return line;
}

}  // namespace

int cmd_convert(const Invocation& invocation) {
  CommandLine line = make_line();
  if (!line.parse(invocation)) return exit_status::ok;
  const auto arguments = line.all("argument");
  if (arguments.size() != 2)
    line.fail("name a capture folder and the file to write: convert CAPTURE FILE.dat");
  const std::string& to = arguments[1];
  if (!to.ends_with(".dat"))
    line.fail("'" + printable(to) + "': only trace.dat files are written: name a FILE.dat");
  const WrittenTraceDat written = write_trace_dat(arguments[0], to);
  invocation.err << "ftracectl: " << printable(to) << ": " << written.pages << " pages of " << written.cpus
                 << " cpus, " << written.bytes << " bytes" << std::endl;
  return exit_status::ok;
}

}  // namespace ftracectl::cli

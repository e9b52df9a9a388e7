#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// A file of the tracing folder that a process has open.
struct OpenFile {
  pid_t pid = 0;
  std::string program;   ///< the process' name
  std::string instance;  ///< empty for the top-level buffer
  std::string file;      ///< relative to the buffer: "trace_pipe", "per_cpu/cpu0/trace_pipe_raw"
};

/// What other processes have open of the tracing folder `root`, under whatever path they see it. Source:
/// /proc/*/fd. Processes that this one may not look at, and those of other pid namespaces, are not seen.
std::vector<OpenFile> find_open_files(const std::string& root);

/// Those of one buffer.
std::vector<OpenFile> files_of(const std::vector<OpenFile>& files, std::string_view instance);

/// Those that are a trace_pipe, of the whole buffer or of a cpu: of these the kernel allows one.
std::vector<OpenFile> pipes_among(const std::vector<OpenFile>& files);

/// Those through which what the buffer holds is read away: the above, and the binary
/// per_cpu/*/trace_pipe_raw, of which there may be several.
std::vector<OpenFile> readers_among(const std::vector<OpenFile>& files);

/// "cat (pid 100), trace-cmd (pid 7)"; empty for none.
std::string process_list(const std::vector<OpenFile>& files);

}  // namespace ftracectl

#pragma once

namespace ftracectl {

/// Prepares this process, before anything else is done in it. Standard streams that we were started without
/// are opened on /dev/null: the next file opened would become one of them, and output would be written into
/// it. A write to a pipe without a reader (SIGPIPE) and one beyond the limit of file sizes (SIGXFSZ) is then
/// an error to report, and not the end of the process. Children are ours to wait for (SIGCHLD), though we may
/// have been started where nobody waits for them.
void prepare_own_process();

/// Gives the signals that prepare_own_process() sets, and the mask of blocked signals, back as they were
/// at the start: a command inherits what we were given. Async-signal-safe, for a forked child.
void give_back_signals();

}  // namespace ftracectl

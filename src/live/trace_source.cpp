#include "live/trace_source.hpp"

#include <algorithm>
#include <bit>
#include <ftracectl/error.hpp>

#include "base/text.hpp"
#include "kernel/buffer.hpp"

namespace ftracectl {

namespace {

/// With trace_pipe the kernel wakes for each event; so long the reader lets others come.
constexpr std::chrono::milliseconds text_gathers{5};

/// Whether the kernel wakes readers of raw pipes for each event. It does not by default: buffer_percent
/// is 50.
bool wakes_for_each(Files& files, const std::string& prefix) {
  const std::string path = prefix + "buffer_percent";
  return files.exists(path) && trim(files.read(path)) == "0";
}

}  // namespace

TraceSource parse_trace_source(const std::string& text) {
  if (text == "auto") return TraceSource::automatic;
  if (text == "text") return TraceSource::text;
  if (text == "raw") return TraceSource::raw;
  throw Error(ErrorCode::usage, "--source takes auto, text or raw, not '" + text + "'");
}

bool can_read_raw(Files& files) {
  return std::endian::native == std::endian::little && files.exists("events/header_page") &&
         files.exists("events/header_event");
}

std::unique_ptr<Pump> open_pump(Tracefs& tracefs, const std::string& prefix, bool is_raw,
                                std::size_t page_size, const Eagerness& eagerness) {
  Pump::Options options;
  options.real_time = eagerness.real_time;
  options.max_queued = eagerness.max_queued;
  if (eagerness.at_once) options.gather = eagerness.gather;
  std::vector<Pump::Pipe> pipes;
  if (is_raw) {
    options.page_size = page_size;
    if (!eagerness.at_once) {
      options.look_every = eagerness.look_every;
      if (wakes_for_each(tracefs, prefix)) options.gather = eagerness.look_every;
    }
    for (auto& pipe : open_raw_pipes(tracefs, prefix)) pipes.push_back({std::move(pipe.fd), pipe.cpu});
  } else {
    if (!eagerness.at_once) options.gather = std::min(text_gathers, eagerness.look_every);
    pipes.push_back({open_trace_pipe(tracefs, prefix), -1});
  }
  return std::make_unique<Pump>(std::move(pipes), options);
}

}  // namespace ftracectl

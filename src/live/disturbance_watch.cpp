#include "live/disturbance_watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ftracectl/error.hpp>
#include <ostream>
#include <set>

#include "base/text.hpp"
#include "kernel/buffer.hpp"
#include "kernel/open_files.hpp"
#include "live/status_readings.hpp"
#include "model/tracefs/plan.hpp"

namespace ftracectl {

namespace {

constexpr std::array buffer_settings = {"tracing_on",     "trace_clock",           "tracing_cpumask",
                                        "buffer_size_kb", "buffer_subbuf_size_kb", "trace_options",
                                        "set_event",      "current_tracer",        "set_event_notrace_pid"};

/// Of each event of the capture. Whether it is on, set_event says for all.
constexpr std::array event_settings = {"filter", "trigger"};
/// To read those of hundreds of events each second would cost too much: then only a write to them is noticed.
constexpr std::size_t most_events_read = 32;

constexpr std::size_t most_warnings = 8;

/// A write to one of these changes what set_event reads.
bool switches_events(std::string_view file) {
  return file == "set_event" || (file.starts_with("events/") && file.ends_with("/enable"));
}

bool is_event_setting(std::string_view file) {
  return std::any_of(event_settings.begin(), event_settings.end(), [&](std::string_view name) {
    return file.starts_with("events/") && file.ends_with(name);
  });
}

bool is_option(std::string_view file) { return file.starts_with("options/"); }

bool is_pipe(std::string_view file) {
  return file.ends_with("trace_pipe") || file.ends_with("trace_pipe_raw");
}

/// The folders whose files tell of a disturbance, relative to the buffer.
std::vector<std::string> folders_to_watch(Tracefs& tracefs, const std::string& prefix,
                                          const std::vector<std::string>& events) {
  std::set<std::string> folders = {prefix, prefix + "events/", prefix + "options/"};
  for (const auto& event : events) {
    const std::string folder = event_folder(prefix, event);
    folders.insert(folder);
    folders.insert(folder.substr(0, folder.rfind('/', folder.size() - 2) + 1));
  }
  for (const auto& cpu : tracefs.list(prefix + "per_cpu")) folders.insert(prefix + "per_cpu/" + cpu + "/");
  return {folders.begin(), folders.end()};
}

/// Without the comments, which are there when no trigger is.
std::string triggers_of(const std::string& text) {
  std::vector<std::string> triggers;
  for (const auto line : split_lines(text)) {
    if (!line.empty() && !line.starts_with('#')) triggers.emplace_back(line);
  }
  return join(triggers, "\n");
}

/// Lines of one text that the other does not have, in a line.
std::string lines_missing(const std::string& from, const std::string& in) {
  const auto others = split_lines(in);
  std::vector<std::string> missing;
  for (const auto line : split_lines(from)) {
    if (!line.empty() && std::find(others.begin(), others.end(), line) == others.end()) {
      missing.emplace_back(line);
    }
  }
  constexpr std::size_t most = 4;
  const bool is_long = missing.size() > most;
  if (is_long) missing.resize(most);
  return join(missing, ", ") + (is_long ? ", ..." : "");
}

/// "reads 0, it was 1"; of a list only what differs.
std::string change_text(const std::string& before, const std::string& now) {
  const bool is_list = before.find('\n') != std::string::npos || now.find('\n') != std::string::npos;
  if (!is_list) return "reads '" + now + "', it was '" + before + "'";
  const std::string gone = lines_missing(before, now);
  const std::string came = lines_missing(now, before);
  std::string text = "was changed";
  if (!came.empty()) text += "; added: " + came;
  if (!gone.empty()) text += "; removed: " + gone;
  return text;
}

}  // namespace

DisturbanceWatch::DisturbanceWatch(Tracefs& tracefs, const std::string& prefix,
                                   const std::vector<std::string>& events, std::ostream& err,
                                   Warnings warnings)
    : tracefs_(tracefs),
      err_(err),
      prefix_(prefix),
      files_(tracefs.root(), folders_to_watch(tracefs, prefix, events)),
      looked_(Clock::now()),
      warnings_(warnings) {
  std::vector<std::string> names(buffer_settings.begin(), buffer_settings.end());
  const bool are_few = events.size() <= most_events_read;
  for (const auto& event : are_few ? events : std::vector<std::string>()) {
    for (const char* setting : event_settings) names.push_back(event_folder("", event) + setting);
  }
  for (const auto& name : names) {
    if (const auto value = read_setting(name)) settings_[name] = *value;
  }
  files_.take();  // what we opened ourselves
}

std::optional<std::string> DisturbanceWatch::read_setting(const std::string& file) const {
  try {
    if (file == "trace_clock") return read_clock(tracefs_, prefix_);
    const std::string text = tracefs_.read(prefix_ + file);
    return file.ends_with("/trigger") ? triggers_of(text) : std::string(trim(text));
  } catch (const Error&) {
    return std::nullopt;
  }
}

void DisturbanceWatch::add(const std::string& file, std::string what) {
  found_.push_back({monotonic_ns(), file, std::move(what)});
  if (told_ > most_warnings) return;
  const bool is_last = warnings_ == Warnings::some && ++told_ > most_warnings;
  err_ << "ftracectl: warning: somebody is interfering with this capture: " << prefix_ << file << " "
       << found_.back().what << (is_last ? "; further changes are not printed" : "") << std::endl;
}

DisturbanceWatch::Clock::time_point DisturbanceWatch::next_look() const {
  if (touched_) return std::max(*touched_ + settle_time, looked_ + shortest);
  return looked_ + (is_due(Clock::now()) ? longest : shortest);
}

std::vector<Disturbance> DisturbanceWatch::look() {
  const auto now = Clock::now();
  if (!is_due(now)) return {};
  pollfd touched{files_.fd(), POLLIN, 0};
  const bool is_touched = files_.fd() >= 0 && poll(&touched, 1, 0) > 0;
  if (is_touched && !touched_) touched_ = now;
  const bool is_over = touched_ && now >= *touched_ + settle_time;
  return is_over || now >= looked_ + longest ? look_now() : std::vector<Disturbance>();
}

std::vector<Disturbance> DisturbanceWatch::look_now() {
  std::map<std::string, bool> written;
  look_at_touches(written);
  look_at_settings(written);
  files_.take();  // what was opened to look at it
  looked_ = Clock::now();
  touched_.reset();
  return std::move(found_);
}

/// `written`: the settings that were written to, whether or not they have changed.
void DisturbanceWatch::look_at_touches(std::map<std::string, bool>& written) {
  std::set<std::string> done;
  for (const auto& touch : files_.take()) {
    const std::string file = touch.folder.substr(prefix_.size()) + touch.name;
    if (!touch.is_write && !is_pipe(file)) continue;
    if (!done.insert(file).second) continue;
    if (is_pipe(file)) {
      name_readers(file);
    } else if (file == "trace" || (file.starts_with("per_cpu/") && file.ends_with("/trace"))) {
      add(file, "was written to: that empties the buffer");
    } else if (file == "snapshot" || file.ends_with("/snapshot")) {
      add(file, "was written to: that removes the buffer's entries");
    } else if (switches_events(file)) {
      written["set_event"] = true;
    } else if (is_option(file)) {
      written["trace_options"] = true;
    } else {
      written[file] = true;
    }
  }
}

void DisturbanceWatch::look_at_settings(const std::map<std::string, bool>& written) {
  for (const auto& [file, is_written] : written) {
    if (settings_.count(file) == 0 && is_event_setting(file)) add(file, "was written to");
  }
  for (auto& [file, before] : settings_) {
    const auto now = read_setting(file);
    if (!now) continue;
    if (*now != before) {
      add(file, change_text(before, *now));
      before = *now;
    } else if (written.count(file) > 0) {
      add(file, "was changed and changed back");
    }
  }
}

/// Who reads away what is ours. One that has ended since is not seen any more.
void DisturbanceWatch::name_readers(const std::string& file) {
  auto readers = readers_among(files_of(find_open_files(tracefs_.root()), instance_of(prefix_)));
  std::erase_if(readers, [](const OpenFile& open) { return open.pid == getpid(); });
  add(file, "was opened by " + (readers.empty() ? std::string("somebody") : process_list(readers)) +
                ": each reader gets only a part");
}

}  // namespace ftracectl

// What check_filter() and check_trigger() say, against what the running kernel does with the same texts.
//
// The verdicts may differ only here:
// - `FIELD.function == ADDRESS`: whether a function is at an address, only the kernel can tell.
// - A filter that ends in "&&", "||" or "!": never written where it has an "||" as well, because kernels that
//   do not refuse it (6.18) may then read a byte before their own array and log a warning.
// - An empty text for a trigger file: the kernel does nothing and says that it is content.

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <ftracectl/error.hpp>
#include <set>
#include <sstream>

#include "base/text.hpp"
#include "kernel/events.hpp"
#include "kernel/tracefs.hpp"
#include "model/filter/filter_check.hpp"
#include "model/filter/filter_parser.hpp"
#include "model/tracefs/control_text.hpp"
#include "model/tracefs/trigger_check.hpp"
#include "session/filter_probe.hpp"
#include "session/plan_check.hpp"
#include "support/filter_generator.hpp"
#include "support/live.hpp"
#include "support/verdict_forms.hpp"

using namespace ftracectl;
using namespace ftracectl::test;

namespace {

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : parse_number<std::uint64_t>(text).value_or(otherwise);
}

/// The errno of writing to a file, 0 where the kernel takes it.
int write_errno(const std::string& path, const std::string& text) {
  const int fd = open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = write(fd, text.data(), text.size()) < 0 ? errno : 0;
  close(fd);
  return error;
}

std::string escaped(const std::string& text) {
  std::ostringstream out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7f) {
      out << c;
    } else {
      out << "\\x" << std::hex << static_cast<int>(byte) << std::dec;
    }
  }
  return out.str().substr(0, 400);
}

/// An event of the running kernel that is off in a scratch instance.
struct QuietEvent {
  EventSchema schema;
  std::string folder;
};

/// All of them; where all takes longer, some from all over the list.
std::vector<QuietEvent> quiet_events(Tracefs& files, const ScratchInstance& instance) {
  std::vector<QuietEvent> events;
  int number = 0;
  for (const auto& name : read_available_events(files)) {
    if (number++ % slowness() != 0) continue;
    const auto schema = read_schema(files, name);
    const std::string folder = instance.folder() + "/events/" + schema.system + "/" + schema.name;
    if (std::filesystem::exists(folder + "/filter")) events.push_back({schema, folder});
  }
  return events;
}

FilterDialect dialect_of_this_kernel(Tracefs& files) {
  FilterDialect dialect = read_filter_dialect(files, true);
  try_filter_features(files, nullptr, dialect);
  return dialect;
}

bool has_function_address(const ParsedFilter& filter) {
  for (const auto& term : filter.terms) {
    if (term.value == FilterTerm::Value::function && term.number != 0) return true;
  }
  return false;
}

/// The differences that are known, see above.
bool is_left_out(const ParsedFilter& filter, const std::string& text) {
  return has_function_address(filter) || (filter.open_end && text.find("||") != std::string::npos);
}

bool is_refusal(const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::rejected || verdict.kind == Verdict::Kind::feature_missing;
}

/// How many of each verdict there were, and those that differ.
struct Tally {
  int accepted = 0;
  int refused = 0;
  int meaningless = 0;
  int left_out = 0;
  std::vector<std::string> differences;

  void add(const std::string& what, const std::string& text, const Verdict& verdict, int error) {
    (error == 0 ? accepted : refused) += 1;
    if (verdict.kind == Verdict::Kind::meaningless) ++meaningless;
    if (is_refusal(verdict) == (error != 0)) return;
    differences.push_back(what + "  " + escaped(text) +
                          "\n    the kernel: " + (error == 0 ? "ok" : errno_name(error)) +
                          ", we: " + (is_refusal(verdict) ? verdict.reason : "ok"));
  }
  std::string text() const {
    return std::to_string(accepted) + " accepted (" + std::to_string(meaningless) +
           " of them meaningless), " + std::to_string(refused) + " refused, " + std::to_string(left_out) +
           " left out";
  }
};

void report(const Tally& tally, std::uint64_t seed) {
  const std::vector<std::string> first(
      tally.differences.begin(),
      tally.differences.begin() +
          static_cast<std::ptrdiff_t>(std::min<std::size_t>(tally.differences.size(), 60)));
  INFO("seed " << seed << ": " << tally.text() << "\n" << join(first, "\n"));
  MESSAGE(tally.text());
  CHECK(tally.differences.empty());
  CHECK(tally.accepted > 0);
  CHECK(tally.refused > 0);
}

}  // namespace

TEST_CASE("verdicts: the kernel and we agree on thousands of filters") {
  const ScratchInstance instance("ftracectl_test_verdicts");
  Tracefs files(tracing_folder());
  const auto events = quiet_events(files, instance);
  const FilterDialect dialect = dialect_of_this_kernel(files);
  const auto seed = from_environment("FTRACECTL_SEED", 1);
  const auto count = from_environment("FTRACECTL_COUNT", 6000);
  FilterGenerator generator(seed);
  Tally tally;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto& event = events[generator.below(events.size())];
    const std::string text = generator.filter(event.schema);
    if (is_left_out(parse_filter(text, event.schema, dialect), text)) {
      ++tally.left_out;
      continue;
    }
    const int error = write_errno(event.folder + "/filter", text);
    tally.add(event.schema.full_name(), text, check_filter(text, event.schema, dialect), error);
    write_errno(event.folder + "/filter", "0");
  }
  report(tally, seed);
}

TEST_CASE("verdicts: the kernel and we agree on triggers") {
  const ScratchInstance instance("ftracectl_test_verdicts_t");
  Tracefs files(tracing_folder());
  const auto events = quiet_events(files, instance);
  const FilterDialect dialect = dialect_of_this_kernel(files);
  const auto names = read_available_events(files);
  const auto available = read_available_triggers(files);
  const auto seed = from_environment("FTRACECTL_SEED", 1);
  const auto count = from_environment("FTRACECTL_COUNT", 6000) / 60;
  FilterGenerator generator(seed);
  Tally tally;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto& event = events[generator.below(events.size())];
    const std::string text = generator.trigger(event.schema, names);
    if (text.empty()) continue;
    const Verdict verdict = check_trigger(text, {event.schema, dialect, available, names});
    tally.add(event.schema.full_name(), text, verdict, write_errno(event.folder + "/trigger", text));
    // None may stay: a second one of its kind would be refused.
    for (const auto& trigger : parse_triggers(read_file(event.folder + "/trigger"))) {
      write_errno(event.folder + "/trigger", "!" + trigger.text());
    }
  }
  report(tally, seed);
}

namespace {

const std::string fork_event = "sched:sched_process_fork";

/// The event of a scratch instance to which the forms of support/verdict_forms are written.
struct FormTrial {
  explicit FormTrial(const std::string& name)
      : instance(name),
        files(tracing_folder()),
        folder(instance.folder() + "/events/sched/sched_process_fork/"),
        schema(read_schema(files, fork_event)),
        dialect(dialect_of_this_kernel(files)),
        events(read_available_events(files)),
        available(read_available_triggers(files)) {}

  /// None may stay: a second one of its kind would be refused. What is read back is not always taken.
  void remove_triggers(const std::string& written) const {
    write_errno(folder + "trigger", "!" + written);
    for (const auto& trigger : parse_triggers(read_file(folder + "trigger"))) {
      write_errno(folder + "trigger", "!" + trigger.text());
    }
  }
  void try_triggers(const std::vector<std::string>& texts) const {
    Tally tally;
    for (const auto& text : texts) {
      const Verdict verdict = check_trigger(text, {schema, dialect, available, events});
      tally.add(fork_event, text, verdict, write_errno(folder + "trigger", text));
      if (text.starts_with('!')) continue;
      remove_triggers(text);
    }
    report(tally, 0);
  }

  ScratchInstance instance;
  Tracefs files;
  std::string folder;
  EventSchema schema;
  FilterDialect dialect;
  std::vector<std::string> events;
  std::vector<std::string> available;
};

}  // namespace

TEST_CASE("verdicts: filters in the forms of the kernel's own tests") {
  const FormTrial trial("ftracectl_test_forms_f");
  Tally tally;
  for (const auto& text : filter_forms()) {
    if (is_left_out(parse_filter(text, trial.schema, trial.dialect), text)) continue;
    const int error = write_errno(trial.folder + "filter", text);
    tally.add(fork_event, text, check_filter(text, trial.schema, trial.dialect), error);
    write_errno(trial.folder + "filter", "0");
  }
  report(tally, 0);
}

TEST_CASE("verdicts: triggers in the forms of the kernel's own tests") {
  FormTrial("ftracectl_test_forms_t").try_triggers(trigger_forms());
}

TEST_CASE("verdicts: hist triggers in the forms of the kernel's own tests") {
  Tracefs files(tracing_folder());
  const auto names = read_available_triggers(files);
  if (std::find(names.begin(), names.end(), "hist") == names.end()) skip("this kernel has no hist triggers");
  FormTrial("ftracectl_test_forms_h").try_triggers(hist_forms());
}

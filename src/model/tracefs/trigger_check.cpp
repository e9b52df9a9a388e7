#include "model/tracefs/trigger_check.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "model/filter/filter_parser.hpp"
#include "model/tracefs/event_patterns.hpp"
#include "model/tracefs/kernel_text.hpp"
#include "model/tracefs/trigger_hist.hpp"

namespace ftracectl {

namespace {

constexpr std::string_view known_triggers[] = {"traceon",       "traceoff",    "snapshot",
                                               "stacktrace",    "hist",        "enable_event",
                                               "disable_event", "enable_hist", "disable_hist"};

bool is_known(std::string_view name) {
  return std::find(std::begin(known_triggers), std::end(known_triggers), name) != std::end(known_triggers);
}

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && is_kernel_space(text.back())) text.remove_suffix(1);
  return text;
}

bool is_separator(char c) { return c == ' ' || c == '\t'; }

/// Reads a trigger as the kernel's trigger_process_regex() and the parsers behind it cut it up.
class TriggerReader {
 public:
  TriggerReader(std::string_view text, const TriggerContext& context) : text_(text), context_(context) {}

  /// Gives the verdict on its condition. Throws TextFault.
  Verdict read();

 private:
  void read_name();
  void check_name() const;
  void read_simple();
  void read_event_trigger();
  void read_hist();
  void check_event(std::string_view system, std::string_view name, std::size_t column) const;
  void check_count(std::string_view text, std::size_t column);
  Verdict check_condition() const;

  void skip_spaces() {
    while (at_ < text_.size() && is_kernel_space(text_[at_])) ++at_;
  }
  std::string_view take_word() {
    const auto begin = at_;
    while (at_ < text_.size() && !is_separator(text_[at_])) ++at_;
    const auto word = text_.substr(begin, at_ - begin);
    if (at_ < text_.size()) ++at_;
    skip_spaces();
    return word;
  }

  std::string_view text_;
  const TriggerContext& context_;
  std::size_t at_ = 0;
  std::size_t name_column_ = 0;
  std::string_view name_;
  bool is_removal_ = false;
  bool has_condition_ = false;              ///< what stands at at_ is to be one
  std::optional<std::size_t> zero_column_;  ///< of a count of 0
};

void TriggerReader::read_name() {
  skip_spaces();
  name_column_ = at_;
  while (at_ < text_.size() && !is_separator(text_[at_]) && text_[at_] != ':') ++at_;
  name_ = text_.substr(name_column_, at_ - name_column_);
  if (at_ < text_.size()) ++at_;
  skip_spaces();
  if (!name_.starts_with('!')) return;
  is_removal_ = true;
  name_.remove_prefix(1);
  ++name_column_;
}

void TriggerReader::check_name() const {
  const auto& available = context_.available;
  if (available.empty() && is_known(name_)) return;
  if (std::find(available.begin(), available.end(), name_) != available.end()) return;
  const std::vector<std::string> known(std::begin(known_triggers), std::end(known_triggers));
  const std::string list = join(available.empty() ? known : available, ", ");
  if (is_known(name_)) {
    throw TextFault{"this kernel has no trigger '" + std::string(name_) + "'", name_column_, "it has " + list,
                    true};
  }
  const auto nearest = nearest_names(name_, known);
  throw TextFault{
      name_.empty() ? "a trigger name must come here" : "there is no trigger '" + std::string(name_) + "'",
      name_column_, nearest.empty() ? "triggers are " + list : "did you mean " + join(nearest, ", ") + "?"};
}

/// traceoff:3 if ...      The kernel takes a number for the count, and anything else for a condition.
void TriggerReader::read_simple() {
  if (at_ == text_.size()) return;
  if (is_kernel_digit(text_[at_])) {
    const auto column = at_;
    const auto count = take_word();
    if (!is_removal_) check_count(count.substr(0, count.find(':')), column);
  }
  has_condition_ = at_ < text_.size();
}

/// enable_event:sched:sched_switch:3 if ...
void TriggerReader::read_event_trigger() {
  const auto column = at_;
  const auto word = take_word();
  const auto colon = word.find(':');
  if (colon == std::string_view::npos) {
    throw TextFault{"name the event to switch", column,
                    "write " + std::string(name_) + ":sched:sched_switch"};
  }
  const auto event = word.substr(colon + 1, word.find(':', colon + 1) - colon - 1);
  check_event(word.substr(0, colon), event, column);
  const auto count_at = colon + 1 + event.size();
  if (count_at < word.size() && !is_removal_) {
    const auto count = word.substr(count_at + 1);
    check_count(count.substr(0, count.find(':')), column + count_at + 1);
  }
  has_condition_ = at_ < text_.size();
}

void TriggerReader::check_event(std::string_view system, std::string_view name, std::size_t column) const {
  const std::string full_name = std::string(system) + ":" + std::string(name);
  const auto& events = context_.events;
  if (events.empty() || std::find(events.begin(), events.end(), full_name) != events.end()) return;
  const auto nearest = nearest_names(full_name, events);
  throw TextFault{
      "unknown event '" + full_name + "'", column,
      nearest.empty() ? "to list all: ftracectl list" : "did you mean " + join(nearest, ", ") + "?"};
}

void TriggerReader::check_count(std::string_view text, std::size_t column) {
  const auto count = parse_kernel_unsigned(text);
  if (!count) throw TextFault{"not a count", column, "write counts as 3, 0x3 or 03"};
  if (*count == 0) zero_column_ = column;
}

/// Where the `if` of a hist trigger stands: it must be a word of its own, and something must follow.
std::size_t find_hist_condition(std::string_view text, std::size_t column) {
  for (auto at = text.find("if"); at != std::string_view::npos; at = text.find("if", at + 1)) {
    if (at == 0) throw TextFault{"keys=FIELD must come before the condition", column, ""};
    if (!is_separator(text[at - 1])) continue;
    if (at + 3 >= text.size()) throw TextFault{"nothing follows the 'if'", column + at, ""};
    if (is_separator(text[at + 2])) return at;
  }
  return text.size();
}

void TriggerReader::read_hist() {
  const auto rest = text_.substr(at_);
  if (rest.empty()) throw TextFault{"keys=FIELD must follow", at_, "write hist:keys=common_pid"};
  const auto condition = find_hist_condition(rest, at_);
  // Of one that is to go, the kernel has taken the text before, and may print it in a form of its own.
  if (!is_removal_) {
    check_hist_parameters(without_trailing_space(rest.substr(0, condition)), at_,
                          {context_.schema, context_.dialect, context_.events});
  }
  at_ += condition;
  has_condition_ = at_ < text_.size();
}

/// What stands at at_: "if common_pid == 5".
Verdict TriggerReader::check_condition() const {
  const auto rest = text_.substr(at_);
  if (rest.substr(0, rest.find_first_of(" \t")) != "if") {
    throw TextFault{"a count or 'if' must follow", at_,
                    "write " + std::string(name_) + ":3, or " + std::string(name_) + " if common_pid == 5"};
  }
  if (rest.size() < 4) throw TextFault{"a condition must follow the 'if'", at_, ""};
  const auto condition = rest.substr(3);
  if (trim(condition) == "0") {
    // Only a filter file takes "0" for "none".
    throw TextFault{"'0' is not a condition", at_ + 3, "leave out 'if 0'"};
  }
  Verdict verdict = check_filter(condition, context_.schema, context_.dialect);
  verdict.column += at_ + 3;
  return verdict;
}

Verdict TriggerReader::read() {
  read_name();
  check_name();
  if (name_ == "hist") {
    read_hist();
  } else if (name_.ends_with("_event") || name_.ends_with("_hist")) {
    read_event_trigger();
  } else {
    read_simple();
  }
  // The kernel does not look at the condition of a trigger that is to go.
  Verdict verdict = has_condition_ && !is_removal_ ? check_condition() : Verdict{};
  if (verdict.is_good() && zero_column_) {
    return {Verdict::Kind::meaningless,
            "a trigger with a count of 0 never fires",
            *zero_column_,
            "leave out ':0' for no limit",
            {}};
  }
  return verdict;
}

}  // namespace

Verdict check_trigger(std::string_view text, const TriggerContext& context) {
  if (text.size() >= context.dialect.page_size) {
    return {Verdict::Kind::rejected, "it is longer than a page", 0, "", {}};
  }
  text = without_trailing_space(text.substr(0, text.find('\0')));
  try {
    return TriggerReader(text, context).read();
  } catch (const TextFault& fault) {
    return fault_verdict(fault);
  }
}

}  // namespace ftracectl

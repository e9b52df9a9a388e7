#include "model/filter/filter_meaning.hpp"

#include <algorithm>

#include "model/tracefs/kernel_text.hpp"

namespace ftracectl {

namespace {

using Kind = FilterField::Kind;
using Value = FilterTerm::Value;
using Fault = std::optional<TextFault>;

/// The longest name of a task: 16 bytes with the end.
constexpr std::size_t comm_size = 16;

std::string quoted(std::string_view text) {
  const char quote = text.find('"') == std::string_view::npos ? '"' : '\'';
  return quote + std::string(text) + quote;
}

/// "filename.ustring == "/bin/ls"": the term with another field or value.
std::string rewritten(const FilterTerm& term, const std::string& field, const std::string& value) {
  return "write " + field + " " + std::string(term.op) + " " + value;
}

bool is_fixed(const FilterField& field) {
  return field.kind == Kind::fixed_string || field.kind == Kind::comm;
}

/// A name of a task ends within its 16 bytes; other fields can be full to the last byte.
std::size_t longest_text(const FilterField& field) {
  if (field.kind == Kind::comm) return comm_size - 1;
  const bool is_comm = field.size == comm_size && field.name.find("comm") != std::string::npos;
  return is_comm ? comm_size - 1 : field.size;
}

/// The characters that a text must have at least to match.
std::size_t shortest_match(std::string_view pattern) {
  std::size_t length = 0;
  for (std::size_t at = pattern.starts_with('!') ? 1 : 0; at < pattern.size(); ++at) {
    if (pattern[at] == '*') continue;
    ++length;
    if (pattern[at] == '\\') ++at;
    const auto close = pattern.find(']', at + 2);
    if (pattern[at] == '[' && close != std::string_view::npos) at = close;
  }
  return length;
}

/// `comm ~ "*sh"` looks for "sh" at the end of the 16 bytes, not at the end of the name, and `comm ~ "9p*"`
/// for the name "9p*" itself (both seen on 6.18).
Fault check_glob(const FilterTerm& term) {
  const std::string safe = safe_glob(term.text, is_fixed(term.field));
  if (safe == term.text) return std::nullopt;
  const bool is_end = term.text.substr(term.text.starts_with('!') ? 1 : 0).starts_with('*');
  const std::string at_end = "the kernel looks for this at the end of all bytes of '" + term.field.name +
                             "', not at the end of the text in them";
  const std::string at_digit = "the kernel accepts no wildcards in a pattern that begins with a digit";
  return TextFault{is_end ? at_end : at_digit, term.value_column,
                   rewritten(term, term.field.name, quoted(safe))};
}

Fault check_length(const FilterTerm& term) {
  if (!is_fixed(term.field)) return std::nullopt;
  const std::size_t longest = longest_text(term.field);
  const std::size_t length = term.op == "~" ? shortest_match(term.text) : term.text.size();
  if (length <= longest) return std::nullopt;
  TextFault fault{"'" + term.field.name + "' is never longer than " + std::to_string(longest) + " bytes",
                  term.value_column, ""};
  if (term.op != "~") fault.advice = rewritten(term, term.field.name, quoted(term.text.substr(0, longest)));
  return fault;
}

Fault check_text(const FilterTerm& term) {
  if (term.field.kind == Kind::pointer_string && term.field.is_user_pointer && !term.has_ustring) {
    return TextFault{
        "'" + term.field.name +
            "' points to the program's memory, which the kernel does not read: this never matches",
        term.column, rewritten(term, term.field.name + ".ustring", quoted(term.text))};
  }
  if (term.field.kind == Kind::pointer_string && !term.field.is_user_pointer && term.has_ustring) {
    return TextFault{"'" + term.field.name + "' points to the kernel's memory, not to a program's",
                     term.column, rewritten(term, term.field.name, quoted(term.text))};
  }
  if (const auto fault = check_length(term)) return fault;
  return term.op == "~" ? check_glob(term) : std::nullopt;
}

/// The range of a field as text, and whether the number is in it.
struct Range {
  std::string text;
  bool contains = true;
};

Range range_of(const FilterTerm& term) {
  const std::size_t bits = term.field.size * 8;
  if (!term.field.is_signed) {
    const std::uint64_t last = bits >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1;
    return {"0 to " + std::to_string(last), term.number <= last};
  }
  const auto value = static_cast<std::int64_t>(term.number);
  const std::int64_t last =
      bits >= 64 ? INT64_MAX : static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
  const std::string text = std::to_string(-last - 1) + " to " + std::to_string(last);
  // `flags == 0xffffffff` compares bits, and is true of -1.
  const bool is_pattern =
      term.text.starts_with('0') && (term.op == "==" || term.op == "!=" || term.op == "&");
  if (is_pattern && bits < 64) return {text, term.number < (std::uint64_t{1} << bits)};
  return {text, value >= -last - 1 && value <= last};
}

Fault check_cpu_number(const FilterTerm& term, const FilterDialect& dialect) {
  if (term.op == "&") {
    return TextFault{
        "the kernel never finds this true for a cpu number", term.op_column,
        dialect.cpu_masks ? "write " + term.field.name + " & CPUS{0-1}" : "write (cpu >= 0 && cpu <= 1)"};
  }
  const auto value = static_cast<std::int64_t>(term.number);
  const std::int64_t count = dialect.cpu_count ? static_cast<std::int64_t>(*dialect.cpu_count) : 8192;
  const bool is_equality = term.op == "==" || term.op == "!=";
  // A bound one beyond the cpus is no fault: cpu < 2 on two cpus.
  if (value >= (is_equality ? 0 : -1) && value < count + (is_equality ? 0 : 1)) return std::nullopt;
  return TextFault{"there is no such cpu", term.value_column,
                   dialect.cpu_count ? "the cpus are 0 to " + std::to_string(count - 1) : ""};
}

Fault check_number(const FilterTerm& term, const FilterDialect& dialect) {
  const std::string name = "'" + term.field.name + "'";
  if (term.field.kind == Kind::cpu) return check_cpu_number(term, dialect);
  if (term.field.kind == Kind::cpu_mask) {
    return TextFault{name + " is a set of cpus", term.value_column,
                     "write " + term.field.name + " & CPUS{" + std::string(term.text) + "}"};
  }
  if (term.field.kind != Kind::number) return TextFault{name + " is not a number", term.column, ""};
  if (term.has_ustring) {
    return TextFault{name + " is a number: .ustring means nothing", term.column, "leave out '.ustring'"};
  }
  const Range range = range_of(term);
  if (!range.contains) {
    return TextFault{name + " is never that: its values are " + range.text, term.value_column, ""};
  }
  if (term.op == "&" && term.number == 0) {
    return TextFault{"no bit is tested: this never matches", term.value_column, ""};
  }
  if (term.op == "<" && term.number == 0 && !term.field.is_signed) {
    return TextFault{name + " is never below 0", term.value_column, ""};
  }
  return std::nullopt;
}

Fault check_cpus(const FilterTerm& term) {
  if (term.field.kind == Kind::other) {
    return TextFault{"'" + term.field.name + "' is not a number", term.column, ""};
  }
  if (term.cpus == 0) return TextFault{"this list of cpus is empty", term.value_column, ""};
  if (term.field.kind != Kind::cpu_mask && term.cpus > 1 && term.op != "&") {
    return TextFault{"'" + term.field.name + "' is one cpu and never equals several", term.op_column,
                     term.op == "=="
                         ? "'&' is true of each of them"
                         : "write !(" + term.field.name + " & CPUS{" + std::string(term.text) + "})"};
  }
  return std::nullopt;
}

Fault check_function(const FilterTerm& term) {
  if (!term.field.is_user_pointer) return std::nullopt;
  return TextFault{"'" + term.field.name + "' points to the program's memory, where no kernel function is",
                   term.column, ""};
}

/// common_pid, and what events call a pid: next_pid, tgid. Those of system calls are arguments.
bool is_pid_of_kernel(const FilterField& field, std::string_view system) {
  if (field.name == "common_pid") return true;
  if (system == "syscalls" || field.kind != Kind::number) return false;
  const std::string_view name = field.name;
  return name == "pid" || name == "tid" || name == "tgid" || name == "ppid" || name.ends_with("_pid") ||
         name.ends_with("_tid") || name.ends_with("_tgid") || name.ends_with("_ppid");
}

}  // namespace

std::string safe_glob(std::string_view pattern, bool is_fixed_string) {
  const std::string not_sign = pattern.starts_with('!') ? "!" : "";
  const auto body = pattern.substr(not_sign.size());
  const auto escaped = [&](std::size_t at) {
    const std::string c(1, body[at]);
    return not_sign + std::string(body.substr(0, at)) +
           (is_kernel_alnum(body[at]) ? "[" + c + "]" : "\\" + c) + std::string(body.substr(at + 1));
  };
  const bool has_wildcard = body.find_first_of("*[?\\") != std::string_view::npos;
  if (!body.empty() && is_kernel_digit(body.front()) && has_wildcard) return escaped(0);
  // A '[', '?' or '\\', and a '*' in the middle, bring the kernel to its full glob_match(), which is right.
  const bool is_end_only =
      body.size() > 1 && body.starts_with('*') && body.find_first_of("*[?\\", 1) == std::string_view::npos;
  return is_end_only && is_fixed_string ? escaped(1) : std::string(pattern);
}

std::optional<TextFault> find_wrong_meaning(const FilterTerm& term, const FilterDialect& dialect) {
  switch (term.value) {
    case Value::text:
      return check_text(term);
    case Value::number:
      return check_number(term, dialect);
    case Value::cpus:
      return check_cpus(term);
    case Value::function:
      return check_function(term);
  }
  return std::nullopt;
}

std::optional<TextFault> find_other_pid(const FilterTerm& term, std::string_view system,
                                        const FilterDialect& dialect) {
  if (!dialect.in_other_pid_namespace || term.value != Value::number || term.op == "&") return std::nullopt;
  if (static_cast<std::int64_t>(term.number) <= 0 || !is_pid_of_kernel(term.field, system))
    return std::nullopt;
  TextFault fault{
      "'" + term.field.name + "' holds pids of the initial pid namespace, and this process is in another",
      term.value_column, ""};
  const std::string host =
      dialect.host_pid ? dialect.host_pid(static_cast<std::int64_t>(term.number)) : std::string();
  fault.advice = host.empty()
                     ? "run ftracectl on the host, or start the container with the host's pids "
                       "(--pid=host, hostPID);\nif it is the host's pid already, add --force"
                     : "pid " + std::string(term.text) + " is " + host + ": write that, and add --force";
  return fault;
}

std::vector<std::string> notes_on_term(const FilterTerm& term) {
  std::vector<std::string> notes;
  const std::string name = term.field.name;
  const bool is_text = term.value == Value::text;
  if (is_text && term.has_ustring && term.field.kind == Kind::pointer_string) {
    notes.push_back(name + ".ustring misses strings on pages that are not in memory at that moment");
  }
  if (is_text && term.op != "~" && term.text.find_first_of("*?") != std::string_view::npos) {
    notes.push_back("'" + std::string(term.op) + "' takes the wildcards of " + quoted(term.text) +
                    " as they stand; '~' matches with them");
  }
  return notes;
}

}  // namespace ftracectl

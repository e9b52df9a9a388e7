#include "support/strace_text.hpp"

#include <map>
#include <stdexcept>
#include <string_view>

#include "base/text.hpp"

namespace ftracectl::test {

namespace {

/// Takes one expected piece after the other off the front of a line.
class Scanner {
 public:
  Scanner(std::string_view rest, std::string_view line) : rest_(rest), line_(line) {}

  bool literal(std::string_view text) {
    if (!rest_.starts_with(text)) return false;
    rest_.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) {
    if (!literal(text)) fail("no '" + std::string(text) + "'");
  }
  /// Everything up to one of these characters.
  std::string_view up_to(std::string_view ends) {
    const auto word = rest_.substr(0, rest_.find_first_of(ends));
    rest_.remove_prefix(word.size());
    return word;
  }

  /// "\x2f\x74"... or 0x8 or NULL
  StracedExec::Text text() {
    StracedExec::Text text;
    if (!literal("\"")) {
      up_to(",] )");
      return text;
    }
    text.bytes.emplace();
    while (!literal("\"")) {
      expect("\\x");
      *text.bytes += static_cast<char>(std::stoi(std::string(rest_.substr(0, 2)), nullptr, 16));
      rest_.remove_prefix(2);
    }
    text.is_cut = literal("...");
    return text;
  }

  /// ["\x6f", "\x61"] or an address
  std::optional<std::vector<StracedExec::Text>> texts() {
    if (!literal("[")) {
      up_to(", )");
      return std::nullopt;
    }
    std::vector<StracedExec::Text> all;
    while (!literal("]")) {
      if (!all.empty()) expect(", ");
      all.push_back(text());
    }
    return all;
  }

  [[noreturn]] void fail(const std::string& why) const {
    throw std::runtime_error("strace: " + why + " at '" + std::string(rest_.substr(0, 40)) +
                             "' in: " + std::string(line_.substr(0, 200)));
  }

  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
  std::string_view line_;
};

/// ")   = -1 ENOENT (No such file or directory)", "= 0", "= ?": the error's name.
std::optional<std::string> error_in(std::string_view end, const Scanner& scanner) {
  const auto equals = end.rfind(" = ");
  if (equals == std::string_view::npos) scanner.fail("no result");
  const auto result = end.substr(equals + 3);
  if (result == "0") return "";
  if (!result.starts_with("-1 E")) return std::nullopt;
  return std::string(result.substr(3, result.find(' ', 3) - 3));
}

/// The calls of which the end is still to come, by the thread that it will be told under.
using Waiting = std::map<int, std::size_t>;

void begin(StracedExec exec, Scanner& scanner, std::vector<StracedExec>& all, Waiting& waiting) {
  if (exec.syscall == "execveat") {
    exec.folder = scanner.up_to(",");
    scanner.expect(", ");
  }
  exec.path = scanner.text();
  scanner.expect(", ");
  exec.argv = scanner.texts();
  scanner.expect(", ");
  scanner.texts();  // the environment
  if (exec.syscall == "execveat" && scanner.literal(", ")) scanner.up_to(" )");
  const int tid = exec.tid;
  all.push_back(std::move(exec));
  if (scanner.literal(" <unfinished ...>")) {
    waiting[tid] = all.size() - 1;
  } else if (scanner.literal(" <pid changed to ")) {
    const auto pid = parse_number<int>(scanner.up_to(" "));
    if (!pid) scanner.fail("no number");
    waiting[*pid] = all.size() - 1;
  } else {
    all.back().error = error_in(scanner.rest(), scanner);
  }
}

}  // namespace

std::optional<std::string> StracedExec::kernel_path() const {
  if (!path.bytes) return std::nullopt;
  if (syscall == "execve" || folder == "AT_FDCWD" || path.bytes->starts_with('/')) return path.bytes;
  return "/dev/fd/" + folder + (path.bytes->empty() ? "" : "/" + *path.bytes);
}

std::vector<StracedExec> parse_strace(const std::string& text) {
  std::vector<StracedExec> all;
  Waiting waiting;
  for (const auto line : split_lines(text)) {
    Scanner scanner(line, line);
    const auto tid = parse_number<int>(scanner.up_to(" "));
    if (!tid) scanner.fail("no number");
    while (scanner.literal(" ")) {
    }
    if (scanner.literal("+++ ") || scanner.literal("--- ")) continue;  // ends and signals
    if (scanner.literal("<... ")) {
      const auto begun = waiting.find(*tid);
      if (begun == waiting.end()) scanner.fail("the end of what did not begin");
      all[begun->second].error = error_in(scanner.rest(), scanner);
      waiting.erase(begun);
      continue;
    }
    StracedExec exec;
    exec.tid = *tid;
    exec.syscall = scanner.up_to("(");
    if (exec.syscall != "execve" && exec.syscall != "execveat") scanner.fail("another syscall");
    scanner.expect("(");
    begin(std::move(exec), scanner, all, waiting);
  }
  return all;
}

}  // namespace ftracectl::test

// A program that executes programs in every way that we know to be of interest, and says what it did: the
// ground truth that captures are held against.
//
//     workload [--linger MS] [--marker FILE] --dir FOLDER [CASE[=COUNT]...]
//     workload --list
//
// Without cases all run that are marked in the list. FOLDER takes the files that they need. The programs it
// executes are copies of itself, which end after MS milliseconds (20), so that /proc can still be looked at.
//
// It prints JSON Lines, in the order of the events. For each attempt to exec
//
//     {"case":"thread-exec","type":"exec","pid":306,"tid":307,"ppid":300,"comm":"workload","uid":0,
//      "syscall":"execve","path":"/t/ok","argv":["ok","from a
//      thread"],"errno":0,"error":"","shown":"/t/ok","runs":["ok",…]}
//
// `pid` and `tid` are those of the caller, `comm` the caller's name before the call and `uid` its real user.
// `shown` is the file name that the kernel tells and `runs` the arguments that the new program has; they
// stand there only for a success. Bytes that are not UTF-8 are replaced, and stand in hex beside: `path_hex`,
// `argv_hex` (an array) and so on. Arguments are cut after 8 KiB; `argv_sizes` then tells how long they were.
//
// Other lines: "type":"start" (this program, first of all), "count" (of the case loop: `count` times `what`)
// and "marker" (a text written to the trace_marker).

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "cases.hpp"
#include "process.hpp"
#include "report.hpp"

namespace {

using namespace workload;

struct Wish {
  Place place;
  std::vector<std::string> cases;
  bool list = false;
};

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "workload: " << why
            << "\nusage: workload [--linger MS] [--marker FILE] --dir FOLDER [CASE[=COUNT]...] | --list\n";
  std::exit(2);
}

Wish read_wish(const std::vector<std::string>& words) {
  Wish wish;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const auto value = [&] {
      if (++i == words.size()) fail(words.back() + " wants a value");
      return words[i];
    };
    if (words[i] == "--list") {
      wish.list = true;
    } else if (words[i] == "--dir") {
      wish.place.folder = value();
    } else if (words[i] == "--marker") {
      wish.place.marker = value();
    } else if (words[i] == "--linger") {
      set_linger_ms(std::atoi(value().c_str()));
    } else if (words[i].starts_with("-")) {
      fail("unknown option " + words[i]);
    } else {
      wish.cases.push_back(words[i]);
    }
  }
  if (!wish.list && wish.place.folder.empty()) fail("--dir is missing");
  return wish;
}

void list_cases() {
  for (const auto& each : all_cases()) {
    std::cout << (each.by_default ? "* " : "  ") << each.name << std::string(19 - each.name.size(), ' ')
              << each.about << "\n";
  }
}

/// NAME or NAME=COUNT.
void run_case(const std::string& word, Place place) {
  const auto equals = word.find('=');
  const std::string name = word.substr(0, equals);
  if (equals != std::string::npos) place.count = std::atol(word.substr(equals + 1).c_str());
  const auto& cases = all_cases();
  const auto found = std::find_if(cases.begin(), cases.end(), [&](const Case& c) { return c.name == name; });
  if (found == cases.end()) fail("no case '" + name + "': --list shows them");
  found->run(name, place);
}

}  // namespace

int main(int argc, char** argv) {
  end_if_asked();
  const std::vector<std::string> words(argv, argv + argc);
  set_linger_ms(20);
  Wish wish = read_wish(words);
  if (wish.list) {
    list_cases();
    return 0;
  }
  report_start(words);
  make_files(wish.place.folder);
  if (wish.cases.empty()) {
    for (const auto& each : all_cases()) {
      if (each.by_default) wish.cases.push_back(each.name);
    }
  }
  for (const auto& word : wish.cases) run_case(word, wish.place);
  return 0;
}

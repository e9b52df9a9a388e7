#include "compare/import/strace_call.hpp"

#include <algorithm>

#include "compare/import/c_string.hpp"
#include "compare/match/attempt.hpp"

namespace ftracectl::compare {

namespace {

using State = StraceCall::State;

/// Up to the next ", ": a number, a constant. Nothing where the text ends.
bool take_plain(std::string_view& rest) {
  const std::size_t end = rest.find(", ");
  if (end == rest.npos) return false;
  rest.remove_prefix(end + 2);
  return true;
}

/// The folder of an execveat: 3, AT_FDCWD, or with -y 3</a path, with anything>, AT_FDCWD</a path>.
bool take_folder(std::string_view& rest) {
  const std::size_t open = rest.find('<');
  if (open < rest.find(", ")) {
    const std::size_t close = rest.find(">, \"");
    if (close == rest.npos) return false;
    rest.remove_prefix(close + 3);
    return true;
  }
  return take_plain(rest);
}

State take_filename(std::string_view& rest, StraceCall& call) {
  if (!rest.starts_with('"')) return take_plain(rest) ? State::whole : State::half;
  std::string name;
  if (!take_c_string(rest, name, call.filename_is_cut)) return State::half;
  call.filename = std::move(name);
  if (rest.starts_with(", ")) {
    rest.remove_prefix(2);
    return State::whole;
  }
  return rest.empty() ? State::half : State::broken;
}

/// Takes one element of the list; false where the text ends, or is none.
bool take_argument(std::string_view& rest, std::string& argv, std::size_t& number, StraceCall& call) {
  if (rest.starts_with('"')) {
    bool is_cut = false;
    if (!take_c_string(rest, argv, is_cut)) return false;
    argv += '\0';
    if (is_cut) call.cut_arguments |= argument_bit(number);
    ++number;
    return true;
  }
  if (rest.starts_with("...")) {
    rest.remove_prefix(3);
  } else if (rest.starts_with("0x")) {  // one of its pointers leads nowhere
    rest.remove_prefix(2);
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789abcdef"), rest.size()));
  } else {
    return false;
  }
  call.argv_is_cut = true;
  return true;
}

State take_argv(std::string_view& rest, StraceCall& call) {
  if (!rest.starts_with('[')) {  // NULL, 0x8
    if (rest.starts_with("NULL")) call.argv = "";
    const std::size_t end = rest.find(',');
    if (end == rest.npos) return State::half;
    rest.remove_prefix(end);
    return State::whole;
  }
  rest.remove_prefix(1);
  std::string argv;
  std::size_t number = 0;
  while (!rest.starts_with(']')) {
    if (rest.empty()) return State::half;
    const bool may_end_here = rest.starts_with('"');
    if (!take_argument(rest, argv, number, call)) return may_end_here ? State::half : State::broken;
    if (rest.starts_with(", ")) {
      rest.remove_prefix(2);
    } else if (!rest.starts_with(']')) {
      return rest.empty() ? State::half : State::broken;
    }
  }
  rest.remove_prefix(1);
  call.argv = std::move(argv);
  return State::whole;
}

/// ", 0x7ffd0 /* 12 vars */", ", NULL", and with -v ", [\"HOME=/\", ...]".
State take_environment(std::string_view& rest) {
  if (rest.empty()) return State::half;
  if (!rest.starts_with(", ")) return State::broken;
  rest.remove_prefix(2);
  if (rest.starts_with('[')) {
    bool in_string = false;
    for (std::size_t i = 1; i < rest.size(); ++i) {
      if (rest[i] == '"') in_string = !in_string;
      if (in_string && rest[i] == '\\') ++i;
      if (in_string || rest[i] != ']') continue;
      rest.remove_prefix(i + 1);
      return State::whole;
    }
    return State::half;
  }
  if (rest.starts_with("NULL")) {
    rest.remove_prefix(4);
  } else if (rest.starts_with("0x")) {
    rest.remove_prefix(2);
    rest.remove_prefix(std::min(rest.find_first_not_of("0123456789abcdef"), rest.size()));
  } else {
    return rest.empty() ? State::half : State::broken;
  }
  const std::size_t end = rest.find(" */");
  if (rest.starts_with(" /* ") && end != rest.npos) rest.remove_prefix(end + 3);
  return State::whole;
}

}  // namespace

StraceCall parse_strace_call(std::string_view text) {
  StraceCall call;
  std::string_view rest = text;
  call.is_execveat = rest.starts_with("execveat(");
  rest.remove_prefix(std::min(rest.find('('), rest.size() - 1) + 1);
  call.state = call.is_execveat && !take_folder(rest) ? State::half : State::whole;
  if (call.state == State::whole) call.state = take_filename(rest, call);
  if (call.state == State::whole) call.state = take_argv(rest, call);
  if (call.state == State::whole) call.state = take_environment(rest);
  if (call.is_execveat && call.state == State::whole && rest.starts_with(", "))  // its flags
    rest.remove_prefix(std::min(rest.find_first_of(") ", 2), rest.size()));
  call.rest = rest;
  return call;
}

}  // namespace ftracectl::compare

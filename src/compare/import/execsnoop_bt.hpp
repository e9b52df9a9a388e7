#pragma once

#include "compare/match/side.hpp"

namespace ftracectl::compare {

/// What bpftrace's own execsnoop.bt prints: attempts where they enter, of thread groups, arguments joined.
///
///     TIME(ms)   PID   ARGS
///     7221       32573 head -1 /tmp/file
///     TIME(ms)   PID     PPID    ARGS                  December 2023
///     TIME            PID     PPID    ARGS             since January 2024
///     08:57:52.430193 3187374 1971701 ls -lh
///
/// The head of a line and its arguments are recorded apart: each may be lost, and on two cpus the heads may
/// stand together with the arguments behind.
class ExecsnoopBt {
 public:
  explicit ExecsnoopBt(Side& side);

  static bool is_heading(std::string_view line);
  static bool begins(std::string_view line);

  void line(std::string_view line, std::uint64_t number);
  /// A printf's or a join's own text, where bpftrace keeps them apart.
  void piece(bool is_join, std::string_view text, std::uint64_t number);
  void finish() {}

 private:
  /// Takes "7221       32573 " from the front.
  bool take_head(std::string_view& rest, std::uint64_t number);
  void set_arguments(std::string_view text);

  Side& side_;
  void learn_heading(std::string_view line);
  std::optional<std::int64_t> take_time(std::string_view& rest) const;

  bool is_time_of_day_ = false;
  bool has_parent_ = false;
  std::size_t time_width_ = 10;
  std::size_t pid_width_ = 5;
  bool wants_arguments_ = false;  ///< of the last attempt
  std::size_t waiting_ = 0;       ///< heads that came without arguments behind them
};

}  // namespace ftracectl::compare

#pragma once

#include <ftracectl/event_table.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "decode/pages/raw_fields.hpp"

namespace ftracectl {

class CEvaluation;

/// Makes the kernel's text of an event from its bytes: "sched_switch: prev_comm=...", by the event's print format and
/// the rules of lib/vsprintf.c and kernel/trace/trace_output.c. Two things differ: a pointer by %p is the address that it
/// is and not a hash of it, and a system call's numbers have "0x" before them, as kernels since 6.13 print it.
class EventPrinter {
 public:
  /// `event` outlives it.
  EventPrinter(const KnownEvent& event, SymbolNames symbols);

  /// Nothing where the print format needs more than the entry has: a function of the kernel's, a name without a value.
  std::optional<std::string> text(std::string_view entry) const;

  /// One conversion of the format string, "%-8.3llx".
  struct Conversion {
    std::string before;  ///< text in front of it
    std::string flags;
    std::optional<int> width;
    std::optional<int> precision;
    bool width_follows = false;  ///< "*": an argument of its own
    bool precision_follows = false;
    std::string length;
    char letter = 0;
    std::string suffix;  ///< the kernel's own, behind %p
  };

 private:
  std::optional<std::string> printed(std::string_view entry) const;
  std::optional<std::string> syscall_enter(std::string_view entry) const;
  bool append_conversion(Conversion conversion, std::size_t& argument, const CEvaluation& values,
                         std::string& to) const;
  bool append_number(const Conversion& conversion, const CExpression& argument, const CEvaluation& values,
                     std::string& to) const;
  bool append_text(const Conversion& conversion, const CExpression& argument, const CEvaluation& values,
                   std::string& to) const;
  bool append_pointer(const Conversion& conversion, const CExpression& argument, const CEvaluation& values,
                      std::string& to) const;
  void append_symbol(std::uint64_t address, bool with_offset, std::string& to) const;
  std::optional<std::string> string_of(const CExpression& argument, const CEvaluation& values) const;

  const KnownEvent& event_;
  SymbolNames symbols_;
  bool is_readable_ = false;
  CPrintCall call_;
  std::vector<Conversion> conversions_;
  std::string tail_;
};

}  // namespace ftracectl

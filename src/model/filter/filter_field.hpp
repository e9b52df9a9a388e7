#pragma once

#include <cstddef>
#include <cstdint>
#include <ftracectl/schema.hpp>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ftracectl {

/// What a kernel's filters can do. Most of it can be seen in no file, only by trying (session/filter_probe);
/// what is not known stands for "can", so that nothing is refused that the kernel might take.
struct FilterDialect {
  bool cpu_masks = true;               ///< `cpu & CPUS{0-1}`: not on 5.10 and 6.1
  bool functions = true;               ///< `call_site.function == kfree`: not on 5.10 and 6.1
  bool stacktrace_field = true;        ///< stacktrace, STACKTRACE: not on 5.10 and 6.1
  bool common_cpu_field = true;        ///< not on 5.10
  bool hist_comm = true;               ///< comm is a field of hist triggers: not on 6.1 and 6.12
  bool hist_hitcount = true;           ///< hitcount is one: not on 6.1
  bool hist_common_stacktrace = true;  ///< stacktrace by this name, too: not on 6.1
  bool refuses_open_end = false;       ///< `common_pid == 5 &&`: refused by 6.1.192 and 7.3
  std::size_t page_size = 4096;        ///< a write is limited to less than that
  std::optional<unsigned> cpu_count;   ///< possible cpus
  /// This process is not in the initial pid namespace, whose pids are those of ftrace.
  bool in_other_pid_namespace = false;
  /// What a pid of this process's namespace is in the initial one: "5234 on the host, as /host/proc shows".
  /// Empty text where nothing proves it.
  std::function<std::string(std::int64_t)> host_pid;
  /// Whether the kernel knows a function of this name (in /proc/kallsyms).
  std::function<bool(std::string_view)> is_function;
};

/// A field as the kernel's filters see it.
struct FilterField {
  /// As of the kernel's filter_assign_type().
  enum class Kind {
    number,
    other,           ///< taken as a number, and is none: a structure, an array
    fixed_string,    ///< char comm[16]
    dynamic_string,  ///< __data_loc char[] filename
    pointer_string,  ///< const char *filename
    comm,            ///< the current task's name
    cpu,             ///< the current cpu
    cpu_mask,        ///< __data_loc cpumask_t
    stacktrace,      ///< a place holder that no filter can compare
  };
  std::string name;
  Kind kind = Kind::number;
  std::size_t size = 0;  ///< bytes
  bool is_signed = false;
  bool is_user_pointer = false;  ///< of a system call's arguments: points to the program's own memory

  bool is_string() const {
    return kind == Kind::fixed_string || kind == Kind::dynamic_string || kind == Kind::pointer_string ||
           kind == Kind::comm;
  }
};

/// The field of this name: the event's own, then the kernel's (comm, COMM, cpu, CPU, ...), then common_*.
std::optional<FilterField> find_filter_field(const EventSchema& schema, const FilterDialect& dialect,
                                             std::string_view name);

/// Whether some kernels have a field of this name in all events, and others in none.
bool is_newer_field(std::string_view name);

/// The names of all of them.
std::vector<std::string> filter_field_names(const EventSchema& schema, const FilterDialect& dialect);

}  // namespace ftracectl

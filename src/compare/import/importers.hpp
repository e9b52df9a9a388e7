#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "compare/match/side.hpp"

namespace ftracectl::compare {

/// A form of output that can be compared: a row of the table. A new one is one file and one row.
struct Importer {
  std::string_view name;
  std::string_view summary;
  /// By the first bytes, up to 64 KiB.
  bool (*recognises)(std::string_view beginning);
  std::unique_ptr<Reader> (*make)(Side& side, const ImportOptions& options);
};

std::span<const Importer* const> importers();
/// Throws Error(usage) with the names there are.
const Importer& find_importer(std::string_view name);
/// By content. Throws Error(failed): empty, binary, or of a form that nobody knows, with the first line.
const Importer& recognise(std::string_view beginning);

/// Cuts bytes into lines for a reader. Lines that do not fit are counted in the side and left out.
class LineFeeder {
 public:
  LineFeeder(Reader& reader, Side& side) : reader_(reader), side_(side) {}

  /// Throws Error(failed): a line that never ends, most lines do not fit, and what the reader says of the file.
  void feed(std::string_view bytes);
  /// What is fed next is of another file of the same run.
  void next_file(std::string_view name);
  void finish();
  std::uint64_t lines() const { return number_; }

 private:
  template <typename Pass>
  void pass(Pass&& pass_on);
  void end_of_file();
  void refuse_if_useless() const;

  Reader& reader_;
  Side& side_;
  std::string rest_;
  std::uint64_t number_ = 0;
};

/// The first line that is not blank.
std::string_view first_line(std::string_view text);

/// How many events "Lost 5 events on CPU #1!" of a libbpf tool tells of; nothing where it is no such line.
std::optional<std::uint64_t> lost_by_libbpf_tool(std::string_view line);

/// For tools' options: the value of "-n NAME", "-nNAME", "--name NAME" or "--name=NAME"; nothing where it was
/// not given. Give "" for a form that there is not.
std::optional<std::string> option_value(const std::vector<std::string>& arguments,
                                        std::string_view short_form, std::string_view long_form);
/// Whether a switch was given, also as one letter of several: "-xt".
bool has_switch(const std::vector<std::string>& arguments, char letter, std::string_view long_form);

extern const Importer records_importer;
extern const Importer tracefs_importer;
extern const Importer bpftrace_importer;
extern const Importer bpftrace_json_importer;
extern const Importer execsnoop_bt_importer;
extern const Importer execsnoop_importer;
extern const Importer exitsnoop_importer;
extern const Importer perf_importer;
extern const Importer strace_importer;
extern const Importer mapped_importer;
extern const Importer counts_importer;
extern const Importer counts_json_importer;

}  // namespace ftracectl::compare

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "decode/pages/page_layout.hpp"

namespace ftracectl {

/// What a page's header says beside its time.
struct PageCommit {
  std::size_t length = 0;  ///< of the data
  bool has_lost = false;   ///< events were lost before this page
  bool has_count = false;  ///< and how many stands behind the data
};

/// `page` has at least its header.
PageCommit read_commit(const PageLayout& layout, std::string_view page);

/// Goes through the entries of one binary page. Every length is checked against the page: what does not fit
/// ends the page with a fault, and nothing beyond its bytes is ever read.
class PageReader {
 public:
  PageReader() = default;
  PageReader(const PageLayout& layout, std::string_view page);

  /// Goes to the next entry with data. False at the end of the page, or at a fault.
  bool advance();

  std::string_view payload() const { return payload_; }  ///< of the entry, from common_type on
  std::uint64_t time() const { return time_; }           ///< of the entry, by the buffer's clock

  /// The data of entries that a filter had discarded is put there as advance() passes them: nobody reads it,
  /// but the page has it.
  void note_discarded(std::vector<std::string_view>* to) { discarded_ = to; }

  /// The kernel's word that entries before this page were lost.
  bool has_lost() const { return has_lost_; }
  std::optional<std::uint64_t> lost_count() const { return lost_count_; }

  /// Why the rest of the page makes no sense; empty where it does.
  std::string_view fault() const { return fault_; }
  /// The bytes that make none; at the end of a page without a fault, its padding.
  std::string_view faulty_bytes() const { return rest_; }

 private:
  bool fail(std::string_view why);
  void read_lost(const PageCommit& commit, std::string_view behind_data);

  PageLayout layout_;
  std::string_view rest_;  ///< not looked at yet
  std::string_view payload_;
  std::uint64_t time_ = 0;
  bool has_lost_ = false;
  std::optional<std::uint64_t> lost_count_;
  std::string_view fault_;
  std::vector<std::string_view>* discarded_ = nullptr;
};

}  // namespace ftracectl

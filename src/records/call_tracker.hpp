#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ftracectl {

/// A key of several fields, such as a device and a sector of it.
template <std::size_t count>
using KeyOfFields = std::array<std::int64_t, count>;

struct HashOfKey {
  std::size_t operator()(std::int32_t tid) const { return std::hash<std::int32_t>()(tid); }
  template <std::size_t count>
  std::size_t operator()(const KeyOfFields<count>& fields) const {
    std::uint64_t hash = 0;
    for (const std::int64_t field : fields) {
      hash = (hash ^ static_cast<std::uint64_t>(field)) * 0x9e3779b97f4a7c15U;
      hash ^= hash >> 32U;
    }
    return static_cast<std::size_t>(hash);
  }
};

/// Things that have begun and not ended, each by its key: the thread that is in a call, or KeyOfFields. Keeps them in the order
/// in which they began, uses the storage of those that have ended again, and bounds their number.
template <typename Key, typename Call>
class CallTracker {
  struct Open {
    Call call;
    std::uint64_t number = 0;
  };
  using ByKey = std::unordered_map<Key, Open, HashOfKey>;

 public:
  /// What has begun and is given up: it makes room, or a loss may have hidden its end.
  static constexpr std::size_t most = 65536;

  /// Begins one, in whose place nothing is open. Its storage has held another: the caller overwrites it.
  Call& begin(const Key& key) {
    auto node = std::exchange(spare_, {});
    if (node.empty()) {
      auto& fresh = open_[key];
      fresh.number = next_number_++;
      return fresh.call;
    }
    node.key() = key;
    node.mapped().number = next_number_++;
    return open_.insert(std::move(node)).position->second.call;
  }
  /// Null where nothing of that key is open.
  Call* find(const Key& key) {
    const auto found = open_.find(key);
    return found != open_.end() ? &found->second.call : nullptr;
  }
  /// It has ended: `take` sees it for the last time.
  template <typename Take>
  bool end(const Key& key, Take take) {
    return !open_.empty() && finish(open_.extract(key), take);
  }

  /// Where one is, so that it is not looked for again when it ends. Good until something begins, ends or is rekeyed.
  class Place {
   public:
    /// Null where nothing of the key is open.
    Call* call() const { return is_open_ ? &at_->second.call : nullptr; }

   private:
    friend class CallTracker;
    typename ByKey::iterator at_;
    bool is_open_ = false;
  };
  Place place_of(const Key& key) {
    Place place;
    place.at_ = open_.find(key);
    place.is_open_ = place.at_ != open_.end();
    return place;
  }
  /// One that is open.
  template <typename Take>
  void end(const Place& place, Take take) {
    finish(open_.extract(place.at_), take);
  }
  /// It goes on under another key. What was open under that is overwritten: end() it first.
  void rekey(const Key& from, const Key& to) {
    auto node = open_.extract(from);
    if (node.empty()) return;
    node.key() = to;
    open_.insert(std::move(node));
  }
  bool is_full() const { return open_.size() >= most; }
  bool empty() const { return open_.empty(); }
  std::size_t size() const { return open_.size(); }
  /// In no order.
  template <typename Look>
  void for_each(Look look) {
    for (auto& [key, open] : open_) look(open.call);
  }
  /// Ends so many, the oldest first.
  template <typename Take>
  void end_oldest(std::size_t count, Take take) {
    std::vector<std::pair<std::uint64_t, Key>> all;
    all.reserve(open_.size());
    for (const auto& [key, open] : open_) all.emplace_back(open.number, key);
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    all.resize(std::min(count, all.size()));
    for (const auto& [number, key] : all) end(key, take);
  }
  /// Ends all, in the order in which they began.
  template <typename Take>
  void end_all(Take take) {
    end_oldest(open_.size(), take);
  }

 private:
  template <typename Take>
  bool finish(typename ByKey::node_type node, Take& take) {
    if (node.empty()) return false;
    take(node.mapped().call);
    spare_ = std::move(node);
    return true;
  }

  ByKey open_;
  typename ByKey::node_type spare_;
  std::uint64_t next_number_ = 0;
};

}  // namespace ftracectl

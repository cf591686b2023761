#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <pinion/actors/clock.hpp>

namespace pinion {

/// The messages to an actor whose process may die: in the order of sending, from the moment they came until
/// they were answered. Pure; time is passed in. For one thread. `Letter` is whatever is to be sent and
/// answered.
template <class Letter>
class letter_box {
public:
  struct limits {
    std::size_t most = 10'000;                        ///< letters without an answer
    std::size_t most_bytes = std::size_t{256} << 20U; ///< of those
    std::size_t ahead = 64;                           ///< of those, sent to the process
    int most_deaths = 1; ///< processes that may die of one letter; from then on it fails
  };
  struct entry {
    std::uint64_t number = 0;
    Letter what;
    std::size_t bytes = 0;
    time_point deadline = never;
    int deaths = 0;
  };

  explicit letter_box(limits what) : limits_(what) {}

  std::size_t size() const noexcept { return all_.size(); }
  std::size_t in_flight() const noexcept { return in_flight_; }
  bool full(std::size_t bytes) const noexcept {
    return all_.size() >= limits_.most || (!all_.empty() && bytes > limits_.most_bytes - bytes_);
  }

  /// REQUIRES: !full(bytes).
  void put(Letter what, std::size_t bytes, time_point deadline) {
    const auto number = ++last_;
    bytes_ += bytes;
    if (deadline != never)
      deadlines_.emplace(deadline, number);
    all_.emplace(number, entry{number, std::move(what), bytes, deadline, 0});
  }

  /// The next one to be sent, which counts as sent from now on; null: none, or enough are on their way.
  /// `seen`: the last one that the process has looked at; its answer may take as long as it likes.
  const entry* send(std::uint64_t seen = 0) {
    if (sent_ > seen && std::min<std::uint64_t>(in_flight_, sent_ - seen) >= limits_.ahead)
      return nullptr;
    const auto at = all_.upper_bound(sent_);
    if (at == all_.end())
      return nullptr;
    sent_ = at->first;
    ++in_flight_;
    return &at->second;
  }

  bool unsent() const { return all_.upper_bound(sent_) != all_.end(); }

  /// It has its answer; nothing if it had one before.
  std::optional<entry> take(std::uint64_t number) {
    auto node = all_.extract(number);
    if (node.empty())
      return std::nullopt;
    auto& gone = node.mapped();
    bytes_ -= gone.bytes;
    in_flight_ -= number <= sent_ ? 1 : 0;
    if (gone.deadline != never)
      deadlines_.erase({gone.deadline, number});
    return std::move(gone);
  }

  /// The process is gone; the last letter that it had begun was `begun`. Gives those that fail with it: what
  /// it had begun, as often as a letter may. What else was sent is to be sent again, in order.
  std::vector<entry> died(std::uint64_t begun) {
    std::vector<std::uint64_t> lost;
    for (auto at = all_.begin(); at != all_.end() && at->first <= std::min(begun, sent_); ++at)
      if (++at->second.deaths >= limits_.most_deaths)
        lost.push_back(at->first);
    std::vector<entry> result;
    for (const auto each : lost)
      result.push_back(*take(each));
    sent_ = 0;
    in_flight_ = 0;
    return result;
  }

  time_point next_deadline() const { return deadlines_.empty() ? never : deadlines_.begin()->first; }
  /// Those whose time is over.
  std::vector<entry> expired(time_point now) {
    std::vector<entry> result;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now)
      result.push_back(*take(deadlines_.begin()->second));
    return result;
  }

  /// All there are.
  std::vector<entry> clear() {
    std::vector<entry> result;
    while (!all_.empty())
      result.push_back(*take(all_.begin()->first));
    return result;
  }

private:
  limits limits_;
  std::map<std::uint64_t, entry> all_; ///< by number, which is the order of sending
  std::set<std::pair<time_point, std::uint64_t>> deadlines_;
  std::uint64_t last_ = 0;
  std::uint64_t sent_ = 0; ///< all up to it are with the process
  std::size_t in_flight_ = 0;
  std::size_t bytes_ = 0;
};

} // namespace pinion

#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

namespace pinion {

/// Counts the mappings that a store has given to others to drop (store_options::bury): until they have done
/// so the memory is taken, though no array has it any more. Any thread.
class graveyard : public std::enable_shared_from_this<graveyard> {
public:
  /// What to give away: it drops the mapping with its own end, and notes that.
  std::shared_ptr<const void> enter(std::shared_ptr<const void> mapping);

  /// How many were dropped so far.
  std::uint64_t dropped() const;

  /// Waits until more than `before` are dropped; false when none is left that could be, or after `patience`.
  bool wait_for_more(std::uint64_t before, std::chrono::milliseconds patience);

private:
  class grave;

  mutable std::mutex mutex_;
  std::condition_variable news_;
  std::uint64_t entered_ = 0; ///< guarded by mutex_
  std::uint64_t dropped_ = 0; ///< guarded by mutex_
};

} // namespace pinion

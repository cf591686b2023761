#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// Makes arrays of a store for those who come and go, and keeps the memory of a large one that was dropped
/// for some time, for the next: neither the store nor those who have it mapped need touch fresh pages for
/// that. (Measured where a first touch is dear, in a virtual machine: the first sum of 256 MiB in a new
/// mapping takes 110 to 220 ms, the second 10 ms.) What is kept is given up where the store has no room for
/// an array of this pool's. Any thread may call any member; the store must outlive the pool, not the arrays.
class array_pool {
public:
  using clock = std::chrono::steady_clock;

  struct options {
    std::uint64_t least = std::uint64_t{16} << 20U; ///< smaller arrays are the store's business
    std::uint64_t most = std::uint64_t{512} << 20U; ///< bytes that are kept, at the most
    std::chrono::milliseconds time{2'000};          ///< for which something is kept
    /// Whether so many bytes may be kept now; empty: yes.
    std::function<bool(std::uint64_t bytes)> may_keep;
    /// Called when something is kept, on the thread that dropped it; it must not throw.
    std::function<void()> kept;
  };
  array_pool(store& from, options how);
  array_pool(const array_pool&) = delete;
  array_pool& operator=(const array_pool&) = delete;
  /// As close().
  ~array_pool();

  /// Gives up what is kept, and keeps nothing from now on.
  void close();

  /// As store::make with fill::as_written: elements are whatever lay there before. `label` is for people.
  any_array make(dtype type, const extents& shape, order lie, std::string label);

  /// Gives up what was kept for long enough, and says when there is more of that; time_point::max(): never.
  clock::time_point upkeep(clock::time_point now);
  std::uint64_t kept() const;

private:
  struct shelf;
  store& from_;
  const std::shared_ptr<shelf> shelf_; ///< arrays that were lent know it as well
};

} // namespace pinion

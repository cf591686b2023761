#pragma once

#include <cstddef>
#include <cstdint>

namespace pinion {

/// How many items of a map go into one task. Given, or chosen from what items have cost so far: until that is
/// known, one item a task; then a share of what is left for each worker, which gets smaller to the end so
/// that all are done at the same time (guided self-scheduling: Polychronopoulos and Kuck, IEEE Transactions
/// on Computers C-36(12), 1987), but no more than `longest` of work, so that a stop or a failure is noticed,
/// and no less than `shortest`, below which the way there and back counts. Belongs to one thread at a time.
class chunk_plan {
public:
  static constexpr double longest_ns = 50e6;
  static constexpr double shortest_ns = 200e3;

  /// `fixed`: items a task; 0 = chosen.
  chunk_plan(std::int64_t items, std::size_t workers, std::int64_t fixed = 0);

  /// Takes the next items; how many, 0 when none are left.
  std::int64_t next();
  /// So many items took a worker that long.
  void learn(std::int64_t items, double run_ns);
  std::int64_t left() const noexcept { return left_; }
  /// The first item that was not taken.
  std::int64_t taken() const noexcept { return items_ - left_; }
  bool knows_cost() const noexcept { return learned_; }
  /// Of an item, in nanoseconds of a worker; 0 where it is not known.
  double item_ns() const noexcept { return item_ns_; }
  void take_all() noexcept { left_ = 0; }

private:
  const std::int64_t items_;
  std::int64_t left_;
  const std::int64_t workers_;
  const std::int64_t fixed_;
  bool learned_ = false;
  double item_ns_ = 0;
};

} // namespace pinion

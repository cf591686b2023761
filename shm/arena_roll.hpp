#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include <pinion/shm/array_list.hpp>

namespace pinion {

class arena_owner;

/// The result arenas of a node, for those who ask who holds the memory. Owns none of them. Any thread.
class arena_roll {
public:
  void enter(const std::shared_ptr<const arena_owner>& one);
  array_list list(const array_query& which) const;

private:
  mutable std::mutex mutex_;
  std::vector<std::weak_ptr<const arena_owner>> all_; ///< guarded by mutex_
};

} // namespace pinion

#include <pinion/shm/arena_roll.hpp>

#include <pinion/shm/arena_owner.hpp>

namespace pinion {

void arena_roll::enter(const std::shared_ptr<const arena_owner>& one) {
  std::lock_guard lock(mutex_);
  std::erase_if(all_, [](const auto& each) { return each.expired(); });
  all_.push_back(one);
}

array_list arena_roll::list(const array_query& which) const {
  // Asked without the lock: an arena may be the last of its memory here, and takes locks of its own to go.
  const auto all = [&] {
    std::lock_guard lock(mutex_);
    return all_;
  }();
  array_list result;
  for (const auto& each : all)
    if (const auto lives = each.lock())
      result.merge(lives->list(which), which.most);
  return result;
}

} // namespace pinion

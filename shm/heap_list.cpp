// The heap's other half: who holds its memory, and what is said when there is no more.
#include <pinion/shm/heap.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <utility>

#include <pinion/shm/block.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

std::uint64_t heap::largest_free() const {
  std::lock_guard lock(mutex_);
  std::uint64_t largest = 0;
  for (const auto& each : shared_)
    largest = std::max(largest, each->free.largest());
  return largest;
}

// The largest arrays of all that count on the ledger, in words.
std::string heap::held_most() const {
  const array_query few{3, ""};
  auto all = list(few);
  if (options_.others)
    all.merge(options_.others(few), few.most);
  return most_held(all, std::chrono::steady_clock::now());
}

// The limit is reached.
void heap::raise_full(std::uint64_t needed) {
  const auto limit = books_->limit();
  const auto free = limit - std::min(limit, books_->taken());
  const auto largest = largest_free();
  throw no_space_error("the store has " + readable_size(free) + " of its limit of " + readable_size(limit) +
                           " left for new segments, and a largest free block of " + readable_size(largest) +
                           " in those that it has; " + readable_size(needed) +
                           " needed; drop arrays or raise the limit" + held_most(),
                       needed, free, limit, largest);
}

// The system has no more.
void heap::raise_full(std::uint64_t needed, const std::exception_ptr& failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const no_space_error& why) {
    throw no_space_error(why.what() + held_most(), needed, why.free(), why.limit(), largest_free());
  }
}

void heap::enter(block& one) {
  std::lock_guard lock(mutex_);
  blocks_.insert(&one);
}

void heap::give(block& whose, piece back) noexcept {
  {
    std::lock_guard lock(mutex_);
    blocks_.erase(&whose);
  }
  give(std::move(back));
}

std::vector<stored_array> heap::list() const {
  std::lock_guard lock(mutex_);
  std::vector<stored_array> result;
  result.reserve(blocks_.size());
  for (const auto* each : blocks_)
    if (auto facts = each->facts(); facts.holders > 0) // else it is on its way out
      result.push_back(std::move(facts));
  return result;
}

array_list heap::list(const array_query& which) const {
  std::lock_guard lock(mutex_);
  return largest_of(blocks_, which);
}

bool heap::label(const origin* which, std::string text) {
  std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(blocks_.begin(), blocks_.end(), [&](const block* each) { return each == which; });
  if (found == blocks_.end())
    return false;
  constexpr std::size_t longest = 200; // a listing has a thousand of them
  if (text.size() > longest)
    text.resize(longest);
  // Of one line, with nothing that a terminal obeys: people read it in listings and errors.
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  (*found)->label(std::move(text));
  return true;
}

} // namespace pinion

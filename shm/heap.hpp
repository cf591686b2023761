#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <sys/types.h>

#include <pinion/shm/array_list.hpp>
#include <pinion/shm/graveyard.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/pages.hpp>
#include <pinion/shm/room.hpp>
#include <pinion/shm/store.hpp>
#include <pinion/shm/stored_array.hpp>

namespace pinion {

class block;

/// The books of a store, shared by the store and its blocks, so that blocks may outlive the store. Any thread
/// may call any member. System calls that take long (making, removing and unmapping segments) are done
/// without the mutex, so a thread that frees a small block never waits for one that asks for a big one.
class heap {
public:
  explicit heap(store_options options);
  ~heap();

  /// Bytes must be a result of free_list::rounded. With pages::by_file a piece that has a segment to itself
  /// is not made ready in the mapping. Throws no_space_error or system_failed.
  piece take(std::uint64_t size, pages how);

  void give(piece back) noexcept;
  /// Lists a block for as long as it lives, and takes its piece back then.
  void enter(block& one);
  void give(block& whose, piece back) noexcept;
  std::vector<stored_array> list() const;
  array_list list(const array_query& which) const;
  /// Gives the block at that memory a name for people. False for memory of others.
  bool label(const origin* which, std::string text);

  /// From now on names go and nothing is handed out; called once, by the store's destructor.
  void close() noexcept;

  void on_retire(std::function<void(const std::string&)> tell);
  store_stats stats() const;

private:
  using room_ptr = std::shared_ptr<room>;

  std::optional<piece> take_from_rooms(std::uint64_t size);
  piece take_from(const room_ptr& where, std::uint64_t offset, std::uint64_t size);
  room_ptr new_room(std::uint64_t size, pages how);
  std::unique_ptr<segment> new_segment(std::uint64_t wanted, std::uint64_t least, pages how);
  std::uint64_t book(std::uint64_t wanted, std::uint64_t least);
  void unbook(std::uint64_t size) noexcept;
  bool retire_spare();
  std::uint64_t largest_free() const;
  std::string held_most() const;
  [[noreturn]] void raise_full(std::uint64_t needed);
  [[noreturn]] void raise_full(std::uint64_t needed, const std::exception_ptr& failure);
  room_ptr remove_if_spare(const room_ptr& emptied);
  void forget(const room_ptr& gone) noexcept;
  void retire(room_ptr gone) noexcept;

  const store_options options_;
  const pid_t process_;
  const std::shared_ptr<ledger> books_;
  const ledger::slot slot_;
  const std::shared_ptr<graveyard> graves_ = std::make_shared<graveyard>();

  mutable std::mutex mutex_;
  // All below is guarded by mutex_.
  std::vector<room_ptr> shared_;
  std::unordered_set<room_ptr> single_;
  std::uint64_t next_size_;
  std::unordered_set<block*> blocks_;
  store_stats stats_;
  bool closed_ = false;

  std::mutex tell_mutex_; ///< held while it is called: whoever takes it back knows that nobody is in it
  std::function<void(const std::string&)> tell_; ///< guarded by tell_mutex_
};

} // namespace pinion

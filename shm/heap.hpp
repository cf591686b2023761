#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include <pinion/shm/ledger.hpp>
#include <pinion/shm/room.hpp>
#include <pinion/shm/store.hpp>

namespace pinion {

/// The books of a store, shared by the store and its blocks, so that blocks may outlive the store. Any thread
/// may call any member. System calls that take long (making, removing and unmapping segments) are done
/// without the mutex, so a thread that frees a small block never waits for one that asks for a big one.
class heap {
public:
  explicit heap(store_options options);
  ~heap();

  /// Bytes must be a result of free_list::rounded. Throws no_space_error or system_failed.
  piece take(std::uint64_t size);

  void give(piece back) noexcept;

  /// From now on names go and nothing is handed out; called once, by the store's destructor.
  void close() noexcept;

  void on_retire(std::function<void(const std::string&)> tell);
  store_stats stats() const;

private:
  using room_ptr = std::shared_ptr<room>;

  std::optional<piece> take_from_rooms(std::uint64_t size);
  piece take_from(const room_ptr& where, std::uint64_t offset, std::uint64_t size);
  room_ptr new_room(std::uint64_t size);
  std::unique_ptr<segment> new_segment(std::uint64_t wanted, std::uint64_t least);
  std::uint64_t book(std::uint64_t wanted, std::uint64_t least);
  void unbook(std::uint64_t size) noexcept;
  bool retire_spare();
  room_ptr remove_if_spare(const room_ptr& emptied);
  void forget(const room_ptr& gone) noexcept;
  void retire(room_ptr gone) noexcept;

  const store_options options_;
  const std::shared_ptr<ledger> books_;
  const ledger::slot slot_;

  mutable std::mutex mutex_;
  // All below is guarded by mutex_.
  std::vector<room_ptr> shared_;
  std::unordered_set<room_ptr> single_;
  std::uint64_t next_size_;
  store_stats stats_;
  bool closed_ = false;

  std::mutex tell_mutex_; ///< held while it is called: whoever takes it back knows that nobody is in it
  std::function<void(const std::string&)> tell_; ///< guarded by tell_mutex_
};

} // namespace pinion

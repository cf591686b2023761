#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <pinion/shm/arena.hpp>
#include <pinion/shm/array_list.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/origin.hpp>
#include <pinion/shm/segment.hpp>

namespace pinion {

/// The node's side of one worker's result arena: owns the segment, and the blocks that were handed over to
/// it. A block is given back when its last array here goes: to the worker while that lives, else to the
/// system. When the worker is gone, whatever it had not handed over is free at once; the segment goes with
/// the last block. Any thread.
class arena_owner : public std::enable_shared_from_this<arena_owner> {
public:
  struct setup {
    std::string tag;               ///< as store_options::tag
    std::shared_ptr<ledger> books; ///< where its bytes are counted
    /// For what takes long: giving back the pages of a gigabyte takes 0.2 s. Empty: done at once.
    std::function<void(std::function<void()>)> later;
  };

  /// A segment as large as results can be: all of /dev/shm, or the limit. Throws what segment::create does.
  static std::shared_ptr<arena_owner> make(setup how);
  ~arena_owner();

  const std::string& name() const noexcept { return memory_->name(); }
  ledger::slot slot() const noexcept { return slot_; }

  /// What keeps a block that a reply named; its elements lie at base + offset. Throws bad_reference for one
  /// that lies outside of the segment, or in a block that was taken over already: the worker has lost its
  /// memory to a wild write. `facts` say what it is for people who ask (type, shape, label); the rest is
  /// filled in.
  std::shared_ptr<const origin> take_over(arena_block what, stored_array facts = {});

  /// Told of each block whose arrays here are gone, on the thread that dropped the last of them, while the
  /// worker lives; must not throw. Set once, before the first block is taken over.
  void on_free(std::function<void(arena_block)> tell);

  /// No more blocks will come.
  void worker_gone();

  /// The name goes; what is mapped stays.
  void retire() noexcept { memory_->retire(); }

  std::uint64_t blocks() const;

  /// The largest arrays that were handed over and live.
  array_list list(const array_query& which) const;

private:
  class taken;
  struct place {
    std::uint64_t size = 0;
    const taken* whose = nullptr; ///< null while it is being made
  };

  arena_owner(setup how, std::unique_ptr<segment> memory);
  void give_back(arena_block what) noexcept;
  std::uint64_t release_all_but_taken();

  const setup setup_;
  const std::unique_ptr<segment> memory_;
  const descriptor file_;
  const ledger::slot slot_;

  mutable std::mutex mutex_;
  std::map<std::uint64_t, place> taken_;  ///< guarded by mutex_; by offset
  std::function<void(arena_block)> tell_; ///< guarded by mutex_
  bool gone_ = false;                     ///< guarded by mutex_; the worker is
};

} // namespace pinion

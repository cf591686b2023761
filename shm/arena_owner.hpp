#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include <sys/types.h>

#include <pinion/shm/arena.hpp>
#include <pinion/shm/array_list.hpp>
#include <pinion/shm/backing.hpp>
#include <pinion/shm/descriptor.hpp>
#include <pinion/shm/ledger.hpp>
#include <pinion/shm/origin.hpp>
#include <pinion/shm/segment.hpp>

namespace pinion {

/// The node's side of one worker's result arena: owns the segment, and the blocks that were handed over to
/// it. A block is given back when its last array here goes: to the worker while that lives, else to the
/// system. When the worker is gone, whatever it had not handed over is free at once; the segment goes with
/// the last block. Any thread; what a forked child drops is still its parent's.
class arena_owner : public std::enable_shared_from_this<arena_owner> {
public:
  struct setup {
    std::string tag;               ///< as store_options::tag
    std::shared_ptr<ledger> books; ///< where its bytes are counted
    /// For what takes long: giving back the pages of a gigabyte takes 0.2 s. Empty: done at once.
    std::function<void(std::function<void()>)> later;
    /// As store_options::place: it holds for the worker's pages as well, which come when it makes arrays.
    std::function<void(std::byte* base, std::uint64_t size)> place = {};
    backing kind = backing::named; ///< as store_options::kind
  };

  /// A segment as large as results can be: all of /dev/shm (of memory), or the limit. Throws what
  /// segment::create does.
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

  /// The node ends, after the worker: the name goes, and what still lies here keeps its memory for whoever
  /// has it mapped, as the node may have published it.
  void retire() noexcept;

  std::uint64_t blocks() const;

  /// The largest arrays that were handed over and live.
  array_list list(const array_query& which) const;

private:
  class taken;
  struct place {
    std::uint64_t size = 0;
    const taken* whose = nullptr; ///< null while it is being made
  };

  using places = std::map<std::uint64_t, place>; ///< by offset
  struct stretch_of_pages {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };

  arena_owner(setup how, std::unique_ptr<segment> memory);
  void give_back(arena_block what) noexcept;
  void soon(std::function<void()> work) noexcept;
  stretch_of_pages pages_of_it_alone(arena_block what) const;
  void release(stretch_of_pages what) const noexcept;
  void release_all_but(const places& these) const noexcept;
  void count_taken() noexcept;

  const setup setup_;
  const pid_t process_;
  const std::unique_ptr<segment> memory_;
  const descriptor file_;
  const ledger::slot slot_;

  mutable std::mutex mutex_;
  // All below is guarded by mutex_.
  places taken_;
  std::function<void(arena_block)> tell_;
  bool gone_ = false;    ///< the worker is
  bool counted_ = false; ///< the books say what is taken, since the worker is gone
  bool ended_ = false;   ///< the node is about to be gone, too
};

} // namespace pinion

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <pinion/shm/any_array.hpp>
#include <pinion/shm/array.hpp>
#include <pinion/shm/array_list.hpp>
#include <pinion/shm/backing.hpp>
#include <pinion/shm/huge_pages.hpp>
#include <pinion/shm/pages.hpp>
#include <pinion/shm/stored_array.hpp>

namespace pinion {

class block;
class heap;

class ledger;

struct store_options {
  /// The most bytes that all segments together may take, headers included; 0 for no limit but that of
  /// /dev/shm.
  std::uint64_t limit = 0;
  /// Where the store's bytes are counted, beside those of others, against one limit; empty: a ledger of its
  /// own with `limit`. With one, `limit` is not looked at.
  std::shared_ptr<ledger> books;
  /// Written in each segment's header, so that a person can tell whose it is; cut at 63 bytes.
  std::string tag;
  /// Given each retired segment's mapping, to be dropped when and where it hurts nobody: for 1 GiB that takes
  /// about 0.2 s. Called like on_retire, and may be called until the last array is gone; empty: dropped at
  /// once, on the thread that dropped the array.
  std::function<void(std::shared_ptr<const void> mapping)> bury;
  /// Called with the whole mapping of each fresh segment before any of its pages is there: the moment to say
  /// on which memory they are to lie, since a policy moves no page that is there (mbind(2)). `base` is the
  /// start of a page, `size` whole pages. On the thread that asked for the array, perhaps on several at once;
  /// it must not throw. Empty: pages lie where the system puts them.
  std::function<void(std::byte* base, std::uint64_t size)> place;
  /// Who else holds memory that the same ledger counts, to be named when there is no more; empty: nobody.
  /// Called by whoever asks for an array, with no lock of the store's held.
  std::function<array_list(const array_query& which)> others;
  /// What the segments are made of; automatic is taken for named.
  backing kind = backing::named;
  huge_pages huge = huge_pages::automatic;
};

struct store_stats {
  std::uint64_t segments = 0;
  /// Bytes of /dev/shm taken by the segments, headers included.
  std::uint64_t reserved = 0;
  /// Bytes in blocks that are in use, and their number.
  std::uint64_t used = 0;
  std::uint64_t blocks = 0;
};

/// What the elements of a new array are.
enum class fill : std::uint8_t {
  none,       ///< whatever lay there before
  zero,       ///< 0
  by_file,    ///< the same as none, and the first touch of a large array's pages is dear: for who writes them
              ///< through the segment's file
  as_written, ///< the same, and a large array's pages come when they are written: before that nobody may look
              ///< at them (SIGBUS where memory is short), and a write may find no room (ENOSPC)
};

/// The owner's side of shared memory: makes arrays, and the segments that they lie in, and unlinks those when
/// they are not needed any more. Any thread may call any member; arrays may be dropped on any thread, and may
/// outlive the store: they keep their memory, but its name is gone and nobody new can map it.
///
/// No segment exists before the first array. Segments grow from 1 MiB, doubling to 64 MiB; an array of 16 MiB
/// or more has a segment to itself, which goes when the array goes. One emptied segment is kept for the next
/// array.
///
/// A full /dev/shm (or memory, for segments without a name), or the limit, is a no_space_error with needed,
/// free and limit; pages are reserved when a segment is made, so nothing dies of SIGBUS later.
class store {
public:
  explicit store(store_options options = {});
  ~store();
  store(const store&) = delete;
  store& operator=(const store&) = delete;

  any_array make(dtype type, const extents& shape, fill with = fill::none, order lie = order::c);

  template <element T>
  array<T> zeros(const extents& shape) {
    return make(dtype_of<T>, shape, fill::zero).template as<T>();
  }

  /// Elements are whatever lay there before.
  template <element T>
  array<T> empty(const extents& shape) {
    return make(dtype_of<T>, shape, fill::none).template as<T>();
  }

  /// Called with the name of each segment that was retired, on the thread that dropped its last array, with
  /// no lock held but this function's own; not from the destructor. It must not throw. When this returns, the
  /// one that was there before is not called any more, nor still at work.
  void on_retire(std::function<void(const std::string& segment)> tell);

  store_stats stats() const;

  /// All arrays that live, in no order: who holds the memory.
  std::vector<stored_array> list() const;
  /// The largest of some of them: cheap where there are very many.
  array_list list(const array_query& which) const;
  /// What people are to call an array of this store; any view of it will do. False for one of another store.
  bool label(const any_view& which, std::string text);

private:
  std::shared_ptr<block> take(dtype type, const extents& shape, pages how, std::uint64_t& dirty);

  std::shared_ptr<heap> heap_;
};

} // namespace pinion

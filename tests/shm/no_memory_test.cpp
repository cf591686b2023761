// What is made when the program itself has no memory left: each allocation fails once.
#include <cstdlib>
#include <doctest/doctest.h>
#include <memory>
#include <new>

#include <pinion/shm/ledger.hpp>
#include <pinion/shm/store.hpp>

#include "support/shm_left.hpp"

using namespace pinion;
using namespace pinion::test;

namespace {

// Of this thread: how many allocations go well before one does not; -1 = all.
thread_local long still_good = -1;

// Not inlined: g++ would take new and free() for a pair that does not match.
[[gnu::noinline]] void* take(std::size_t size) {
  if (still_good >= 0 && still_good-- == 0)
    throw std::bad_alloc();
  if (auto* result = std::malloc(size == 0 ? 1 : size))
    return result;
  throw std::bad_alloc();
}
[[gnu::noinline]] void give(void* memory) noexcept { std::free(memory); }

} // namespace

void* operator new(std::size_t size) { return take(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return take(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* memory) noexcept { give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give(memory); }
void operator delete(void* memory, std::size_t) noexcept { give(memory); }

TEST_CASE("an array that fails for want of the program's memory leaves no name and no byte in the books") {
  for (const auto kind : {backing::named, backing::memfd})
    for (const auto size : {1000, 16 << 20}) {
      bool made = false;
      int failures = 0;
      for (long good = 0; !made; ++good) {
        nothing_left after;
        store_options options;
        options.kind = kind;
        options.books = std::make_shared<ledger>(std::uint64_t{100} << 20);
        store sut(options);
        any_array array;
        still_good = good;
        try {
          array = sut.make(dtype::uint8, {size});
          made = still_good >= 0; // none failed, not even one that somebody put up with
        } catch (const std::exception&) {
          ++failures;
        }
        still_good = -1;
        array = {};
        CHECK(sut.stats().blocks == 0);
        // A small segment is kept for the next array, but not beside the books.
        CHECK(options.books->taken() == (size == 1000 ? sut.stats().reserved : 0));
      }
      CHECK(failures > 0);
    }
}

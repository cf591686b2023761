#include <doctest/doctest.h>

#include <cstdlib>
#include <vector>

#include <unistd.h>

#include <pinion/runtime/freed_memory.hpp>

#if !defined(__SANITIZE_ADDRESS__) // whose allocator keeps what is freed anyway

TEST_CASE("what a burst has freed stays with the process for the next one") {
  const auto burst_makes_heap_shrink = [] {
    std::vector<void*> blocks;
    for (int i = 0; i < 20'000; ++i)
      blocks.push_back(std::malloc(1000));
    const auto* full = ::sbrk(0);
    for (auto* each : blocks)
      std::free(each);
    return ::sbrk(0) != full;
  };
  REQUIRE(burst_makes_heap_shrink());
  pinion::keep_freed_memory();
  CHECK_FALSE(burst_makes_heap_shrink());
}

#endif

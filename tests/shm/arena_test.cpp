#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include <pinion/shm/error.hpp>

#include "support/arena_pair.hpp"
#include "support/seed.hpp"
#include "support/throws.hpp"

using namespace pinion;
using test::bytes_in_shm;
using test::pair_of;

TEST_CASE("an array of an arena is the node's after it was handed over, with its elements") {
  pair_of both;
  array_ref ref;
  std::shared_ptr<const origin> kept;
  {
    const auto made = both.worker->make(dtype::float64, {1000}).as<double>();
    std::iota(made.begin(), made.end(), 0.0);
    ref = made.ref();
    kept = both.pass(ref);
  }
  const view<double> there(reinterpret_cast<double*>(kept->base + ref.offset), ref.lay, kept);
  CHECK(there(999) == 999.0);
  CHECK(there.ref() == ref);
  CHECK(both.worker->blocks() == 1);
}

TEST_CASE("an array that is not handed over is free when it is dropped, and its place is used again") {
  pair_of both;
  const auto first = both.worker->make(dtype::uint8, {5000}).ref();
  CHECK(both.worker->blocks() == 0);
  CHECK(both.worker->make(dtype::uint8, {5000}).ref() == first);
  CHECK(both.worker->held() == 8192);
}

TEST_CASE("a block that the node lets go is told of, and the worker uses it again, warm") {
  pair_of both;
  auto kept = both.pass(both.worker->make(dtype::float64, {512}).ref());
  CHECK(both.freed.empty());
  kept = nullptr;
  REQUIRE(both.freed.size() == 1);
  CHECK(both.worker->blocks() == 1);
  both.worker->free(both.freed[0]);
  CHECK(both.worker->blocks() == 0);
  const auto again = both.worker->make(dtype::float64, {512});
  CHECK(again.ref().offset == both.freed[0].offset);
}

TEST_CASE("what the node lets go stays where it is for as long as the worker has a handle to it") {
  pair_of both;
  auto cached = both.worker->make(dtype::float64, {512}).as<double>();
  for (int round = 0; round < 2; ++round) { // it may be handed over again
    cached(0) = 42;
    auto kept = both.pass(cached.ref());
    CHECK(!both.worker->hand_over(cached.ref()));
    kept = nullptr;
    both.worker->free(both.freed.back());
    CHECK(both.worker->blocks() == 1);
    const auto other = both.worker->make(dtype::float64, {512}, fill::zero);
    CHECK(other.ref().offset != cached.ref().offset);
    CHECK(cached(0) == 42);
  }
  cached = {};
  CHECK(both.worker->blocks() == 0);
}

TEST_CASE("zeros are zero also where other elements lay before") {
  pair_of both;
  {
    const auto old = both.worker->make(dtype::uint8, {10'000}).as<std::uint8_t>();
    std::fill(old.begin(), old.end(), std::uint8_t{7});
  }
  const auto fresh = both.worker->make(dtype::uint8, {20'000}, fill::zero).as<std::uint8_t>();
  CHECK(std::count(fresh.begin(), fresh.end(), 0) == 20'000);
}

TEST_CASE("a slice of an array hands over the whole block, and only once") {
  pair_of both;
  const auto made = both.worker->make(dtype::int32, {10, 100}).as<std::int32_t>();
  const auto block = both.worker->hand_over(made.row(7).ref());
  REQUIRE(block);
  CHECK(block->offset == made.ref().offset);
  CHECK(block->size == 4032);
  CHECK(!both.worker->hand_over(made.ref()));
  array_ref elsewhere = made.ref();
  elsewhere.segment = "/other";
  CHECK(!both.worker->hand_over(elsewhere));
}

TEST_CASE("the limit of the node holds for results, with figures, and nothing is left of what was refused") {
  pair_of both(std::uint64_t{1} << 20);
  const auto some = both.worker->make(dtype::uint8, {600'000});
  const auto held = both.books->taken();
  try {
    static_cast<void>(both.worker->make(dtype::uint8, {500'000}));
    FAIL("it was granted");
  } catch (const no_space_error& why) {
    CHECK(why.limit() == std::uint64_t{1} << 20);
    CHECK(why.free() <= (std::uint64_t{1} << 20) - 600'000);
    CHECK(why.needed() >= 499'712);
  }
  CHECK(both.books->taken() == held);
  CHECK(both.worker->blocks() == 1);
  // More than the address space that was set apart.
  CHECK(test::reason_of([&] {
          static_cast<void>(both.worker->make(dtype::uint8, {std::int64_t{1} << 40}));
        }) == shm_errc::no_space);
  CHECK(test::reason_of([&] { static_cast<void>(both.worker->make(dtype::uint8, {-1})); }) ==
        shm_errc::bad_shape);
}

TEST_CASE("large blocks go back to the system at once, small ones up to a bound") {
  pair_of both;
  static_cast<void>(both.worker->make(dtype::uint8, {20 << 20}));
  CHECK(both.worker->held() <= 4096);
  std::vector<any_array> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(both.worker->make(dtype::uint8, {1 << 20}));
  CHECK(both.worker->held() >= std::uint64_t{100} << 20);
  many.clear();
  CHECK(both.worker->held() <= (std::uint64_t{64} << 20) + 100 * 4096);
  CHECK(both.books->taken() == both.worker->held());
}

TEST_CASE("small blocks give their pages back too, once all on a page are free") {
  pair_of both;
  std::vector<any_array> many;
  for (int i = 0; i < 40'000; ++i)
    many.push_back(both.worker->make(dtype::uint8, {3008})); // 120 MB, most of them across two pages
  many.clear();
  CHECK(both.worker->held() <= std::uint64_t{64} << 20);
  CHECK(both.books->taken() == both.worker->held());
  CHECK(bytes_in_shm(both.node->name()) <= (std::uint64_t{64} << 20) + 4096);
}

TEST_CASE("random makes, hand-overs and frees keep every element and count every byte") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto roll = [&](std::int64_t from, std::int64_t to) { return test::between(random, from, to); };
  for (const auto kind : {backing::named, backing::memfd}) {
    pair_of both(0, kind);
    struct one {
      array<std::int64_t> mine;
      std::shared_ptr<const origin> theirs;
      array_ref ref;
      std::int64_t value = 0;
    };
    std::vector<one> all;
    for (int step = 0; step < 4000; ++step) {
      const auto what = roll(0, 9);
      if (what < 5) {
        const auto size = roll(0, 3) == 0 ? roll(0, 100'000) : roll(0, 500);
        one next;
        next.mine = both.worker->make(dtype::int64, {size}, roll(0, 1) == 0 ? fill::zero : fill::none)
                        .as<std::int64_t>();
        next.value = step;
        std::fill(next.mine.begin(), next.mine.end(), next.value);
        next.ref = next.mine.ref();
        all.push_back(std::move(next));
      } else if (!all.empty()) {
        auto& it = all[static_cast<std::size_t>(roll(0, static_cast<std::int64_t>(all.size()) - 1))];
        const auto* base = it.theirs ? it.theirs->base : it.mine.view().source()->base;
        const auto* data = reinterpret_cast<const std::int64_t*>(base + it.ref.offset);
        REQUIRE(std::all_of(data, data + it.ref.lay.shape[0], [&](auto x) { return x == it.value; }));
        if (what < 7 && !it.theirs) {
          it.theirs = both.pass(it.ref);
          it.mine = {};
        } else {
          std::swap(it, all.back());
          all.pop_back();
          for (const auto& each : both.freed)
            both.worker->free(each);
          both.freed.clear();
        }
      }
    }
    const auto expected = all.size();
    CHECK(both.worker->blocks() == expected);
    all.clear();
    for (const auto& each : both.freed)
      both.worker->free(each);
    CHECK(both.worker->blocks() == 0);
    CHECK(both.node->blocks() == 0);
    CHECK(both.books->taken() == both.worker->held());
  }
}

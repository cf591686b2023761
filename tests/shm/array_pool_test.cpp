#include <pinion/shm/array_pool.hpp>

#include <doctest/doctest.h>
#include <optional>

#include <pinion/shm/error.hpp>

#include "support/shm_left.hpp"

using namespace pinion;
using namespace pinion::test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20U;

array_pool::options small() {
  array_pool::options result;
  result.least = mib;
  result.most = 10 * mib;
  return result;
}

any_array bytes(array_pool& from, std::uint64_t size) {
  return from.make(dtype::uint8, {static_cast<std::int64_t>(size)}, order::c, "x");
}

// Where an array lies.
std::pair<std::string, std::uint64_t> place(const any_array& what) {
  const auto ref = what.ref();
  return {ref.segment, ref.offset};
}

} // namespace

TEST_CASE("the memory of a large array is used again when the last who has it lets go") {
  nothing_left after;
  store memory;
  array_pool sut(memory, small());
  std::optional<any_array> first = bytes(sut, 4 * mib);
  const auto where = place(*first);
  std::optional<any_view> part = first->view();
  first.reset();
  CHECK(sut.kept() == 0);
  CHECK(place(bytes(sut, 4 * mib)) != where);
  part.reset();
  CHECK(sut.kept() >= 4 * mib);
  const auto again = sut.make(dtype::float64, {64, 1024}, order::fortran, "y"); // another type, and smaller
  // It is the smallest that was kept and fits.
  CHECK(again.type() == dtype::float64);
  CHECK(again.view().lay == f_order({64, 1024}));
  const auto larger = bytes(sut, 4 * mib);
  CHECK(larger.size() == static_cast<std::int64_t>(4 * mib));
  CHECK(memory.stats().blocks >= 2);
}

TEST_CASE("what is much larger than asked for, and what is small, is not used again") {
  nothing_left after;
  store memory;
  array_pool sut(memory, small());
  const auto where = place(bytes(sut, 8 * mib));
  CHECK(sut.kept() == 8 * mib);
  CHECK(place(bytes(sut, 2 * mib)) != where);
  bytes(sut, mib / 2);
  CHECK(sut.kept() == 10 * mib);
}

TEST_CASE("no more is kept than may be, and not for longer") {
  nothing_left after;
  store memory;
  auto how = small();
  bool may = true;
  int told = 0;
  how.may_keep = [&](std::uint64_t) { return may; };
  how.kept = [&] { ++told; };
  array_pool sut(memory, how);
  bytes(sut, 8 * mib);
  CHECK(told == 1);
  {
    const auto a = bytes(sut, 3 * mib);
    const auto b = bytes(sut, 3 * mib);
  }
  CHECK(sut.kept() == 8 * mib); // one of 3 MiB would be too much
  const auto now = array_pool::clock::now();
  const auto next = sut.upkeep(now);
  CHECK(next <= now + how.time);
  CHECK(sut.upkeep(next) == array_pool::clock::time_point::max());
  CHECK(sut.kept() == 0);
  CHECK(memory.stats().blocks == 0);
  may = false;
  bytes(sut, 2 * mib);
  CHECK(memory.stats().blocks == 0);
}

TEST_CASE("what is kept goes when the store has no room for what is asked") {
  nothing_left after;
  store_options how;
  how.limit = 24 * mib;
  store memory(how);
  auto all = small();
  all.most = 100 * mib;
  all.least = mib;
  array_pool sut(memory, all);
  bytes(sut, 18 * mib);
  CHECK(sut.kept() == 18 * mib);
  CHECK(bytes(sut, 20 * mib).size() == static_cast<std::int64_t>(20 * mib));
  const auto held = bytes(sut, 17 * mib);
  CHECK_THROWS_AS(bytes(sut, 17 * mib), no_space_error);
}

TEST_CASE("arrays may outlive their pool, and are not kept then") {
  nothing_left after;
  store memory;
  std::optional<array_pool> sut(std::in_place, memory, small());
  bytes(*sut, 4 * mib);
  const auto held = bytes(*sut, 2 * mib);
  sut->close();
  CHECK(memory.stats().blocks == 1);
  bytes(*sut, 4 * mib);
  CHECK(memory.stats().blocks == 1);
  sut.reset();
  CHECK(held.size() == static_cast<std::int64_t>(2 * mib));
}

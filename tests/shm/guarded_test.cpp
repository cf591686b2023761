#include <doctest/doctest.h>
#include <limits>

#include <cstring>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

#include <pinion/shm/guarded.hpp>
#include <pinion/shm/mapper.hpp>

#include "support/child.hpp"
#include "support/seed.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;
using namespace std::chrono_literals;

namespace {

guarded<std::int64_t> there(mapper& maps, const array_ref& ref) {
  return guarded<std::int64_t>(maps.open(ref, pinion::access::write));
}

} // namespace

TEST_CASE("one at a time holds guarded elements, among threads, objects and processes") {
  test::nothing_left after;
  store arrays;
  const auto counts = make_guarded<std::int64_t>(arrays, {2});
  constexpr int each = 2000;
  const auto count = [](const guarded<std::int64_t>& in) {
    for (int i = 0; i < each; ++i) {
      const auto here = in.lock();
      const auto old = here(0);
      here(0) = old + 1;
    }
  };
  test::child other([&, ref = counts.ref()] {
    mapper maps;
    count(there(maps, ref));
  });
  const guarded<std::int64_t> second(counts.block()); // a guard object of its own
  std::thread on_second([&] { count(second); });
  std::thread same([&] { count(counts); });
  count(counts);
  same.join();
  on_second.join();
  CHECK(other.wait() == 0);
  CHECK(counts.lock()(0) == 4 * each);
}

TEST_CASE("when a holder is killed the next one gets the guard and is told once who died") {
  test::nothing_left after;
  store arrays;
  const auto counts = make_guarded<std::int64_t>(arrays, {2});
  test::child holder([ref = counts.ref()] {
    mapper maps;
    const auto mine = there(maps, ref);
    mine.lock().elements()(0) = 1;
    const auto here = mine.lock("the second hold");
    here(1) = 2;
    test::child::say("held");
    ::pause();
  });
  REQUIRE(holder.line() == "held");
  CHECK(!counts.try_lock());
  CHECK(!counts.try_lock_for(3ms));
  holder.kill();
  {
    const auto here = counts.lock("mine");
    REQUIRE(here.abandoned_by());
    CHECK(here.abandoned_by()->pid == holder.pid());
    CHECK(here.abandoned_by()->label == "the second hold");
    CHECK(here.abandoned_by()->hold == 2);
    CHECK(here(1) == 2);
  }
  CHECK(!counts.lock().abandoned_by());
}

TEST_CASE("in a storm of kills every count is right and every death in a hold is told exactly once") {
  test::nothing_left after;
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  store arrays;
  // 0: holds that began, 1: holds that ended, 2: deaths that were told.
  const auto counts = make_guarded<std::int64_t>(arrays, {3});
  const auto work = [&] {
    mapper maps;
    const auto mine = there(maps, counts.ref());
    for (;;) {
      const auto here = mine.lock("storm");
      here(2) += here.abandoned_by() ? 1 : 0;
      ++here(0);
      ++here(1);
    }
  };
  const auto begun = [&] {
    const auto here = counts.lock();
    here(2) += here.abandoned_by() ? 1 : 0;
    return here(0);
  };
  for (int round = 0; round < 60; ++round) {
    const auto until = begun() + test::between(random, 0, 300);
    test::child first(work);
    test::child second(work);
    while (begun() < until)
      std::this_thread::yield();
    first.kill();
    second.kill();
  }
  const auto here = counts.lock();
  here(2) += here.abandoned_by() ? 1 : 0;
  // Each hold that began and did not end was cut by a death, and that was told; a death may also come before
  // the first count or after the last.
  CHECK(here(0) >= here(1));
  CHECK(here(0) - here(1) <= here(2));
  CHECK(here(2) <= 120);
  CHECK(here(1) > 0);
}

TEST_CASE("what is no guarded array of that type is refused") {
  store arrays;
  const auto counts = make_guarded<std::int64_t>(arrays, {4, 5});
  CHECK(counts.shape() == extents{4, 5});
  CHECK(test::reason_of([&] { guarded<double> none(counts.block()); }) == shm_errc::wrong_type);
  CHECK(test::reason_of([&] {
          make_guarded<std::int8_t>(arrays, {std::numeric_limits<std::int64_t>::max()});
        }) == shm_errc::overflow);
  const auto plain = arrays.zeros<std::uint8_t>({1000});
  CHECK(test::reason_of([&] { guarded<std::int64_t> none{any_view(plain)}; }) == shm_errc::bad_reference);
  CHECK(test::reason_of([&] { guarded<std::int64_t> none{any_view(arrays.zeros<double>({1000}))}; }) ==
        shm_errc::bad_reference);
  mapper maps;
  CHECK(test::reason_of([&] { guarded<std::int64_t> none(maps.open(counts.ref(), pinion::access::read)); }) ==
        shm_errc::read_only);
  auto cut = counts.block();
  cut.lay = c_order({300});
  CHECK(test::reason_of([&] { guarded<std::int64_t> none(cut); }) == shm_errc::bad_reference);
  auto* header = static_cast<guard_header*>(counts.block().data);
  header->shape[0] = std::int64_t{1} << 62;
  CHECK(test::reason_of([&] { guarded<std::int64_t> none(counts.block()); }) == shm_errc::overflow);
  header->rank = 9;
  CHECK(test::reason_of([&] { guarded<std::int64_t> none(counts.block()); }) == shm_errc::bad_reference);
}

TEST_CASE("the layout of a guard in memory is the one that is drawn, and fits its version") {
  struct drawn {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint8_t type, rank;
    std::uint16_t reserved;
    std::int64_t shape[8];
    std::uint64_t holds, holder;
    char label[48];
    char unused[112];
    std::int64_t elements[6];
  };
  store arrays;
  const auto counts = make_guarded<std::int64_t>(arrays, {2, 3});
  REQUIRE(counts.block().size() == sizeof(drawn));
  const auto* raw = static_cast<const drawn*>(counts.block().data);
  CHECK(std::memcmp(raw, "piongrd1", 8) == 0);
  CHECK(raw->version == 1);
  CHECK(raw->type == 5);
  CHECK(raw->rank == 2);
  CHECK(raw->shape[0] == 2);
  CHECK(raw->shape[1] == 3);
  CHECK(raw->shape[2] == 0);
  CHECK(raw->holder == 0);
  {
    const auto here = counts.lock("somebody");
    CHECK(raw->holds == 1);
    CHECK(raw->holder == static_cast<std::uint64_t>(::getpid()));
    CHECK(std::string(raw->label) == "somebody");
    here(1, 2) = 42;
  }
  CHECK(raw->holds == 1);
  CHECK(raw->holder == 0);
  CHECK(raw->elements[5] == 42);
}

#include <doctest/doctest.h>

#include <complex>
#include <thread>
#include <vector>

#include <pinion/shm/mapper.hpp>
#include <pinion/shm/shared_value.hpp>
#include <pinion/shm/shared_view.hpp>

#include "support/child.hpp"
#include "support/shm_left.hpp"
#include "support/throws.hpp"

using namespace pinion;

static_assert(lock_free_element<double> && lock_free_element<std::int64_t> && lock_free_element<bool>);
static_assert(!lock_free_element<std::complex<double>>);

TEST_CASE("two processes count in one shared value and lose nothing") {
  test::nothing_left after;
  store arrays;
  const auto hits = make_shared_value<std::int64_t>(arrays, 5);
  constexpr int each = 20'000;
  test::child other([ref = hits.ref()] {
    mapper maps;
    const shared_value<std::int64_t> there(maps.open(ref, pinion::access::write).as<std::int64_t>());
    for (int i = 0; i < each; ++i)
      there.fetch_add(1);
  });
  for (int i = 0; i < each; ++i)
    hits.fetch_add(1);
  CHECK(other.wait() == 0);
  CHECK(hits.load() == 5 + 2 * each);
}

TEST_CASE("a shared value exchanges, compares and knows its type") {
  store arrays;
  const auto flag = make_shared_value(arrays, false);
  CHECK(!flag.exchange(true));
  bool expected = false;
  CHECK(!flag.compare_exchange(expected, false));
  CHECK(expected);
  const auto x = make_shared_value(arrays, 1.5);
  x.fetch_sub(0.5);
  CHECK(x.load() == 1.0);
  CHECK(test::reason_of([&] { shared_value<double>(arrays.zeros<double>({2})); }) == shm_errc::bad_shape);
  CHECK(test::reason_of([&] { shared_value<double>(arrays.zeros<double>({0})); }) == shm_errc::bad_shape);
}

TEST_CASE(
    "elements of a shared view are atomics, whatever its strides, and checked where that is asked for") {
  store arrays;
  const auto m = arrays.zeros<std::int32_t>({4, 6});
  const shared_view<std::int32_t> columns(m.transpose().slice(0, 5, -1, -2));
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i)
    threads.emplace_back([&] {
      for (int n = 0; n < 10'000; ++n)
        columns(n % 3, n % 4).fetch_add(1);
    });
  for (auto& each : threads)
    each.join();
  std::int64_t sum = 0;
  for (const auto each : m)
    sum += each;
  CHECK(sum == 30'000);
  CHECK(columns.at(0, 0).load() == m(0, 5));
  CHECK(m(0, 4) == 0);
  CHECK(test::reason_of([&] { columns.at(3, 0); }) == shm_errc::out_of_range);
  CHECK(columns.ref() == columns.plain().ref());
}

// A state that is changed as a whole or not at all, also when who writes it is killed.
#include <doctest/doctest.h>

#include <csignal>
#include <numeric>
#include <stdexcept>
#include <thread>

#include <sys/wait.h>
#include <unistd.h>

#include <pinion/shm/committed_value.hpp>

#include <support/seed.hpp>
#include <support/throws.hpp>

using namespace pinion;
using test::contains;
using test::error_of;

namespace {

// A child that changes the state until it is killed: all elements the same, always.
pid_t writer_of(const committed_arrays& where) {
  const auto child = ::fork();
  if (child != 0)
    return child;
  committed<double> state(where);
  for (;;)
    state.change([](const view<double>& next) {
      for (auto& each : next)
        each += 1;
    });
}

struct model {
  std::int64_t seen;
  double mean;
};

} // namespace

TEST_CASE("a committed state begins as what it was made from, at version 0") {
  store here;
  const auto first = here.zeros<double>({2, 3});
  std::iota(first.view().begin(), first.view().end(), 1.0);
  const committed<double> state(make_committed(here, view<const double>(first.view().transpose())));
  CHECK(state.version() == 0);
  CHECK(state.now().shape() == extents{3, 2});
  CHECK(state.values() == std::vector<double>{1, 4, 2, 5, 3, 6});
}

TEST_CASE("a change is seen when it is over, and not at all when it throws") {
  store here;
  const auto first = here.zeros<std::int64_t>({2});
  committed<std::int64_t> state(make_committed(here, view<const std::int64_t>(first.view())));
  const auto other = state;
  CHECK(state.change([&](const view<std::int64_t>& next) {
    next(0) = 7;
    CHECK(other.values() == std::vector<std::int64_t>{0, 0});
  }) == 1);
  CHECK(other.values() == std::vector<std::int64_t>{7, 0});
  CHECK_THROWS_AS(state.change([](const view<std::int64_t>& next) {
    next(1) = 9;
    throw std::runtime_error("half way");
  }),
                  std::runtime_error);
  CHECK(other.version() == 1);
  CHECK(other.values() == std::vector<std::int64_t>{7, 0});
  state.change([](const view<std::int64_t>& next) { next(1) += 1; });
  // What the broken change left is not seen.
  CHECK(other.values() == std::vector<std::int64_t>{7, 1});
}

TEST_CASE("who replaces a state writes all of it") {
  store here;
  const auto first = here.zeros<float>({3});
  committed<float> state(make_committed(here, view<const float>(first.view())));
  for (float i = 1; i < 4; ++i)
    state.replace([i](const view<float>& next) { std::fill(next.begin(), next.end(), i); });
  CHECK(state.version() == 3);
  CHECK(state.values() == std::vector<float>{3, 3, 3});
}

TEST_CASE("the state of a writer that is killed at any moment is one that it committed") {
  store here;
  const auto first = here.zeros<double>({4096});
  const auto where = make_committed(here, view<const double>(first.view()));
  std::mt19937_64 random(test::seed());
  std::uint64_t last = 0;
  for (int round = 0; round < 30; ++round) {
    const auto child = writer_of(where);
    const committed<double> state(where);
    const auto until = last + 1 + random() % 100;
    while (state.version() < until)
      std::this_thread::yield();
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    last = state.version();
    const auto values = state.values();
    CHECK(values == std::vector<double>(4096, static_cast<double>(last)));
  }
}

TEST_CASE("a reader beside a writer sees whole states, in their order") {
  store here;
  const auto first = here.zeros<double>({512});
  const auto where = make_committed(here, view<const double>(first.view()));
  const auto child = writer_of(where);
  const committed<double> state(where);
  const auto out = here.zeros<double>({512});
  std::uint64_t last = 0;
  for (int round = 0; round < 2000; ++round) {
    const auto version = state.read_to(out.view());
    REQUIRE(version >= last);
    last = version;
    for (const auto each : out.view())
      REQUIRE(each == static_cast<double>(version));
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

TEST_CASE("a struct is a state as well") {
  store here;
  const auto where = make_committed_value(here, model{3, 0.5});
  committed_value<model> state(where);
  CHECK(state.get().seen == 3);
  state.change([](model& next) {
    next.mean = (next.mean * static_cast<double>(next.seen) + 4.5) / static_cast<double>(next.seen + 1);
    ++next.seen;
  });
  CHECK(state.version() == 1);
  CHECK(committed_value<model>(where).get().mean == 1.5);
  CHECK(contains(error_of([&] { committed_value<std::int64_t>{where}; }).what(), "16 bytes, its type has 8"));
}

TEST_CASE("what is no committed state is refused by what it is") {
  store here;
  const auto plain = here.zeros<double>({3, 4});
  const auto one = here.zeros<std::uint64_t>({1});
  CHECK(contains(error_of([&] { committed<double>{{plain.view(), one.view()}}; }).what(), "float64[3,4]"));
  const auto many = here.zeros<double>({1, 1, 1, 1, 1, 1, 1, 1});
  CHECK(contains(error_of([&] { make_committed(here, view<const double>(many.view())); }).what(), "7 axes"));
}

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

#include <pinion/runtime/affinity.hpp>

using namespace pinion;

TEST_CASE("each worker has a processor of its own where there are enough, and the I/O thread has the rest") {
  const auto sut = place(3, {}, {0, 1, 2, 3});
  REQUIRE(sut.workers.size() == 3);
  CHECK(sut.io == std::vector{0});
  CHECK(sut.io_alone);
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(sut.workers[i].size() == 1);
    CHECK(sut.alone[i]);
  }
}

TEST_CASE("no number of workers means one for each processor, and then nobody is alone") {
  const auto sut = place(0, {}, {0, 1});
  CHECK(sut.workers.size() == 2);
  CHECK_FALSE(sut.io_alone);
  CHECK(sut.io == std::vector{0, 1});
  CHECK(std::none_of(sut.alone.begin(), sut.alone.end(), [](bool b) { return b; }));
}

TEST_CASE("more workers than processors share them evenly") {
  const auto sut = place(6, {}, {4, 5, 6});
  for (const auto processor : {4, 5, 6})
    CHECK(std::count(sut.workers.begin(), sut.workers.end(), std::vector{processor}) == 2);
}

TEST_CASE("named processors are divided among the workers") {
  const auto sut = place(2, {2, 3, 4, 5}, {0, 1, 2, 3, 4, 5});
  CHECK(sut.workers[0] == std::vector{4, 5});
  CHECK(sut.workers[1] == std::vector{2, 3});
  CHECK(sut.io == std::vector{0, 1});
}

TEST_CASE("one processor serves everybody") {
  const auto sut = place(2, {}, {7});
  CHECK(sut.workers == std::vector<std::vector<int>>{{7}, {7}});
  CHECK_FALSE(sut.io_alone);
}

TEST_CASE("a pinned thread sees the processors that it was given") {
  const auto all = allowed_processors();
  std::vector<int> seen;
  std::thread([&] {
    CHECK(pin_this_thread({all.back()}));
    seen = allowed_processors();
  }).join();
  CHECK(seen == std::vector{all.back()});
  CHECK(allowed_processors() == all);
  CHECK_FALSE(pin_this_thread({}));
}

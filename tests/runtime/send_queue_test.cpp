#include <pinion/runtime/send_queue.hpp>

#include <algorithm>
#include <random>
#include <string>

#include <doctest/doctest.h>

#include <support/seed.hpp>

using namespace pinion;
using namespace pinion::test;

TEST_CASE("what is put at the end goes out at the front, whatever is taken and closed between") {
  CAPTURE(seed());
  std::mt19937_64 random(seed());
  for (int round = 0; round < 20; ++round) {
    send_queue sut;
    std::string model; // what has not gone yet
    char next = 0;
    for (int step = 0; step < 200; ++step) {
      switch (between(random, 0, 3)) {
      case 0:
      case 1: {
        const auto count = static_cast<std::size_t>(between(random, 0, 1) == 0 ? between(random, 1, 1000)
                                                                               : between(random, 1, 700'000));
        std::string more(count, '\0');
        std::generate(more.begin(), more.end(), [&] { return next++; });
        sut.open_end().insert(sut.open_end().end(), more.begin(), more.end());
        model += more;
        break;
      }
      case 2:
        sut.close_end();
        break;
      default:
        while (!sut.empty() && between(random, 0, 3) > 0) {
          const auto front = sut.front();
          REQUIRE_FALSE(front.empty());
          const auto count =
              static_cast<std::size_t>(between(random, 1, static_cast<std::int64_t>(front.size())));
          REQUIRE(front.substr(0, count) == std::string_view(model).substr(0, count));
          sut.took(count);
          model.erase(0, count);
        }
      }
      REQUIRE(sut.size() == model.size());
      REQUIRE(sut.empty() == model.empty());
    }
    sut.clear();
    CHECK(sut.empty());
    CHECK(sut.front().empty());
  }
}

TEST_CASE("what has gone is not kept, and what is added to is not moved") {
  send_queue sut;
  for (int i = 0; i < 8; ++i) {
    sut.open_end().resize(std::size_t{1} << 20U);
    sut.close_end();
    CHECK(sut.open_end().capacity() == 0);
  }
  const auto* first = sut.front().data();
  sut.open_end().resize(std::size_t{4} << 20U);
  CHECK(sut.front().data() == first);
  while (!sut.empty())
    sut.took(sut.front().size());
  CHECK(sut.open_end().capacity() == 0);
  sut.open_end().resize(1000); // and a little is, for the next time
  sut.took(1000);
  CHECK(sut.open_end().capacity() >= 1000);
  sut.shrink(100);
  CHECK(sut.open_end().capacity() == 0);
}

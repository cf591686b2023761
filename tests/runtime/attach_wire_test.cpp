#include <doctest/doctest.h>

#include <random>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/attach_wire.hpp>

#include "support/seed.hpp"

using namespace pinion;

namespace {

array_offer some_offer() {
  array_offer result;
  result.what = {"/pinion-0-abcdef01-2-3-4", 7, 4096, dtype::float32, {{3, 4}, {-4, 1}}};
  result.right = pinion::access::write;
  result.node = "lab";
  return result;
}

} // namespace

TEST_CASE("an offer of an array comes through as it was packed, behind its length") {
  const auto frame = pack_offer(some_offer());
  CHECK(frame.size() <= largest_offer);
  CHECK(static_cast<unsigned char>(frame[0]) == frame.size() - 4);
  const auto back = unpack_offer(frame.substr(4));
  CHECK(back.what == some_offer().what);
  CHECK(back.right == pinion::access::write);
  CHECK(back.node == "lab");
}

TEST_CASE("an offer that is cut, longer or changed is refused or another offer, never read beyond its end") {
  const auto seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto good = pack_offer(some_offer()).substr(4);
  for (std::size_t length = 0; length < good.size(); ++length)
    CHECK_THROWS_AS(unpack_offer(good.substr(0, length)), task_error);
  CHECK_THROWS_AS(unpack_offer(good + "x"), task_error);
  for (int i = 0; i < 5000; ++i) {
    auto bad = good;
    bad[static_cast<std::size_t>(test::between(random, 0, static_cast<std::int64_t>(bad.size()) - 1))] =
        static_cast<char>(test::between(random, 0, 255));
    try {
      static_cast<void>(unpack_offer(bad));
    } catch (const task_error&) {
    }
  }
}

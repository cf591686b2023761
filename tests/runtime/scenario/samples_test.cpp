#include <pinion/runtime/scenario/samples.hpp>

#include <cmath>

#include <doctest/doctest.h>

using pinion::scenario::samples;

TEST_CASE("scenario samples: a percentile is a value that was measured") {
  samples sut;
  for (int i = 100; i >= 1; --i)
    sut.add(i);
  CHECK(sut.percentile(0.5) == 50);
  CHECK(sut.percentile(0.99) == 99);
  CHECK(sut.percentile(0.999) == 100);
  CHECK(sut.max() == 100);
  sut.add(1000);
  CHECK(sut.max() == 1000);
}

TEST_CASE("scenario samples: one value is every percentile, and no value is none") {
  samples sut;
  CHECK(std::isnan(sut.percentile(0.5)));
  sut.add(7);
  CHECK(sut.percentile(0.01) == 7);
  CHECK(sut.percentile(0.99) == 7);
}

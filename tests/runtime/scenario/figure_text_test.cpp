#include <pinion/runtime/scenario/figure_text.hpp>

#include <cmath>

#include <doctest/doctest.h>

using namespace pinion::scenario;

TEST_CASE("scenario figures: times are told in the unit that leaves three figures") {
  CHECK(seconds_text(0.0000123) == "12.3 us");
  CHECK(seconds_text(0.00099999) == "1.00 ms");
  CHECK(seconds_text(0.00456) == "4.56 ms");
  CHECK(seconds_text(0.99999) == "1.00 s");
  CHECK(seconds_text(83.96) == "84.0 s");
  CHECK(seconds_text(std::nan("")) == "-");
}

TEST_CASE("scenario figures: sizes are told in powers of 1024") {
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(1536) == "1.50 KiB");
  CHECK(bytes_text(1073741824) == "1.00 GiB");
  CHECK(bytes_text(1023.9 * 1024) == "1.00 MiB");
}

TEST_CASE("scenario figures: whole numbers are spelled out, others have four figures") {
  CHECK(figure_text(1073741824) == "1073741824");
  CHECK(figure_text(3.14159) == "3.142");
  CHECK(figure_text(-0.000012345) == "-1.234e-05");
}

#include <pinion/runtime/scenario/table.hpp>

#include <doctest/doctest.h>

using pinion::scenario::table;

TEST_CASE("scenario table: words stand to the left, figures to the right, columns as wide as they must be") {
  table sut({{"way", false}, {"total", true}, {"note", false}});
  sut.add_row({"inline", "6.03 s", "a"});
  sut.add_row({"await", "12.00 s", "longer"});
  CHECK(sut.text() == "way       total  note\n"
                      "------  -------  ------\n"
                      "inline   6.03 s  a\n"
                      "await   12.00 s  longer\n");
}

TEST_CASE("scenario table: a column without a single value is left out, missing cells are empty") {
  table sut({{"way", false}, {"probe", true}, {"total", true}});
  sut.add_row({"inline", "", "1"});
  sut.add_row({"await"});
  CHECK(sut.text() == "way     total\n"
                      "------  -----\n"
                      "inline      1\n"
                      "await\n");
}

TEST_CASE("scenario table: a character of several bytes is one column wide") {
  CHECK(pinion::scenario::width_of("…µs") == 3);
}

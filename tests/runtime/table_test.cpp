#include <doctest/doctest.h>

#include <pinion/runtime/table.hpp>

using pinion::table;

TEST_CASE("columns are as wide as their widest cell and lines end without spaces") {
  table sut({{"name"}, {"tasks", table::align::right}, {"state"}});
  sut.add({"lab", "12", "idle"});
  sut.add({"laboratory", "7", ""});
  CHECK(sut.text() == "name        tasks  state\n"
                      "lab            12  idle\n"
                      "laboratory      7\n");
}

TEST_CASE("width is counted in characters, not in bytes") {
  table sut({{"a"}, {"b"}});
  sut.add({"\xc3\xa4", "1"});
  CHECK(sut.text() == "a  b\n\xc3\xa4  1\n");
}

TEST_CASE("a cell cannot break out of its line") {
  table sut({{"a"}});
  sut.add({"x\ny\x1b[2J"});
  CHECK(sut.text() == "a\nx?y?[2J\n");
}

TEST_CASE("without rows there are the titles") {
  CHECK(table({{"a"}, {"b"}}).text() == "a  b\n");
  CHECK(table({{"a"}}).empty());
}

TEST_CASE("a rule stands below the titles where it is asked for") {
  table sut({{"way"}, {"total", table::align::right}, {"note"}});
  sut.add({"inline", "6.03 s", "a"});
  sut.add({"await", "12.00 s", "longer"});
  CHECK(sut.text(table::rule::below_titles) == "way       total  note\n"
                                               "------  -------  ------\n"
                                               "inline   6.03 s  a\n"
                                               "await   12.00 s  longer\n");
}

TEST_CASE("a column without a single value is left out, missing cells are empty") {
  table sut({{"way"}, {"probe", table::align::right}, {"total", table::align::right}});
  sut.add({"inline", "", "1"});
  sut.add({"await"});
  CHECK(sut.text() == "way     total\n"
                      "inline      1\n"
                      "await\n");
}

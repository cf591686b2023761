#include <doctest/doctest.h>

#include <pinion/runtime/cli/table.hpp>

using pinion::cli::table;

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

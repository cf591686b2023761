#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pinion/actors/nearest.hpp>

using pinion::edit_distance;
using pinion::nearest_name;

TEST_CASE("edit distance counts inserted, deleted, replaced and swapped characters") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("dot", "dot") == 0);
  CHECK(edit_distance("", "dot") == 3);
  CHECK(edit_distance("dot", "") == 3);
  CHECK(edit_distance("dot", "dott") == 1);
  CHECK(edit_distance("dot", "do") == 1);
  CHECK(edit_distance("dot", "dog") == 1);
  CHECK(edit_distance("dot", "dto") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("DOT", "dot") == 0);
}

TEST_CASE("a mistyped word finds the name that was meant") {
  const std::vector<std::string> names{"axpy", "dot", "histogram", "matmul", "mean", "scale", "sum"};
  CHECK(nearest_name("dott", names) == "dot");
  CHECK(nearest_name("scael", names) == "scale");
  CHECK(nearest_name("maen", names) == "mean");
  CHECK(nearest_name("MatMul", names) == "matmul");
  CHECK(nearest_name("histgramm", names) == "histogram");
}

TEST_CASE("the beginning of a long name is enough to be understood") {
  CHECK(nearest_name("hist", {"dot", "histogram"}) == "histogram");
  CHECK_FALSE(nearest_name("hi", {"dot", "histogram"}));
}

TEST_CASE("a word that resembles nothing finds nothing") {
  CHECK_FALSE(nearest_name("convolve", {"axpy", "dot", "sum"}));
  CHECK_FALSE(nearest_name("", {"dot"}));
  CHECK_FALSE(nearest_name("x", {"y"}));
  CHECK_FALSE(nearest_name("dot", std::vector<std::string>{}));
  CHECK_FALSE(nearest_name(std::string(100000, 'x'), {"xx"}));
}

TEST_CASE("of two names that are equally near the first is taken") {
  CHECK(nearest_name("cat", {"bat", "hat"}) == "bat");
  CHECK(nearest_name("cat", {"hat", "bat"}) == "hat");
}

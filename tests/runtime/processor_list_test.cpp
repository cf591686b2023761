#include <doctest/doctest.h>

#include <vector>

#include <pinion/runtime/processor_list.hpp>

using pinion::parse_processors;
using pinion::processors_text;
using processors = std::vector<int>;

TEST_CASE("a list of processors has numbers and ranges, comes out sorted and each once") {
  CHECK(parse_processors("0") == processors{0});
  CHECK(parse_processors("0,2-3") == processors{0, 2, 3});
  CHECK(parse_processors("3,1,2-3") == processors{1, 2, 3});
  CHECK(parse_processors("5-5") == processors{5});
  CHECK(parse_processors("") == processors{});
}

TEST_CASE("what is no list of processors is refused") {
  for (const char* text :
       {",", "0,", "-1", "1-", "3-1", "a", "0 1", "0-4000000000", "16384", "1--2", "0x1", "1.5"})
    CHECK_MESSAGE(!parse_processors(text), text);
}

TEST_CASE("printed processors use a range from three neighbours on") {
  CHECK(processors_text({}) == "");
  CHECK(processors_text({0, 2, 3, 4, 7, 8}) == "0,2-4,7,8");
}

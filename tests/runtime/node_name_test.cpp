#include <doctest/doctest.h>

#include <string>

#include <pinion/runtime/node_name.hpp>

using pinion::valid_node_name;

TEST_CASE("a node's name is safe as a file name and on a command line") {
  CHECK(valid_node_name("lab"));
  CHECK(valid_node_name("pinion-4711"));
  CHECK(valid_node_name("Lab_2.b"));
  CHECK(valid_node_name(std::string(48, 'x')));
  for (const char* name : {"", ".", "..", ".lab", "-lab", "a/b", "a b",
                           "l\xc3\xa4"
                           "b",
                           "a\n"})
    CHECK_MESSAGE(!valid_node_name(name), name);
  CHECK_FALSE(valid_node_name(std::string(49, 'x')));
}

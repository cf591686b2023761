#include <doctest/doctest.h>

#include <pinion/runtime/initializer.hpp>

using namespace pinion;

TEST_CASE("an initializer is read as a kernel and its arguments, each of the type that it looks like") {
  const auto read = parse_initializer("load_model m.bin 3 -0.5 true \"a b\" \"7\" \"say \\\"x\\\"\"");
  REQUIRE(read);
  CHECK(read->kernel == "load_model");
  CHECK(read->arguments == std::vector<argument>{std::string("m.bin"), std::int64_t{3}, -0.5, true,
                                                 std::string("a b"), std::string("7"),
                                                 std::string("say \"x\"")});
}

TEST_CASE("no text is no initializer, and a quote that does not end is refused") {
  CHECK(parse_initializer("")->kernel.empty());
  CHECK(parse_initializer("   ")->kernel.empty());
  CHECK(parse_initializer("warm")->arguments.empty());
  CHECK(!parse_initializer("warm \"x"));
  CHECK(!parse_initializer("warm \"x\\\""));
  CHECK(!parse_initializer("\"\" x"));
}

TEST_CASE("what is written is read back") {
  const initializer call{"load_model", "m b.bin", 3, 0.1, true, "7", "say \"x\""};
  const auto again = parse_initializer(initializer_text(call));
  REQUIRE(again);
  CHECK(again->kernel == call.kernel);
  CHECK(again->arguments == call.arguments);
  CHECK(initializer_text({}).empty());
}

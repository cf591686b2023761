#include <doctest/doctest.h>

#include <string>
#include <vector>

#include <pinion/runtime/memory_placement.hpp>

using pinion::memory_placement;
using pinion::parse_memory_placement;
using way = memory_placement::way;

TEST_CASE("a placement is a word and, where it takes some, a list of NUMA nodes") {
  CHECK(parse_memory_placement("first-touch") == memory_placement{});
  CHECK(parse_memory_placement("interleave") == memory_placement{way::interleave, {}});
  CHECK(parse_memory_placement("interleave:0,1") == memory_placement{way::interleave, {0, 1}});
  CHECK(parse_memory_placement("interleave:4,0-2,1") == memory_placement{way::interleave, {0, 1, 2, 4}});
  CHECK(parse_memory_placement("bind:1") == memory_placement{way::bind, {1}});
}

TEST_CASE("whatever else is written for a placement is refused") {
  for (const char* text :
       {"", ":", "first-touch:0", "first-touch:", "interleave:", "interleave:x", "interleave:0,",
        "interleave:-1", "interleave:1-0", "interleave 0", "bind", "bind:", "bind:0:1", "bind: 0", "Bind:0",
        "bind:99999999999999999999", "preferred:0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_memory_placement(text));
    CHECK_FALSE(pinion::advise_placement(text).expected.empty());
  }
}

TEST_CASE("the advice about a text names the part that is wrong") {
  CHECK(pinion::advise_placement("bnid:0").guess == " (did you mean `bind`?)");
  CHECK(pinion::advise_placement("firsttouch").guess == " (did you mean `first-touch`?)");
  CHECK(pinion::advise_placement("bind").expected == "bind:NODES with NUMA nodes such as 0,2-3");
  CHECK(pinion::advise_placement("interleave:x").guess.empty());
  CHECK(pinion::advise_placement("first-touch:0").expected == "first-touch without nodes");
}

TEST_CASE("a placement's text gives the same placement again") {
  for (const auto& each : {memory_placement{}, memory_placement{way::interleave, {}},
                           memory_placement{way::interleave, {0, 1, 2, 7}}, memory_placement{way::bind, {3}}})
    CHECK(parse_memory_placement(pinion::placement_text(each)) == each);
  CHECK(pinion::placement_text({way::interleave, {0, 1, 2, 7}}) == "interleave:0-2,7");
  CHECK(pinion::placement_text({}) == "first-touch");
}

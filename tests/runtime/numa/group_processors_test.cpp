#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include <pinion/runtime/affinity.hpp>
#include <pinion/runtime/numa/group_processors.hpp>
#include <pinion/runtime/numa/topology.hpp>
#include <pinion/runtime/processor_groups.hpp>

using namespace pinion;
using numa::group_processors;
using groups = std::vector<std::vector<int>>;

namespace {

// Two NUMA nodes of two caches each, two cores to a cache, two threads to a core.
constexpr const char* large = "node:2 l3:2 core:2 pu:2";

std::vector<int> first(int count) {
  std::vector<int> result(static_cast<std::size_t>(count));
  std::iota(result.begin(), result.end(), 0);
  return result;
}

} // namespace

TEST_CASE("processors are grouped by core, by level-3 cache and by NUMA node") {
  const auto machine = numa::load_topology(large);
  CHECK(group_processors(machine.get(), pinning::core, first(16)).size() == 8);
  CHECK(group_processors(machine.get(), pinning::core, first(16))[1] == std::vector<int>{2, 3});
  CHECK(group_processors(machine.get(), pinning::l3, first(16)) ==
        groups{{0, 1, 2, 3}, {4, 5, 6, 7}, {8, 9, 10, 11}, {12, 13, 14, 15}});
  CHECK(group_processors(machine.get(), pinning::numa, first(16)).size() == 2);
}

TEST_CASE("only the processors that are given are grouped, and no group is empty") {
  const auto machine = numa::load_topology(large);
  CHECK(group_processors(machine.get(), pinning::core, {1, 6, 7, 15}) == groups{{1}, {6, 7}, {15}});
  CHECK(group_processors(machine.get(), pinning::numa, {1, 6, 15}) == groups{{1, 6}, {15}});
}

TEST_CASE("processors without such a neighbour are one group") {
  const auto machine = numa::load_topology("core:2 pu:2");
  CHECK(group_processors(machine.get(), pinning::l3, first(4)) == groups{{0, 1, 2, 3}});
}

TEST_CASE("on this machine each processor is in one group, whatever they share") {
  const auto all = allowed_processors();
  for (const auto how : {pinning::processor, pinning::core, pinning::l3, pinning::numa, pinning::none}) {
    std::vector<int> found;
    for (const auto& group : processor_groups(how, all)) {
      CHECK(!group.empty());
      found.insert(found.end(), group.begin(), group.end());
    }
    std::sort(found.begin(), found.end());
    CHECK(found == all);
  }
}

TEST_CASE("workers have a group each, round robin where they are not enough") {
  const groups two{{0, 1}, {2, 3}};
  const auto one_each = place_in_groups(0, two, first(5));
  CHECK(one_each.workers == groups{{2, 3}, {0, 1}});
  CHECK(one_each.io == std::vector<int>{4});
  CHECK(one_each.alone == std::vector<bool>{true, true});
  const auto three = place_in_groups(3, two, first(4));
  CHECK(three.workers == groups{{2, 3}, {0, 1}, {2, 3}});
  CHECK(!three.io_alone);
  CHECK(three.io == first(4));
}

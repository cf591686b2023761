#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <ostream>
#include <random>
#include <string>
#include <system_error>
#include <vector>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/numa/placement_plan.hpp>
#include <pinion/runtime/numa/topology.hpp>

#include "support/seed.hpp"

using pinion::memory_placement;
using pinion::numa::load_topology;
using pinion::numa::placement_plan;
using way = memory_placement::way;

namespace {

// Two NUMA nodes of two processors each.
constexpr const char* two = "node:2 core:2 pu:1";

placement_plan plan(const char* machine, const std::string& asked, const std::vector<int>& processors = {0}) {
  const auto placement = pinion::parse_memory_placement(asked);
  REQUIRE(placement);
  return placement_plan::make(load_topology(machine).get(), *placement, processors);
}

std::string refusal(hwloc_topology_t machine, const memory_placement& asked) {
  try {
    placement_plan::make(machine, asked, {0});
  } catch (const std::system_error& error) {
    CHECK(error.code() == pinion::runtime_errc::bad_config);
    return error.what();
  }
  return "";
}

std::string refusal(const char* machine, const std::string& asked) {
  const auto placement = pinion::parse_memory_placement(asked);
  REQUIRE(placement);
  return refusal(load_topology(machine).get(), *placement);
}

hwloc_obj_t node_numbered(hwloc_topology_t machine, unsigned number) {
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(machine, HWLOC_OBJ_NUMANODE, node)) != nullptr)
    if (node->os_index == number)
      return node;
  return nullptr;
}

// As a cgroup would (hwloc's synthetic machines have none).
void allow_only(hwloc_topology_t machine, const std::vector<int>& numbers) {
  const auto set = hwloc_bitmap_alloc();
  for (const auto each : numbers)
    hwloc_bitmap_set(set, static_cast<unsigned>(each));
  const auto result = hwloc_topology_allow(machine, nullptr, set, HWLOC_ALLOW_FLAG_CUSTOM);
  hwloc_bitmap_free(set);
  REQUIRE(result == 0);
}

} // namespace

TEST_CASE("first-touch asks nothing of the system") {
  const auto result = plan(two, "first-touch");
  CHECK(result.policy == HWLOC_MEMBIND_FIRSTTOUCH);
  CHECK(result.nodes.empty());
  CHECK(result.note.empty());
}

TEST_CASE("interleave takes all nodes, or those that are named") {
  const auto all = plan(two, "interleave");
  CHECK(all.policy == HWLOC_MEMBIND_INTERLEAVE);
  CHECK(all.nodes == std::vector<int>{0, 1});
  CHECK(all.note.empty());
  CHECK(plan("node:4 l3:2 core:2 pu:2", "interleave").nodes == std::vector<int>{0, 1, 2, 3});
  CHECK(plan("node:4 core:2 pu:1", "interleave:0,2", {1}).nodes == std::vector<int>{0, 2});
}

TEST_CASE("bind takes the nodes that are named") {
  const auto result = plan(two, "bind:1", {2, 3});
  CHECK(result.policy == HWLOC_MEMBIND_BIND);
  CHECK(result.nodes == std::vector<int>{1});
  CHECK(result.note.empty());
  CHECK(plan("node:4 core:2 pu:1", "bind:1-2", {2}).nodes == std::vector<int>{1, 2});
}

TEST_CASE("nodes go by the system's numbers, gaps and all") {
  const char* machine = "node:3(indexes=0,8,16) core:1 pu:1";
  CHECK(plan(machine, "interleave").nodes == std::vector<int>{0, 8, 16});
  CHECK(plan(machine, "bind:8", {1}).nodes == std::vector<int>{8});
  CHECK(refusal(machine, "bind:1") ==
        "memory_placement bind:1: NUMA node 1 is not there; arrays can lie on 0,8,16");
}

TEST_CASE("several kinds of memory in a package are nodes like any others") {
  CHECK(plan("pack:2 [numa(memory=4GB)] [numa(memory=1GB)] core:2 pu:1", "interleave").nodes ==
        std::vector<int>{0, 1, 2, 3});
}

TEST_CASE("a node that is not there is refused, with those that are") {
  CHECK(refusal(two, "bind:2") == "memory_placement bind:2: NUMA node 2 is not there; arrays can lie on 0,1");
  CHECK(refusal(two, "interleave:0,3-5") ==
        "memory_placement interleave:0,3-5: NUMA nodes 3-5 are not there; arrays can lie on 0,1");
  CHECK(refusal("node:1 core:4 pu:1", "bind:1") ==
        "memory_placement bind:1: NUMA node 1 is not there; arrays can lie on 0");
}

TEST_CASE("a node without memory is refused by name, and left out otherwise") {
  const auto machine = load_topology("node:3 core:1 pu:1");
  node_numbered(machine.get(), 1)->attr->numanode.local_memory = 0;
  CHECK(refusal(machine.get(), {way::bind, {1}}) ==
        "memory_placement bind:1: NUMA node 1 has no memory; arrays can lie on 0,2");
  CHECK(placement_plan::make(machine.get(), {way::interleave, {}}, {0}).nodes == std::vector<int>{0, 2});
}

TEST_CASE("a machine that tells of no memory at all is believed to have some on each node") {
  const auto machine = load_topology(two);
  for (const unsigned each : {0U, 1U})
    node_numbered(machine.get(), each)->attr->numanode.local_memory = 0;
  CHECK(placement_plan::make(machine.get(), {way::interleave, {}}, {0}).nodes == std::vector<int>{0, 1});
}

TEST_CASE("a node that this process may not use is refused by name, and left out otherwise") {
  const auto machine = load_topology("node:4 core:1 pu:1");
  allow_only(machine.get(), {0, 2});
  CHECK(refusal(machine.get(), {way::bind, {1, 3}}) ==
        "memory_placement bind:1,3: NUMA nodes 1,3 are not for this process to use; arrays can lie on 0,2");
  CHECK(refusal(machine.get(), {way::interleave, {0, 3, 9}}) ==
        "memory_placement interleave:0,3,9: NUMA node 9 is not there, node 3 is not for this process to use; "
        "arrays can lie on 0,2");
  CHECK(placement_plan::make(machine.get(), {way::interleave, {}}, {0}).nodes == std::vector<int>{0, 2});
}

TEST_CASE("where one node alone can be used nothing is asked, and the user is told") {
  for (const char* asked : {"interleave", "interleave:0", "bind:0"}) {
    const auto result = plan("node:1 core:4 pu:2", asked);
    CHECK(result.policy == HWLOC_MEMBIND_FIRSTTOUCH);
    CHECK(result.nodes.empty());
    CHECK(result.note == "memory_placement " + std::string(asked) +
                             " makes no difference here: there is one NUMA node that arrays can lie on");
  }
  const auto machine = load_topology(two);
  allow_only(machine.get(), {1});
  CHECK(placement_plan::make(machine.get(), {way::bind, {1}}, {0}).nodes.empty());
}

TEST_CASE("memory of a graphics card is taken when it is named, not otherwise") {
  const auto machine = load_topology("node:3 core:1 pu:1");
  node_numbered(machine.get(), 2)->subtype = ::strdup("GPUMemory"); // freed with the machine
  CHECK(placement_plan::make(machine.get(), {way::interleave, {}}, {0}).nodes == std::vector<int>{0, 1});
  CHECK(placement_plan::make(machine.get(), {way::interleave, {0, 2}}, {0}).nodes == std::vector<int>{0, 2});
}

TEST_CASE("memory that is far from all processors of the node is given, with a note") {
  const auto result = plan(two, "bind:1", {0, 1});
  CHECK(result.nodes == std::vector<int>{1});
  CHECK(result.note == "memory_placement bind:1: all processors that this node uses (0,1) are far from that "
                       "memory; near to them is NUMA node 0");
  CHECK(plan(two, "bind:1", {1, 2}).note.empty());
  CHECK(plan(two, "interleave", {0}).note.empty());
}

// Against a plain model: what was written into the machine is all that it knows.
TEST_CASE("over random machines a plan has the nodes that a plain model has") {
  const auto seed = pinion::test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  const auto up_to = [&](std::int64_t most) {
    return static_cast<int>(pinion::test::between(random, 0, most));
  };
  int refused = 0;
  int planned = 0;
  for (int round = 0; round < 400; ++round) {
    const int packages = 1 + up_to(2);
    const int per_package = 1 + up_to(2);
    const int cores = 1 + up_to(2);
    const int count = packages * per_package;
    const auto text = "pack:" + std::to_string(packages) + " node:" + std::to_string(per_package) +
                      (up_to(1) == 0 ? " l3:1" : "") + " core:" + std::to_string(cores) + " pu:1";
    const auto machine = load_topology(text.c_str());
    std::vector<bool> memory;
    std::vector<bool> allowed;
    std::vector<int> allowed_numbers;
    for (int i = 0; i < count; ++i) {
      memory.push_back(up_to(3) != 0);
      allowed.push_back(up_to(3) != 0);
      if (!memory.back())
        node_numbered(machine.get(), static_cast<unsigned>(i))->attr->numanode.local_memory = 0;
      if (allowed.back())
        allowed_numbers.push_back(i);
    }
    if (allowed_numbers.empty()) {
      allowed.assign(allowed.size(), true);
      for (int i = 0; i < count; ++i)
        allowed_numbers.push_back(i);
    }
    allow_only(machine.get(), allowed_numbers);
    if (std::find(memory.begin(), memory.end(), true) == memory.end())
      memory.assign(memory.size(), true);

    memory_placement asked{up_to(1) == 0 ? way::interleave : way::bind, {}};
    if (asked.how == way::bind || up_to(1) == 0)
      for (int i = 0; i <= count; ++i) // one beyond the last, at times
        if (up_to(i == count ? 9 : 2) == 0)
          asked.nodes.push_back(i);
    if (asked.how == way::bind && asked.nodes.empty())
      asked.nodes.push_back(0);
    std::vector<int> processors;
    for (int i = 0; i < count * cores; ++i)
      if (up_to(2) == 0)
        processors.push_back(i);

    const auto usable = [&](int i) {
      const auto at = static_cast<std::size_t>(i);
      return i < count && memory[at] && allowed[at];
    };
    std::vector<int> all;
    for (int i = 0; i < count; ++i)
      if (usable(i))
        all.push_back(i);
    CAPTURE(text);
    CAPTURE(pinion::placement_text(asked));
    if (!std::all_of(asked.nodes.begin(), asked.nodes.end(), usable)) {
      ++refused;
      CHECK(refusal(machine.get(), asked) != "");
      continue;
    }
    ++planned;
    const auto result = placement_plan::make(machine.get(), asked, processors);
    const auto expected = all.size() < 2 ? std::vector<int>{} : asked.nodes.empty() ? all : asked.nodes;
    CHECK(result.nodes == expected);
    const auto near = [&](int i) {
      return std::any_of(processors.begin(), processors.end(), [&](int p) { return p / cores == i; });
    };
    const bool far = !processors.empty() && std::none_of(expected.begin(), expected.end(), near);
    CHECK(result.note.empty() == !(all.size() < 2 || far));
  }
  CHECK(refused > 0);
  CHECK(planned > 0);
}

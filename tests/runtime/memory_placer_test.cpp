#include <doctest/doctest.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <string>
#include <system_error>

#include <sys/mman.h>

#include <pinion/runtime/memory_placer.hpp>
#include <pinion/runtime/numa/module.hpp>

#include "support/child.hpp"

using pinion::memory_placement;
using pinion::memory_placer;
using pinion::test::child;
using pinion::test::must;
using way = memory_placement::way;

namespace {

bool module_loaded() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.ends_with(pinion::numa::module_file))
      return true;
  return false;
}

} // namespace

// Each in a process of its own, since the machine is looked at once in a process.

TEST_CASE("first-touch loads nothing and asks for nothing") {
  child sut([] {
    const auto placer = memory_placer::make({}, {0}, {});
    must(!placer.place, "something is placed");
    must(placer.note.empty(), placer.note);
    must(!module_loaded(), "the library for NUMA nodes is loaded");
  });
  CHECK(sut.wait() == 0);
}

TEST_CASE("any other placement loads the library beside libpinion and is planned there") {
  child sut([] {
    ::setenv("HWLOC_SYNTHETIC", "node:2 core:2 pu:1", 1);
    const auto placer = memory_placer::make({way::interleave, {}}, {0}, {});
    must(module_loaded(), "the library for NUMA nodes is not loaded");
    must(placer.note.empty(), placer.note);
    // hwloc places nothing for a machine that is not this one, and says that it has.
    must(static_cast<bool>(placer.place), "nothing is placed");
    auto* area = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    must(area != MAP_FAILED, "no memory");
    placer.place(static_cast<std::byte*>(area), 4096);
    const auto far = memory_placer::make({way::bind, {1}}, {0, 1}, {});
    must(far.note.starts_with("memory_placement bind:1: all processors"), "no note: " + far.note);
  });
  CHECK(sut.wait() == 0);
}

TEST_CASE("a NUMA node that is not there is refused on this side of the library, too") {
  child sut([] {
    ::setenv("HWLOC_SYNTHETIC", "node:2 core:2 pu:1", 1);
    try {
      memory_placer::make({way::bind, {7}}, {0}, {});
    } catch (const std::system_error& error) {
      child::say(error.what());
    }
  });
  CHECK(sut.line() == "memory_placement bind:7: NUMA node 7 is not there; arrays can lie on 0,1");
  CHECK(sut.wait() == 0);
}

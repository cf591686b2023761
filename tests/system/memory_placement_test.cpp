#include <doctest/doctest.h>

#include <fstream>
#include <numeric>
#include <string>
#include <system_error>

#include <unistd.h>

#include <pinion/pinion.hpp>

#include <support/shm_left.hpp>

using namespace pinion;

namespace {

config placed(const std::string& where) {
  config result;
  result.workers = 1;
  result.log_level = "error"; // a machine with one NUMA node is worth a line, not here
  const auto placement = parse_memory_placement(where);
  REQUIRE(placement);
  result.memory_placement = *placement;
  return result;
}

bool has_loaded(pid_t process, const std::string& library) {
  std::ifstream maps("/proc/" + std::to_string(process) + "/maps");
  REQUIRE(maps);
  for (std::string line; std::getline(maps, line);)
    if (line.find(library) != std::string::npos)
      return true;
  return false;
}

array<double> ramp(context& here, std::int64_t count) {
  auto result = here.make<double>({count});
  std::iota(result.begin(), result.end(), 0.0);
  return result;
}
double sum(view<const double> x) { return std::accumulate(x.begin(), x.end(), 0.0); }

PINION_KERNELS(k) {
  k.add("placed_ramp", ramp);
  k.add("placed_sum", sum);
}

} // namespace

TEST_CASE("arrays and results are what they are wherever their pages lie, and no worker loads hwloc") {
  test::nothing_left at_the_end;
  node ours(placed("interleave"));
  const auto ramp = ours.submit<array<double>>("placed_ramp", std::int64_t{100'000}).get();
  CHECK(ours.submit<double>("placed_sum", ramp).get() == 4999950000.0);
  auto mine = ours.zeros<double>({1'000'000});
  mine.span()[7] = 3;
  CHECK(ours.submit<double>("placed_sum", mine).get() == 3.0);
  CHECK(has_loaded(::getpid(), "libpinion_numa.so"));
  const auto status = ours.status();
  REQUIRE(status.workers.size() == 1);
  CHECK_FALSE(has_loaded(status.workers[0].pid, "libpinion_numa.so"));
  CHECK_FALSE(has_loaded(status.workers[0].pid, "libhwloc"));
}

TEST_CASE("a node that is to use a NUMA node that is not there does not start") {
  test::nothing_left at_the_end;
  try {
    node ours(placed("bind:16383"));
    FAIL_CHECK("it started");
  } catch (const std::system_error& error) {
    CHECK(error.code() == runtime_errc::bad_config);
    CHECK(std::string(error.what())
              .starts_with("memory_placement bind:16383: NUMA node 16383 is not there; arrays can lie on "));
  }
}

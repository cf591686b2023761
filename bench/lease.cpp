// What an array costs a task on the node's side: its lease, a mapping that is there already, and the end of
// both.
#include <ctime>
#include <unordered_map>

#include <pinion/actors/claims.hpp>
#include <pinion/actors/lease_queue.hpp>
#include <pinion/actors/wire.hpp>
#include <pinion/shm/mapper.hpp>
#include <pinion/shm/store.hpp>

#include "measurement.hpp"
#include "timing.hpp"

namespace pinion::bench {

namespace {

double processor_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

} // namespace

std::vector<figure> lease(const effort& how) {
  store arrays;
  const auto whole = arrays.zeros<double>({1000, 100});
  mapper maps;
  lease_queue leases;
  std::uint64_t last = 0;
  signature reads;
  reads.parameters.push_back({parameter::kind::array, dtype::float64, false, {}});
  const int trips = how.trips * 10;
  // Some hundred tasks are there, as on a busy node.
  std::vector<task_ptr> around;
  for (int i = 0; i < 500; ++i) {
    around.push_back(std::make_shared<task>());
    around.back()->id = ++last;
    const argument_view one[]{look(whole.row(i))};
    claim_arrays(*around.back(), reads, one);
    leases.enter(*around.back());
  }
  samples floor;
  samples ours;
  std::unordered_map<std::uint64_t, std::uint64_t> numbers;
  alternate(
      how.rounds,
      [&] {
        const auto begin = processor_seconds();
        for (int i = 0; i < trips; ++i) {
          numbers.emplace(static_cast<std::uint64_t>(i), 1);
          numbers.erase(static_cast<std::uint64_t>(i));
        }
        floor.add((processor_seconds() - begin) / trips);
      },
      [&] {
        const auto begin = processor_seconds();
        for (int i = 0; i < trips; ++i) {
          const auto part = whole.row(500 + i % 500);
          task one;
          one.id = ++last;
          const argument_view looks[]{look(part)};
          claim_arrays(one, reads, looks);
          leases.enter(one);
          static_cast<void>(maps.open(part.ref(), access::read));
          leases.leave(one.id);
        }
        ours.add((processor_seconds() - begin) / trips);
      });
  auto result = compare("lease, map (warm), release: one array", floor, ours);
  result.limit_plus = 2e-6;
  result.means = "Processor time per array of a task, beside 500 other leases in the same segment; the floor "
                 "is one number "
                 "into a hash table and out again.";
  return {result};
}

} // namespace pinion::bench

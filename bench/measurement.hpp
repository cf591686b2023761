#pragma once

#include <span>
#include <vector>

#include "effort.hpp"
#include "figure.hpp"

namespace pinion::bench {

/// A measurement by its name, in parts that each run in a fresh process: what one part pins, maps or leaves
/// behind does not touch the next.
struct measurement {
  using part = std::vector<figure> (*)(const effort&);

  const char* name;
  const char* about;
  std::vector<part> parts;
};

/// In the order in which they run.
std::span<const measurement> all_measurements();

// One file each. A part may use its process as it likes, and throws when something fails.
std::vector<figure> roundtrip_on_two(const effort& how);
std::vector<figure> roundtrip_on_one(const effort& how);
std::vector<figure> future_on_two(const effort& how);
std::vector<figure> future_on_one(const effort& how);
std::vector<figure> handover(const effort& how);
std::vector<figure> pss(const effort& how);
std::vector<figure> sum_by_workers(const effort& how);
std::vector<figure> fourth_way(const effort& how);
std::vector<figure> startup(const effort& how);
std::vector<figure> lease(const effort& how);
std::vector<figure> allocate(const effort& how);
std::vector<figure> fragments(const effort& how);
std::vector<figure> load(const effort& how);
std::vector<figure> pool_tasks(const effort& how);
std::vector<figure> pool_messages(const effort& how);
std::vector<figure> pool_map(const effort& how);
std::vector<figure> worker_deaths(const effort& how);
std::vector<figure> runaway_kernels(const effort& how);
std::vector<figure> queue_memory(const effort& how);
std::vector<figure> idle_memory(const effort& how);
std::vector<figure> recycling(const effort& how);
std::vector<figure> http_ping_rate(const effort& how);
std::vector<figure> http_ping_meanwhile(const effort& how);
std::vector<figure> http_upload(const effort& how);
std::vector<figure> fastapi_ways(const effort& how);

/// The small program whose start is measured: a node with 2 workers, one result, one byte on standard output.
int give_first_result();

} // namespace pinion::bench

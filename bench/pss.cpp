// What a shared array costs in memory, once every process has read all of it.
#include <algorithm>
#include <stdexcept>

#include <unistd.h>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/figure_text.hpp>
#include <pinion/runtime/scenario/resident_memory.hpp>

#include "measurement.hpp"
#include "stage.hpp"

namespace pinion::bench {

std::vector<figure> pss(const effort& how) {
  constexpr int workers = 4;
  constexpr double for_itself = 8 << 20;
  node ours(node_with(workers));
  ours.wait_ready();
  const auto shared = ours.empty<double>({how.doubles()});
  std::fill(shared.span().begin(), shared.span().end(), 1.0);
  for (int slot = 0; slot < workers; ++slot) {
    task_options here;
    here.worker = slot;
    if (ours.submit<double>(here, "sum", shared).get() != static_cast<double>(shared.size()))
      throw std::runtime_error("pss: a worker's sum is wrong");
  }
  std::vector<pid_t> processes{::getpid()};
  for (const auto& each : ours.status().workers)
    processes.push_back(each.pid);
  double total = 0;
  for (const auto each : processes)
    total += static_cast<double>(scenario::proportional_memory(each).value());
  figure result;
  result.of = "node + 4 workers, " + scenario::bytes_text(static_cast<double>(how.array_bytes)) + " shared";
  result.in = figure::unit::bytes;
  result.floor = static_cast<double>(how.array_bytes);
  result.ours = result.low = result.high = total;
  result.limit_times = 1.02;
  result.limit_plus = for_itself * static_cast<double>(processes.size());
  result.means =
      "The floor is the array itself; the sum of all processes' PSS counts each shared page once, so what is "
      "above it is what the five processes need for themselves: " +
      scenario::bytes_text((total - result.floor) / static_cast<double>(processes.size())) + " each.";
  return {result};
}

} // namespace pinion::bench

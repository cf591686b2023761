#include "measurement.hpp"

namespace pinion::bench {

std::span<const measurement> all_measurements() {
  static const measurement all[] = {
      {"roundtrip", "a no-op, asked for by an actor on the I/O thread", {roundtrip_on_two, roundtrip_on_one}},
      {"future",
       "a no-op, asked for by a plain thread that waits on a future",
       {future_on_two, future_on_one}},
      {"handover", "a task that is given a large array, against a small one", {handover}},
      {"pss", "memory of a node and 4 workers that share one array", {pss}},
      {"sum", "the sum of an array by 2 workers, against 2 threads", {sum_by_workers}},
      {"four_ways", "20 requests of 0.3 s at once, handed over by an actor that goes on", {fourth_way}},
      {"lease", "the node's side of one array of a task", {lease}},
      {"allocate", "arrays made and dropped: warm, and 1 GiB fresh", {allocate}},
      {"fragments", "many arrays that come and go: time, and memory between them", {fragments}},
      {"load", "a large .npy loaded or mapped, against cat", {load}},
      {"pool",
       "no-ops submitted one by one and mapped, against Python's pools",
       {pool_tasks, pool_messages, pool_map}},
      {"faults", "workers that die, kernels that do not stop", {worker_deaths, runaway_kernels}},
      {"upkeep",
       "memory of tasks that wait and of idle workers; workers replaced",
       {queue_memory, idle_memory, recycling}},
      {"http_ping",
       "/ping by HTTP: how many a second, and how late while all compute",
       {http_ping_rate, http_ping_meanwhile}},
      {"http_upload", "a large array posted by HTTP and summed", {http_upload}},
      {"fastapi", "20 requests at once, in FastAPI's four ways and on pinion", {fastapi_ways}},
      {"startup", "from exec to the first result of a node with 2 workers", {startup}},
  };
  return all;
}

} // namespace pinion::bench

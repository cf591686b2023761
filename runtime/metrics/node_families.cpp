#include <pinion/runtime/metrics/node_families.hpp>

#include <map>
#include <string>
#include <utility>

namespace pinion::metrics {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

/// One family under construction.
class family {
public:
  family(std::string name, std::string help, MetricType type) {
    made_.name = std::move(name);
    made_.help = std::move(help);
    made_.type = type;
  }

  template <class Number>
  family& add(Number value, const std::string& label = {}, const std::string& of = {}) {
    ClientMetric one;
    if (!label.empty())
      one.label.push_back({label, of});
    if (made_.type == MetricType::Counter)
      one.counter.value = static_cast<double>(value);
    else
      one.gauge.value = static_cast<double>(value);
    made_.metric.push_back(std::move(one));
    return *this;
  }

  operator MetricFamily() const { return made_; }

private:
  MetricFamily made_;
};

family counter(std::string name, std::string help) {
  return {std::move(name), std::move(help), MetricType::Counter};
}

family gauge(std::string name, std::string help) {
  return {std::move(name), std::move(help), MetricType::Gauge};
}

family workers_by_state(const std::vector<worker_status>& all) {
  using state = worker_status::state;
  // Those that nobody is in are told as 0: a line that comes and goes draws badly.
  std::map<state, std::size_t> count;
  for (const auto each :
       {state::starting, state::idle, state::busy, state::gone, state::given_up, state::resting})
    count[each] = 0;
  for (const auto& each : all)
    ++count[each.now];
  auto result = gauge("pinion_workers", "Workers by what they are at");
  for (const auto& [each, number] : count)
    result.add(number, "state", name_of(each));
  return result;
}

family by_worker(family result, const std::vector<worker_status>& all, std::uint64_t worker_status::*what) {
  for (const auto& each : all)
    result.add(each.*what, "worker", std::to_string(each.slot));
  return result;
}

} // namespace

std::vector<MetricFamily> families_of(const http::node_facts& now) {
  const auto& pool = now.pool;
  const auto& memory = now.memory;
  std::vector<MetricFamily> all;
  all.push_back(counter("pinion_tasks_total", "Tasks that were answered, by how")
                    .add(pool.done, "outcome", "done")
                    .add(pool.failed, "outcome", "failed"));
  all.push_back(counter("pinion_task_failures_total", "Failed tasks whose kernel is not to blame, by why")
                    .add(pool.expired, "why", "expired")
                    .add(pool.withdrawn, "why", "withdrawn")
                    .add(pool.refused, "why", "refused")
                    .add(pool.shed, "why", "shed"));
  all.push_back(gauge("pinion_tasks", "Tasks that are not answered yet, by where they are")
                    .add(pool.queued, "where", "queue")
                    .add(pool.sent, "where", "workers"));
  all.push_back(gauge("pinion_tasks_waiting_for_arrays", "Tasks in the queue for arrays that others use")
                    .add(pool.waiting));
  all.push_back(workers_by_state(pool.workers));
  all.push_back(by_worker(counter("pinion_worker_restarts_total", "Processes that were started in place of "
                                                                  "another"),
                          pool.workers, &worker_status::restarts));
  all.push_back(by_worker(counter("pinion_worker_tasks_total", "Tasks that a worker has done"), pool.workers,
                          &worker_status::tasks_done));
  all.push_back(
      counter("pinion_workers_recycled_total", "Workers that ended as they had run enough, or grown")
          .add(pool.recycled));
  all.push_back(gauge("pinion_shm_bytes", "Shared memory of the node's arrays")
                    .add(memory.arrays.reserved, "what", "reserved")
                    .add(memory.arrays.used, "what", "used"));
  all.push_back(
      gauge("pinion_shm_taken_bytes", "Shared memory of arrays and of workers' results").add(memory.taken));
  all.push_back(gauge("pinion_shm_limit_bytes", "The most that it may be; 0: no limit").add(memory.limit));
  all.push_back(gauge("pinion_shm_segments", "Segments of the node's arrays").add(memory.arrays.segments));
  all.push_back(gauge("pinion_shm_blocks", "Arrays that are alive").add(memory.arrays.blocks));
  all.push_back(gauge("pinion_http_connections", "Open connections").add(now.connections));
  return all;
}

} // namespace pinion::metrics

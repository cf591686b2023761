#include <algorithm>
#include <thread>

#include <unistd.h>

#include <pinion/runtime/node.hpp>
#include <pinion/runtime/scenario/interruption.hpp>
#include <pinion/runtime/scenario/processor_time.hpp>
#include <pinion/runtime/scenario/worker_watch.hpp>

namespace pinion::scenario {
namespace {

bool is_unsettled(const worker_status& worker) {
  return worker.now == worker_status::state::starting || worker.now == worker_status::state::gone;
}

} // namespace

worker_watch::worker_watch(node& whose) : whose_(whose) {
  for (const auto& worker : whose_.status().workers) {
    if (worker.slot >= before_.size())
      before_.resize(worker.slot + 1);
    before_[worker.slot] = {worker.pid, processor_time_of(worker.pid).value_or(0), worker.restarts};
  }
}

double worker_watch::processor_seconds() const {
  double sum = 0;
  for (const auto& worker : whose_.status().workers) {
    const auto now = processor_time_of(worker.pid).value_or(0);
    const bool is_same = worker.slot < before_.size() && before_[worker.slot].pid == worker.pid;
    sum += is_same ? now - before_[worker.slot].seconds : now;
  }
  return sum;
}

std::size_t worker_watch::restarts() const {
  std::uint64_t sum = 0;
  for (const auto& worker : whose_.status().workers)
    sum += worker.restarts - (worker.slot < before_.size() ? before_[worker.slot].restarts : 0);
  return sum;
}

bool worker_watch::settle(std::size_t replaced, std::chrono::milliseconds most) const {
  const auto end = std::chrono::steady_clock::now() + most;
  for (;;) {
    interruption::check();
    const auto workers = whose_.status().workers;
    if (std::none_of(workers.begin(), workers.end(), is_unsettled) && restarts() >= replaced)
      return true;
    if (std::chrono::steady_clock::now() >= end)
      return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

std::vector<pid_t> processes_of(node& whose) {
  std::vector<pid_t> out{::getpid()};
  for (const auto& worker : whose.status().workers) {
    if (worker.pid > 0)
      out.push_back(worker.pid);
  }
  return out;
}

} // namespace pinion::scenario

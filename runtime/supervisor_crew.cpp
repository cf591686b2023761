// The supervisor's second part: processes that come and go as the pool wants them.
#include <pinion/runtime/supervisor.hpp>

#include <algorithm>
#include <csignal>
#include <utility>

#include <unistd.h>

#include <pinion/runtime/process_memory.hpp>
#include <pinion/runtime/processor_list.hpp>
#include <pinion/shm/error.hpp>

namespace pinion {

namespace {

// For a worker that was sent home: it has nothing to do but to end.
constexpr auto leave_time = std::chrono::seconds{2};

constexpr auto weigh_time = std::chrono::milliseconds{500};

} // namespace

void supervisor::dismiss(std::uint32_t slot, std::uint64_t incarnation, bool again, std::string why) {
  post_command([this, slot, incarnation, again, why = std::move(why)]() mutable {
    auto& here = places_[slot];
    if (here.incarnation != incarnation)
      return;
    here.again = again;
    here.leaves_because = std::move(why);
    if (!here.process) {
      if (!again)
        end_in_peace(slot, 0);
      return;
    }
    here.dismissed = true;
    here.kill_at = clock::now() + leave_time;
    if (!here.greeted)
      here.process->signal(SIGKILL); // it hears nothing yet
  });
}

void supervisor::call_in(std::uint32_t slot) {
  post_command([this, slot] {
    auto& here = places_[slot];
    if (!std::exchange(here.rests, false) || here.process)
      return;
    here.post = -1;
    here.policy = restart_policy(setup_.deaths); // a new beginning
    here.start_at = clock::now();
  });
}

void supervisor::post(std::uint32_t slot, std::uint32_t number) {
  post_command([this, slot, number] {
    places_[slot].post = static_cast<int>(number);
    move(slot);
  });
}

void supervisor::resize(std::size_t workers, std::size_t slots) {
  post_command([this, workers, slots] {
    spread(setup_.divide(workers));
    while (places_.size() < slots) {
      places_.emplace_back(setup_.deaths);
      places_.back().rests = true;
    }
  });
}

// -- the supervisor's thread --------------------------------------------------

void supervisor::spread(placement where) {
  where_ = std::move(where);
  anywhere_.clear();
  for (const auto& each : where_.workers)
    anywhere_.insert(anywhere_.end(), each.begin(), each.end());
  std::sort(anywhere_.begin(), anywhere_.end());
  anywhere_.erase(std::unique(anywhere_.begin(), anywhere_.end()), anywhere_.end());
}

const std::vector<int>& supervisor::processors_of(const place& who) const {
  return who.post < 0 ? anywhere_
                      : where_.workers[static_cast<std::size_t>(who.post) % where_.workers.size()];
}

// A spare is made for what it will be, since a process keeps the nice value that it begins with.
bool supervisor::is_alone(const place& who) const {
  return where_.alone[static_cast<std::size_t>(std::max(who.post, 0)) % where_.alone.size()];
}

void supervisor::move(std::uint32_t slot) {
  auto& here = places_[slot];
  if (!here.process || !pin_process(here.process->pid(), processors_of(here)))
    return;
  worker_event event;
  event.what = worker_event::kind::moved;
  event.slot = slot;
  event.incarnation = here.incarnation;
  event.pid = here.process->pid();
  event.processors = processors_text(processors_of(here));
  tell(std::move(event));
}

void supervisor::end_in_peace(std::uint32_t slot, pid_t pid) {
  auto& here = places_[slot];
  here.dismissed = false;
  here.kill_at = clock::time_point::max();
  here.greet_by = clock::time_point::max();
  here.rests = !here.again;
  here.start_at = here.again && !stopping_ ? clock::now() : clock::time_point::max();
  worker_event event;
  event.slot = slot;
  event.incarnation = here.incarnation;
  event.pid = pid;
  event.cause = std::exchange(here.leaves_because, {});
  event.what = here.again ? worker_event::kind::ended : worker_event::kind::rested;
  tell(std::move(event));
}

void supervisor::build_wall(place& around) {
  if (setup_.memory == 0)
    return;
  // A process is more than what its kernels take: what it begins with, tables of pages, pages of files.
  const auto slack = own_memory_of(around.process->pid()) + (std::size_t{64} << 20U);
  around.wall = memory_cgroup::make(
      system_root(), "pinion-" + std::to_string(::getpid()) + "-" + std::to_string(around.process->pid()),
      setup_.memory + slack);
  if (around.wall && !around.wall->take(around.process->pid()))
    around.wall = nullptr;
}

// Who has more memory of its own than it should is told of, once.
void supervisor::weigh(clock::time_point now) {
  weigh_at_ = now + weigh_time;
  for (std::uint32_t slot = 0; slot < places_.size(); ++slot) {
    auto& here = places_[slot];
    if (!here.process || !here.greeted || here.grown)
      continue;
    const auto own = own_memory_of(here.process->pid());
    if (own <= setup_.grown)
      continue;
    here.grown = true;
    worker_event event;
    event.what = worker_event::kind::grown;
    event.slot = slot;
    event.incarnation = here.incarnation;
    event.pid = here.process->pid();
    event.cause = "it had grown to " + readable_size(own) + " (recycle_memory)";
    tell(std::move(event));
  }
}

} // namespace pinion

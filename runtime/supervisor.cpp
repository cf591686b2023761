#include <pinion/runtime/supervisor.hpp>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <exception>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <pinion/runtime/error.hpp>
#include <pinion/runtime/processor_list.hpp>
#include <pinion/runtime/worker_environment.hpp>

namespace pinion {

supervisor::supervisor(setup what)
    : setup_(std::move(what)), environment_(own_environment()),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!wake_)
    raise(runtime_errc::system_refused,
          "no descriptor is left for the supervisor; raise the limit (ulimit -n)");
  spread(setup_.where);
  for (std::size_t i = 0; i < where_.workers.size() + setup_.spares; ++i) {
    places_.emplace_back(setup_.deaths);
    places_.back().post = i < where_.workers.size() ? static_cast<int>(i) : -1;
  }
  if (setup_.grown > 0)
    weigh_at_ = clock::now();
  thread_ = std::thread([this] { loop(); });
}

supervisor::~supervisor() { stop(std::chrono::milliseconds{0}); }

// -- any thread ---------------------------------------------------------------

bool supervisor::post_command(std::function<void()> command) {
  {
    std::lock_guard lock(mutex_);
    if (deaf_)
      return false;
    commands_.push_back(std::move(command));
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
  return true;
}

void supervisor::attach(listener who) {
  post_command([this, who = std::move(who)]() mutable {
    listener_ = std::move(who);
    for (auto& each : std::exchange(backlog_, {}))
      each();
  });
}

void supervisor::greeted(std::uint32_t slot, std::uint64_t incarnation) {
  post_command([this, slot, incarnation] {
    auto& here = places_[slot];
    if (here.incarnation != incarnation || !here.process)
      return;
    here.greeted = true;
    here.greet_by = clock::time_point::max();
    here.policy.greeted();
    build_wall(here);
  });
}

void supervisor::kill(std::uint32_t slot, std::uint64_t incarnation, std::string why) {
  post_command([this, slot, incarnation, why = std::move(why)]() mutable {
    auto& here = places_[slot];
    if (here.incarnation != incarnation || !here.process)
      return;
    if (here.process->signal(SIGKILL))
      here.killed_because = std::move(why);
  });
}

void supervisor::signal(std::uint32_t slot, int number) {
  post_command([this, slot, number] {
    if (slot < places_.size() && places_[slot].process)
      places_[slot].process->signal(number);
  });
}

void supervisor::stop(std::chrono::milliseconds grace) {
  post_command([this, grace] {
    stopping_ = true;
    kill_all_at_ = clock::now() + grace;
    // Nobody has told these to leave.
    for (auto& each : places_)
      if (each.process && !each.greeted)
        each.process->signal(SIGKILL);
  });
  if (thread_.joinable())
    thread_.join();
}

// -- the supervisor's thread --------------------------------------------------

void supervisor::loop() {
  // Signals are the program's; its own threads have handlers for them, this one must not be their victim.
  sigset_t all;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_BLOCK, &all, nullptr);
  for (std::uint32_t slot = 0; slot < places_.size(); ++slot)
    start(slot);
  while (!(stopping_ && all_gone())) {
    wait_for_events();
    run_commands();
    run_timers(clock::now());
  }
  {
    std::lock_guard lock(mutex_);
    deaf_ = true;
  }
  run_commands();
  backlog_.clear();
}

void supervisor::start(std::uint32_t slot) {
  auto& here = places_[slot];
  here.start_at = clock::time_point::max();
  here.greeted = false;
  here.killed_because.clear();
  here.incarnation = ++last_incarnation_;
  here.policy.started(clock::now());
  here.dismissed = false;
  here.grown = false;
  here.kill_at = clock::time_point::max();
  const auto& processors = processors_of(here);
  const bool alone = is_alone(here);
  const auto arena = setup_.make_arena();
  worker_order order{slot,
                     here.incarnation,
                     setup_.node,
                     processors,
                     alone ? 0 : setup_.shared_nice,
                     alone ? setup_.spin_us : 0,
                     setup_.plugins,
                     arena ? arena->name() : std::string(),
                     arena ? arena->slot() : ledger::no_slot,
                     setup_.memory,
                     setup_.actor};
  try {
    here.process = worker_process::start(order, environment_, setup_.books->fd());
  } catch (const std::exception& why) {
    settle_end(slot, 0, why.what(), false);
    return;
  }
  here.greet_by = clock::now() + setup_.start_timeout;
  worker_event event;
  event.what = worker_event::kind::started;
  event.slot = slot;
  event.incarnation = here.incarnation;
  event.pid = here.process->pid();
  event.processors = processors_text(processors);
  event.page = here.process->page();
  event.arena = arena;
  event.stream = std::make_shared<descriptor>(here.process->take_stream());
  tell(std::move(event));
  // std::function wants to be copied, a descriptor does not.
  auto link = std::make_shared<descriptor>(here.process->take_link());
  auto give = [this, slot, incarnation = here.incarnation, link] {
    listener_.on_link(slot, incarnation, std::move(*link));
  };
  listener_.on_link ? give() : backlog_.push_back(give);
}

void supervisor::collect(std::uint32_t slot) {
  auto& here = places_[slot];
  const auto pid = here.process->pid();
  auto [cause, perhaps_killed] = here.process->reap();
  here.process.reset();
  const auto wall = std::exchange(here.wall, nullptr);
  if (here.dismissed)
    return end_in_peace(slot, pid);
  // A kill that crossed a death of another kind explains nothing: one that the system ended may be so long in
  // going, with much memory to give back, that it is killed once more since its link has closed.
  if (wall && wall->has_killed())
    cause = "out of memory: it went over what it may have (worker_memory), and the system ended it";
  else if (!here.killed_because.empty() && perhaps_killed)
    cause = here.killed_because;
  settle_end(slot, pid, std::move(cause), true);
}

void supervisor::settle_end(std::uint32_t slot, pid_t pid, std::string cause, bool ran) {
  auto& here = places_[slot];
  here.greet_by = clock::time_point::max();
  const auto now = clock::now();
  const auto pause = ran ? here.policy.ended(now) : here.policy.refused();
  worker_event event;
  event.slot = slot;
  event.incarnation = here.incarnation;
  event.pid = pid;
  event.cause = std::move(cause);
  event.what = pause ? worker_event::kind::ended : worker_event::kind::given_up;
  if (pause && !stopping_)
    here.start_at = now + *pause;
  if (!pause)
    here.rests = true; // until it is called in again
  tell(std::move(event));
}

void supervisor::run_commands() {
  std::vector<std::function<void()>> todo;
  {
    std::lock_guard lock(mutex_);
    todo.swap(commands_);
  }
  for (auto& each : todo)
    each();
}

void supervisor::run_timers(clock::time_point now) {
  for (std::uint32_t slot = 0; slot < places_.size(); ++slot) {
    auto& here = places_[slot];
    if (here.start_at <= now && !stopping_)
      start(slot);
    if (here.greet_by <= now && here.process) {
      here.greet_by = clock::time_point::max();
      here.killed_because =
          "it said nothing for " + std::to_string(setup_.start_timeout.count()) +
          " ms after its start (start_timeout); does the program make its node early in main?";
      here.process->signal(SIGKILL);
    }
    if ((kill_all_at_ <= now || here.kill_at <= now) && here.process)
      here.process->signal(SIGKILL);
    if (here.kill_at <= now)
      here.kill_at = clock::time_point::max();
  }
  if (weigh_at_ <= now)
    weigh(now);
  if (kill_all_at_ <= now)
    kill_all_at_ = clock::time_point::max();
}

supervisor::clock::time_point supervisor::next_timer() const {
  auto next = std::min(kill_all_at_, weigh_at_);
  for (const auto& each : places_) {
    next = std::min({next, each.greet_by, each.kill_at});
    if (!stopping_)
      next = std::min(next, each.start_at);
  }
  return next;
}

void supervisor::wait_for_events() {
  std::vector<pollfd> watched{{wake_.get(), POLLIN, 0}};
  std::vector<std::pair<std::uint32_t, bool>> whose{{0, false}}; // slot, and whether it is its output
  for (std::uint32_t slot = 0; slot < places_.size(); ++slot)
    if (const auto& process = places_[slot].process) {
      watched.push_back({process->pidfd(), POLLIN, 0});
      whose.emplace_back(slot, false);
      if (process->output() >= 0) {
        watched.push_back({process->output(), POLLIN, 0});
        whose.emplace_back(slot, true);
      }
    }
  const auto next = next_timer();
  int timeout = -1;
  if (next != clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - clock::now()).count();
    timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  }
  if (::poll(watched.data(), watched.size(), timeout) <= 0)
    return;
  if (watched[0].revents != 0) {
    std::uint64_t drained = 0;
    [[maybe_unused]] const auto got = ::read(wake_.get(), &drained, sizeof drained);
  }
  // Output first: the tail belongs into the cause of the end.
  for (std::size_t i = 1; i < watched.size(); ++i)
    if (watched[i].revents != 0 && whose[i].second)
      if (auto& process = *places_[whose[i].first].process; !process.read_output())
        process.close_output();
  for (std::size_t i = 1; i < watched.size(); ++i)
    if (watched[i].revents != 0 && !whose[i].second)
      collect(whose[i].first);
}

bool supervisor::all_gone() const {
  return std::none_of(places_.begin(), places_.end(),
                      [](const auto& each) { return each.process.has_value(); });
}

void supervisor::tell(worker_event event) {
  auto give = [this, event = std::move(event)] { listener_.on_event(event); };
  listener_.on_event ? give() : backlog_.push_back(give);
}

} // namespace pinion

#include <pinion/runtime/hosted_actors.hpp>

#include <algorithm>
#include <thread>
#include <utility>

#include <pinion/actors/error.hpp>
#include <pinion/runtime/error.hpp>
#include <pinion/runtime/processor_list.hpp>

namespace pinion {

namespace {

// CAF wants a number for each link; those below are the pool's.
constexpr std::size_t first_port = 10'000;
constexpr std::size_t ports = 50'000;

void check_processors(const std::vector<int>& wanted) {
  const auto allowed = allowed_processors();
  for (const auto each : wanted)
    if (!std::binary_search(allowed.begin(), allowed.end(), each))
      raise(runtime_errc::bad_config, "processor " + std::to_string(each) +
                                          " (actor_options::processors) is not among those that this "
                                          "process may use: " +
                                          processors_text(allowed));
}

} // namespace

bool hosted_actors::lives(const std::string& name) const {
  const auto at = all_.find(name);
  if (at == all_.end())
    return false;
  const auto now = at->second->status().now;
  return now == actor_status::state::starting || now == actor_status::state::up;
}

std::string hosted_actors::name_for(const actor_options& how, const std::string& behavior) const {
  if (!how.name.empty()) {
    // It stands in messages, in the environment of its process and in its title.
    constexpr std::size_t longest = 64;
    if (how.name.size() > longest ||
        std::ranges::any_of(how.name, [](unsigned char c) { return c < ' ' || c == 127; }))
      raise(runtime_errc::bad_config, "actor_options: a name is 1 to " + std::to_string(longest) +
                                          " characters, none of them a control character");
    if (lives(how.name))
      raise(runtime_errc::name_taken, "an actor `" + how.name +
                                          "` of this node lives already; give this one another name "
                                          "(actor_options::name), or end that one");
    return how.name;
  }
  auto result = behavior;
  for (int i = 2; lives(result); ++i)
    result = behavior + "-" + std::to_string(i);
  return result;
}

std::shared_ptr<actor_host> hosted_actors::start(caf::actor_system& system, const actor_options& how,
                                                 begin_actor begin, std::optional<committed_arrays> state,
                                                 std::vector<std::shared_ptr<const void>> holds) {
  check_processors(how.processors);
  if (how.attempts < 1 || how.max_waiting < 1)
    raise(runtime_errc::bad_config, "actor_options: attempts and max_waiting are 1 at the least");
  if (how.within.count() < 0)
    raise(runtime_errc::bad_config, "actor_options: within is a span of time, and not negative");
  if (how.timeout && how.timeout->count() <= 0)
    raise(runtime_errc::bad_config, "actor_options: a timeout is longer than nothing; leave it out for none");
  std::lock_guard lock(mutex_);
  if (closed_)
    throw task_error(actor_errc::node_stopping, begin.behavior + ": the node is stopping");
  actor_host::setup what;
  what.name = name_for(how, begin.behavior);
  what.begin = std::move(begin);
  what.begin.name = what.name;
  what.port = static_cast<std::uint16_t>(first_port + started_ % ports);
  what.processes = ground_.pool;
  what.processes.actor = what.name;
  what.processes.spares = 0;
  what.processes.memory = how.memory;
  what.processes.grown = 0;
  what.processes.spin_us = 0; // its loop would spin on its own actor's processor
  what.processes.make_arena = [] { return std::shared_ptr<arena_owner>(); };
  const auto& pool = ground_.pool.where;
  const auto turn = started_ % pool.workers.size();
  what.processes.where.workers = {how.processors.empty() ? pool.workers[turn] : how.processors};
  what.processes.where.alone = {how.processors.empty() ? bool(pool.alone[turn]) : true};
  what.processes.deaths = {ground_.pool.deaths.before_hello, how.restarts, how.within, 1};
  what.state = std::move(state);
  what.holds = std::move(holds);
  what.how = how;
  what.how.make_state = {}; // it has been made
  what.kernels = ground_.kernels;
  what.log = ground_.log;
  what.run = ground_.run;
  auto result = std::make_shared<actor_host>(std::move(what));
  result->start(system);
  ++started_;
  // Those whose processes are gone need not be kept for the end.
  std::erase_if(replaced_, [&](const auto& each) { return each->let_go(system); });
  if (auto before = std::exchange(all_[result->name()], result); before && !before->let_go(system))
    replaced_.push_back(std::move(before));
  return result;
}

std::vector<actor_status> hosted_actors::status() const {
  std::lock_guard lock(mutex_);
  std::vector<actor_status> result;
  for (const auto& [name, each] : all_)
    result.push_back(each->status());
  return result;
}

void hosted_actors::stop(std::chrono::milliseconds grace) {
  std::vector<std::shared_ptr<actor_host>> all;
  {
    std::lock_guard lock(mutex_);
    closed_ = true;
    all = replaced_;
    for (const auto& [name, each] : all_)
      all.push_back(each);
  }
  for (const auto& each : all)
    each->say_goodbye();
  // At the same time: each may take its grace.
  std::vector<std::jthread> waiting;
  for (const auto& each : all)
    waiting.emplace_back([&each, grace] { each->stop_process(grace); });
}

void hosted_actors::close(caf::actor_system& system) {
  std::lock_guard lock(mutex_);
  for (const auto& each : replaced_)
    each->close(system);
  for (const auto& [name, each] : all_)
    each->close(system);
  replaced_.clear();
  all_.clear();
}

} // namespace pinion

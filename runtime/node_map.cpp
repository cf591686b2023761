// The node's fourth part: one kernel for many items.
#include <pinion/runtime/node_parts.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include <pinion/actors/caf.hpp>
#include <pinion/runtime/map_source.hpp>

namespace pinion {

namespace {

// Tasks of a map that are under way for each worker: one that runs and one that waits for its end, where a
// task runs many items; else as many as fill a worker's window when they are short (worker_table).
constexpr std::size_t many_ahead = 2;
constexpr std::size_t single_ahead = 512;
// Of a lazy map, whose items somebody has made.
constexpr std::size_t lazy_ahead = 16;

} // namespace

std::pair<map_job_ptr, any_array> node::start_map(const map_options& how, std::string_view kernel,
                                                  std::vector<column> columns) {
  if (how.chunk < 0)
    throw task_error(actor_errc::bad_arguments, std::string(kernel) + ": a chunk of " +
                                                    std::to_string(how.chunk) +
                                                    " items cannot be; 0 lets it be chosen");
  auto source = std::make_shared<const map_source>(*this, kernel, std::move(columns), how.each);
  const auto workers = parts_->setup.where.workers.size();
  map_job::plan plan;
  plan.items = source->items();
  plan.workers = workers;
  plan.chunk = source->many() ? how.chunk : 1;
  // Not all of the queue: others have tasks, too.
  plan.under_way = std::min(workers * (source->many() ? many_ahead : single_ahead),
                            std::max<std::size_t>(parts_->settings.max_queue / 2, 1));
  plan.stop_on_failure = how.stop_on_failure;
  auto whole = source->results();
  plan.make = [source = std::move(source)](std::int64_t first, std::int64_t count) {
    return source->make(first, count);
  };
  // Weak: results may outlive the node, and no handle may outlive its actor system. A task that finds nobody
  // is answered when it is dropped.
  const auto to = caf::actor_cast<caf::weak_actor_ptr>(parts_->dispatcher);
  plan.submit = [to, door = parts_->door](task_ptr what) {
    // It brings few at a time: they count, but none is held up or refused.
    if (door)
      what->more().ticket = door->pass(what->options.client, what->arguments.size());
    if (const auto here = caf::actor_cast<caf::actor>(to))
      caf::anon_send(here, submit_atom_v, std::move(what));
  };
  plan.withdraw = [to](const task_ptr& what) {
    if (const auto here = caf::actor_cast<caf::actor>(to))
      caf::anon_send(here, withdraw_atom_v, what);
  };
  auto job = std::make_shared<map_job>(std::move(plan));
  job->start();
  return {std::move(job), std::move(whole)};
}

promise_ptr node::submit_one(const task_options& options, std::string_view kernel,
                             std::span<const argument_view> arguments, hold_list holds) {
  return submit_task(make_task(options, kernel, arguments, std::move(holds)));
}

std::size_t node::ahead() const noexcept { return parts_->setup.where.workers.size() * lazy_ahead; }

} // namespace pinion

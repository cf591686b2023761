#include <pinion/runtime/http/route_actor.hpp>

#include <algorithm>
#include <exception>

#include <pinion/runtime/http/caught.hpp>

namespace pinion::http {

route_actor::route_actor(caf::actor_config& cfg, std::shared_ptr<const begin_function> begin, exchange what)
    : caf::event_based_actor(cfg), begin_(std::move(begin)), what_(std::move(what)), answer_(what_->back()) {
  set_exception_handler([this](std::exception_ptr& why) {
    answer_->answer(*caught([&] { std::rethrow_exception(why); }));
    return caf::make_error(caf::exit_reason::unhandled_exception);
  });
}

caf::behavior route_actor::make_behavior() {
  const auto what = std::move(*std::exchange(what_, std::nullopt));
  const auto begin = std::exchange(begin_, nullptr);
  if (const auto thrown = caught([&] { (*begin)(this, what); })) {
    answer_->answer(*thrown);
    quit(caf::exit_reason::unhandled_exception);
  }
  return {};
}

// The actor may be another thread's, or gone, when this returns.
caf::resumable::resume_result route_actor::resume(caf::execution_unit* where, std::size_t most) {
  const reply::handling now(answer_);
  return caf::event_based_actor::resume(where, most);
}

// What has not ended nobody waits for any more. Nobody refers to the actor, so it is not the sender.
void route_actor::on_exit() {
  for (const auto& [dispatcher, task] : std::exchange(tasks_, {}))
    caf::anon_send(dispatcher, withdraw_atom_v, task);
  begin_ = nullptr;
  what_.reset();
}

void route_actor::began(const caf::actor& dispatcher, const task_ptr& what) {
  tasks_.emplace_back(dispatcher, what);
}

void route_actor::ended(const task_ptr& what) {
  const auto at =
      std::find_if(tasks_.begin(), tasks_.end(), [&](const auto& each) { return each.second == what; });
  if (at == tasks_.end())
    return;
  std::swap(*at, tasks_.back());
  tasks_.pop_back();
}

} // namespace pinion::http

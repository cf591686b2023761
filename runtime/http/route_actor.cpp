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
  set_exit_handler([this](caf::exit_msg& why) {
    if (!why.reason)
      return;
    for (const auto& [dispatcher, task] : std::exchange(tasks_, {}))
      send(dispatcher, withdraw_atom_v, task);
    quit(std::move(why.reason));
  });
}

caf::behavior route_actor::make_behavior() {
  const auto what = std::move(*std::exchange(what_, std::nullopt));
  const auto begin = std::exchange(begin_, nullptr);
  (*begin)(this, what);
  return {};
}

void route_actor::on_exit() {
  tasks_.clear();
  begin_ = nullptr;
  what_.reset();
  answer_ = nullptr;
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

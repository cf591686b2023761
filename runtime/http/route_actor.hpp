#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <pinion/actors/caf.hpp>
#include <pinion/actors/task_owner.hpp>
#include <pinion/runtime/http/exchange.hpp>

namespace pinion::http {

/// The request actor of a route of the program's. What it throws, now or later, is the answer, and ends it;
/// when its client goes away it is ended. However it ends, its tasks are withdrawn. On one of the scheduler's
/// threads.
class route_actor final : public caf::event_based_actor, public task_owner {
public:
  using begin_function = std::function<void(caf::event_based_actor* self, const exchange& what)>;
  route_actor(caf::actor_config& cfg, std::shared_ptr<const begin_function> begin, exchange what);

  caf::behavior make_behavior() override;
  resume_result resume(caf::execution_unit* where, std::size_t most) override;
  void on_exit() override;
  const char* name() const override { return "pinion-route"; }
  // task_owner
  void began(const caf::actor& dispatcher, const task_ptr& what) override;
  void ended(const task_ptr& what) override;

private:
  std::shared_ptr<const begin_function> begin_;
  std::optional<exchange> what_;
  const std::shared_ptr<reply> answer_; ///< for what is thrown when nobody has the exchange any more
  std::vector<std::pair<caf::actor, task_ptr>> tasks_;
};

} // namespace pinion::http

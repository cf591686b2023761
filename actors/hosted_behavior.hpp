#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include <pinion/actors/actor_context.hpp>
#include <pinion/actors/argument.hpp>
#include <pinion/actors/caf.hpp>
#include <pinion/actors/registered_actor.hpp>
#include <pinion/shm/control_page.hpp>

namespace pinion {

/// The number of a letter as CAF's number of a request: far from those that actors give theirs.
constexpr std::uint64_t first_letter = std::uint64_t{1} << 40U;

/// The user's actor in its process: runs the behavior that was registered, notes in the control page which
/// letter it is at, and tells what its handlers throw before it ends of that. A scheduled actor like any
/// other, so that a handler that takes its time does not hold up the link.
class hosted_behavior final : public caf::event_based_actor {
public:
  /// All of it outlives the actor.
  struct setup {
    const registered_actor* what = nullptr;
    std::vector<argument> arguments;
    actor_context* here = nullptr;
    mapper* maps = nullptr;
    control_page* page = nullptr;
    caf::actor_addr seat; ///< who sends the letters
    /// A handler has thrown (0: the function that makes the behavior has). On the actor's thread; once, and
    /// then it ends.
    std::function<void(std::uint64_t number, const failure& why)> on_throw;
  };

  hosted_behavior(caf::actor_config& cfg, setup what);
  caf::behavior make_behavior() override;
  caf::invoke_message_result consume(caf::mailbox_element& what) override;
  const char* name() const override { return "pinion-hosted"; }

private:
  std::uint64_t number_of(const caf::mailbox_element& what) const;

  setup setup_;
};

} // namespace pinion
